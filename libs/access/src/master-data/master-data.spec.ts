import { EventLogPort } from '@suyuan/event-log';
import { Progress } from '@suyuan/platform';
import { TestDatabase, createTestDatabase } from '@suyuan/testkit';
import { randomUUID } from 'node:crypto';
import { Directory } from '../directory';
import { PlaceOwnership } from '../directory/place-ownership';
import { VOCABULARY_CAPTURED } from '../domain/access-records';
import { PlaceClaims } from '../domain/place-claims';
import { ACCESS_FOLLOWER } from '../projection/access-follower';
import { projectAccess } from '../projection/access.projector';
import { ADMIN, AccessApp, startAccessApp } from '../testing/access-app';
import { gln, gtin, partyUri, placeUri } from '../testing/example-keys';

let test: TestDatabase;
let access: AccessApp;

beforeAll(async () => {
  test = await createTestDatabase();
  access = await startAccessApp(test.url, test.database);
});
afterAll(async () => {
  await access.close();
  await test.drop();
});

async function operatorOf(reference: number): Promise<string> {
  await access.call('POST', '/api/v1/parties', { key: ADMIN, body: { id: gln(reference), name: 'x', roles: [] } });
  return String((await access.call('POST', `/api/v1/parties/${gln(reference)}/keys`, { key: ADMIN, body: {} })).body['key']);
}

const describePlaces = (body: unknown, key = ADMIN) => access.call('POST', '/api/v1/master-data/places', { key, body });
const describeProducts = (body: unknown, key = ADMIN) => access.call('POST', '/api/v1/master-data/products', { key, body });

/** Appends master data as capture does, a record for each element, and waits until the follower has it. */
async function capture(vocabularies: readonly unknown[], party?: number): Promise<number> {
  const meta = {
    capturingParty: party === undefined ? null : `417/${gln(party)}`,
    admin: party === undefined,
    captureId: randomUUID(),
  };
  const log = access.app.get(EventLogPort);
  const records = vocabularies.map((data) => ({ id: randomUUID(), type: VOCABULARY_CAPTURED, data: data as never, meta }));
  const result = await log.append([{ stream: `masterdata:${randomUUID()}`, records }]);
  if (result.kind !== 'appended') throw new Error(result.kind);
  expect(await access.app.get(Progress).waitFor(result.position, 10_000)).toBe(true);
  return result.position;
}

describe('places', () => {
  it('one object: readable at once, keys as URIs, what is not said stays', async () => {
    const answer = await describePlaces({
      id: gln(1),
      party: gln(2),
      name: '仓库',
      country: 'CN',
      address: { street: '1 Road', city: '上海' },
    });
    expect(answer.status).toBe(201);
    expect(answer.headers['suyuan-position']).toBe(String(answer.body['position']));
    expect(answer.body).toMatchObject({
      id: placeUri(1),
      party: partyUri(2),
      name: '仓库',
      address: '1 Road, 上海',
      country: 'CN',
    });
    await describePlaces({ id: placeUri(1), name: 'Warehouse' });
    expect(await access.app.get(Directory).place(`414/${gln(1)}`)).toEqual({
      key: `414/${gln(1)}`,
      name: 'Warehouse',
      party: `417/${gln(2)}`,
      address: '1 Road, 上海',
      country: 'CN',
    });
  });

  it('an array: all or nothing, faults named by row', async () => {
    const answer = await describePlaces([{ id: gln(3) }, { id: '9506000000001' }, { id: gln(4), party: 'x:y z' }]);
    expect(answer.status).toBe(400);
    expect((answer.body['errors'] as unknown as { pointer: string }[]).map((fault) => fault.pointer)).toEqual([
      '/1/id',
      '/2/party',
    ]);
    expect((await access.call('GET', `/api/v1/master-data/places/${gln(3)}`, { key: ADMIN })).status).toBe(404);
    expect((await describePlaces([{ id: gln(3) }, { id: gln(4) }])).body['items']).toHaveLength(2);
    expect((await describePlaces([])).status).toBe(400);
    expect((await describePlaces([{ id: gln(3), colour: 'red' }])).body['errors']).toEqual([
      expect.objectContaining({ pointer: '/0/colour', rule: 'unknown-field' }),
    ]);
  });

  it('are listed, of one party too', async () => {
    await describePlaces([5, 6, 7].map((reference) => ({ id: gln(reference), party: gln(8) })));
    const list = await access.call('GET', `/api/v1/master-data/places?party=${gln(8)}&limit=2`, { key: ADMIN });
    expect(list.body['items']).toHaveLength(2);
    const rest = await access.call(
      'GET',
      `/api/v1/master-data/places?party=${gln(8)}&limit=2&cursor=${String(list.body['next'])}`,
      { key: ADMIN },
    );
    expect(rest.body['items']).toHaveLength(1);
    expect(rest.body['next']).toBeUndefined();
  });

  it('of one party are not for another to describe', async () => {
    const [mine, other] = [await operatorOf(10), await operatorOf(11)];
    expect((await describePlaces({ id: gln(12), party: gln(10) }, mine)).status).toBe(201);
    expect((await describePlaces({ id: gln(12), name: 'Stolen' }, other)).status).toBe(403);
    expect((await describePlaces({ id: gln(10), party: gln(11) }, other)).status).toBe(403);
    expect((await describePlaces({ id: gln(12), party: gln(11) })).status).toBe(201);
  });
});

describe('products', () => {
  it('are described by their producer', async () => {
    const [mine, other] = [await operatorOf(20), await operatorOf(21)];
    const answer = await describeProducts(
      { gtin: gtin(1), name: 'Oat biscuits', nameZh: '燕麦饼干', producer: gln(20), origin: 'CN' },
      mine,
    );
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({ id: `https://id.gs1.org/01/${gtin(1)}`, nameZh: '燕麦饼干', producer: partyUri(20) });
    expect((await describeProducts({ id: gtin(1), name: 'Fake' }, other)).status).toBe(403);
    expect(await access.app.get(Directory).product(`01/${gtin(1)}`)).toMatchObject({
      name: 'Oat biscuits',
      producer: `417/${gln(20)}`,
      origin: 'CN',
    });
    expect((await describeProducts({ name: 'no code' }, mine)).status).toBe(400);
    expect((await describeProducts({ id: `https://id.gs1.org/01/${gtin(1)}/10/L1` }, mine)).status).toBe(400);
  });
});

describe('master data of captured documents', () => {
  const location = (id: string, ...attributes: [string, string][]) => ({
    type: 'urn:epcglobal:epcis:vtype:BusinessLocation',
    element: { id, attributes: attributes.map(([name, attribute]) => ({ id: `urn:epcglobal:cbv:mda:${name}`, attribute })) },
  });

  it('describes places, products and parties', async () => {
    await capture([
      location(
        placeUri(30),
        ['name', '旗舰店'],
        ['owning_party', 'urn:epc:id:pgln:9506000.00031.'],
        ['city', '北京'],
        ['countryCode', 'CN'],
      ),
      {
        type: 'urn:epcglobal:epcis:vtype:EPCClass',
        element: {
          id: `https://id.gs1.org/01/${gtin(30)}`,
          attributes: [
            { id: 'cbvmda:descriptionShort', attribute: 'Milk' },
            { id: 'cbvmda:countryOfOrigin', attribute: 'NZ' },
          ],
        },
      },
      {
        type: 'urn:epcglobal:epcis:vtype:Party',
        element: { id: partyUri(33), attributes: [{ id: 'https://ref.gs1.org/cbv/mda/name', attribute: 'Named Ltd' }] },
      },
      { type: 'urn:example:vtype:Other', element: { id: 'urn:example:x' } },
    ]);
    const directory = access.app.get(Directory);
    expect(await directory.place(`414/${gln(30)}`)).toEqual({
      key: `414/${gln(30)}`,
      name: '旗舰店',
      party: `417/${gln(31)}`,
      address: '北京',
      country: 'CN',
    });
    expect(await directory.product(`01/${gtin(30)}`)).toEqual({ key: `01/${gtin(30)}`, name: 'Milk', origin: 'NZ' });
    expect((await directory.party(`417/${gln(33)}`))?.name).toBe('Named Ltd');
    // Named is not registered.
    expect((await access.call('GET', `/api/v1/parties/${gln(33)}`, { key: ADMIN })).status).toBe(404);
    expect(
      (await access.call('POST', '/api/v1/parties', { key: ADMIN, body: { id: gln(33), name: 'Own name', roles: [] } })).status,
    ).toBe(201);
    expect((await directory.party(`417/${gln(33)}`))?.name).toBe('Own name');
  });

  it('of a third party does not take a place from its owner; an administrator’s may', async () => {
    await describePlaces({ id: gln(40), party: gln(41) });
    await capture([location(placeUri(40), ['owning_party', partyUri(42)])], 42);
    const ownership = access.app.get(PlaceOwnership);
    expect(await ownership.partyOf(`414/${gln(40)}`)).toBe(`417/${gln(41)}`);
    await capture([location(placeUri(40), ['owning_party', partyUri(42)])]);
    expect(await ownership.partyOf(`414/${gln(40)}`)).toBe(`417/${gln(42)}`);
  });

  it('of a third party does not rename another producer’s product', async () => {
    await describeProducts({ id: gtin(50), name: 'Real', producer: gln(51) });
    const element = {
      id: `https://id.gs1.org/01/${gtin(50)}`,
      attributes: [{ id: 'cbvmda:descriptionShort', attribute: 'Fake' }],
    };
    const name = async () => (await access.app.get(Directory).product(`01/${gtin(50)}`))?.name;
    await capture([{ type: 'urn:epcglobal:epcis:vtype:EPCClass', element }], 52);
    expect(await name()).toBe('Real');
    await capture([{ type: 'urn:epcglobal:epcis:vtype:EPCClass', element }], 51);
    expect(await name()).toBe('Fake');
  });

  it('with odd characters does not stop the follower', async () => {
    await capture([location(placeUri(43), ['name', 'nul \0, half \ud800, backslash \\u0000'], ['na\0me', 'x'])]);
    expect((await access.app.get(Directory).place(`414/${gln(43)}`))?.name).toBe('nul \ufffd, half \ufffd, backslash \\u0000');
    const shops = { type: 'x:BusinessLocation' };
    const odd = [null, 3, { id: 3 }, { id: 'bad code' }, { id: placeUri(44), attributes: 'no list' }];
    await capture([null, 5, { type: 7 }, shops, ...odd.map((element) => ({ ...shops, element }))]);
    expect(await access.app.get(Directory).place(`414/${gln(44)}`)).toEqual({ key: `414/${gln(44)}` });
  });
});

describe('the projection', () => {
  it('twice, out of order and from nothing gives the same rows', async () => {
    const tables = ['access_party', 'access_place', 'access_product', 'access_share'];
    const snapshot = async () => Promise.all(tables.map((table) => test.database.query(`SELECT * FROM ${table} ORDER BY 1`)));
    const before = await snapshot();
    expect(before[1]?.length).toBeGreaterThan(5);
    for (const table of [...tables, 'access_fact']) await test.database.query(`DELETE FROM ${table}`);
    const records = await access.app.get(EventLogPort).read(0, 10_000);
    for (const batch of [records.slice(10).reverse(), records.slice(0, 20), records])
      await test.database.transaction((tx) => projectAccess(tx, batch));
    expect(await snapshot()).toEqual(before);
  });

  it('agrees with the pure fold over the log, now and at any position', async () => {
    const records = await access.app.get(EventLogPort).read(0, 10_000);
    const claims = new PlaceClaims();
    const half = Math.floor(records.length / 2);
    for (const record of records.slice(0, half)) claims.apply(record);
    const ownership = access.app.get(PlaceOwnership);
    expect(claims.parties.size).toBeGreaterThan(0);
    expect(new Map(await ownership.placeParties(half))).toEqual(claims.parties);
    for (const record of records.slice(half)) claims.apply(record);
    expect(new Map(await ownership.placeParties())).toEqual(claims.parties);
  });

  it('knows how far it has come', async () => {
    expect(access.app.get(Progress).followers()).toContainEqual({
      name: ACCESS_FOLLOWER,
      position: await access.app.get(EventLogPort).head(),
    });
  });
});
