import { EventLogPort } from '@suyuan/event-log';
import { TestDatabase, createTestDatabase } from '@suyuan/testkit';
import { Directory } from '../directory';
import { PlaceOwnership } from '../directory/place-ownership';
import { ADMIN, AccessApp, startAccessApp } from '../testing/access-app';
import { gln, partyUri, placeUri } from '../testing/example-keys';

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

async function registered(reference: number, more: object = {}): Promise<string> {
  const answer = await access.call('POST', '/api/v1/parties', {
    key: ADMIN,
    body: { id: gln(reference), name: `Party ${reference}`, roles: ['retailer'], ...more },
  });
  expect(answer.status).toBe(201);
  return `417/${gln(reference)}`;
}

async function keyOf(reference: number, role = 'operator'): Promise<string> {
  const answer = await access.call('POST', `/api/v1/parties/${gln(reference)}/keys`, { key: ADMIN, body: { role } });
  expect(answer.status).toBe(201);
  return String(answer.body['key']);
}

describe('registering a party', () => {
  test_each_spelling();

  it('can be read right after its 201, and answers its keys as URIs', async () => {
    const answer = await access.call('POST', '/api/v1/parties', {
      key: ADMIN,
      body: {
        id: gln(1),
        name: ' 绿源食品 ',
        roles: ['manufacturer'],
        places: [gln(2), placeUri(3)],
        contacts: [{ name: '李', phone: '+86 10 1234' }],
      },
    });
    expect(answer.status).toBe(201);
    expect(Number(answer.headers['suyuan-position'])).toBeGreaterThan(0);
    const read = await access.call('GET', `/api/v1/parties/${encodeURIComponent(partyUri(1))}`, { key: ADMIN });
    expect(read.body).toEqual({
      id: partyUri(1),
      name: '绿源食品',
      roles: ['manufacturer'],
      places: [placeUri(2), placeUri(3)],
      contacts: [{ name: '李', phone: '+86 10 1234' }],
    });
    const places = await access.app.get(PlaceOwnership).placeParties();
    expect(places.get(`414/${gln(2)}`)).toBe(`417/${gln(1)}`);
  });

  it('keeps personal data out of the log', async () => {
    await registered(5, { contacts: [{ name: 'Wang Secret', email: 'wang@example.com' }] });
    const log = access.app.get(EventLogPort);
    const text = JSON.stringify(await log.read(0, 1_000));
    expect(text).toContain(gln(5));
    expect(text).not.toContain('Wang Secret');
    expect(text).not.toContain('wang@example.com');
  });

  it('refuses a wrong check digit, an unknown field and a repeat, naming place and rule', async () => {
    const wrong = gln(6).slice(0, -1) + String((Number(gln(6).at(-1)) + 1) % 10);
    const digit = await access.call('POST', '/api/v1/parties', { key: ADMIN, body: { id: wrong, name: 'x', roles: [] } });
    expect(digit.status).toBe(400);
    expect(digit.body['errors']).toEqual([expect.objectContaining({ pointer: '/id', rule: 'gs1/check-digit' })]);
    const unknown = await access.call('POST', '/api/v1/parties', { key: ADMIN, body: { id: gln(6), name: 'x', rolls: [] } });
    expect(unknown.status).toBe(400);
    expect(unknown.body['errors']).toEqual([expect.objectContaining({ pointer: '/rolls', rule: 'unknown-field' })]);
    await registered(6);
    const again = await access.call('POST', '/api/v1/parties', { key: ADMIN, body: { id: partyUri(6), name: 'y', roles: [] } });
    expect(again.status).toBe(409);
    expect(again.body['type']).toMatch(/access\/party-exists$/);
  });

  it.each([
    ['an array', []],
    ['no name', { id: gln(7) }],
    ['an empty name', { id: gln(7), name: '  ' }],
    ['a contact without a name', { id: gln(7), name: 'x', contacts: [{ phone: '1' }] }],
    ['a place with a bad check digit', { id: gln(7), name: 'x', places: ['9506000000001'] }],
    ['a bad e-mail address', { id: gln(7), name: 'x', contacts: [{ name: 'x', email: 'nobody' }] }],
    ['a number for an id', { id: Number(gln(7)), name: 'x' }],
  ])('refuses %s with 400 and keeps nothing', async (_, body) => {
    const answer = await access.call('POST', '/api/v1/parties', { key: ADMIN, body });
    expect(answer.status).toBe(400);
    expect(answer.body['errors']).not.toHaveLength(0);
    expect((await access.call('GET', `/api/v1/parties/${gln(7)}`, { key: ADMIN })).status).toBe(404);
    expect(await test.database.query('SELECT 1 FROM access_contact WHERE party = $1', [`417/${gln(7)}`])).toHaveLength(0);
  });

  it('characters that no database keeps never become a 5xx', async () => {
    const name = (text: string) =>
      access.call('POST', '/api/v1/parties', { key: ADMIN, body: { id: gln(9), name: text, contacts: [{ name: text }] } });
    expect((await name('a\0b')).status).toBe(400);
    expect((await name('a\ud800b')).body).toMatchObject({ name: 'a\ufffdb', contacts: [{ name: 'a\ufffdb' }] });
  });

  it('two at once: one registers, the other is refused, and no contact of the refused one stays', async () => {
    const body = { id: gln(8), name: 'x', roles: [], contacts: [{ name: 'x' }] };
    const answers = await Promise.all([1, 2, 3].map(() => access.call('POST', '/api/v1/parties', { key: ADMIN, body })));
    expect(answers.map((answer) => answer.status).sort()).toEqual([201, 409, 409]);
    expect(await test.database.query('SELECT 1 FROM access_contact WHERE party = $1', [`417/${gln(8)}`])).toHaveLength(1);
  });
});

function test_each_spelling(): void {
  it('takes an id in any spelling, in the body and in the path', async () => {
    const spellings = [
      gln(20),
      `417/${gln(21)}`,
      partyUri(22),
      `414/${gln(23)}`,
      placeUri(24),
      'urn:epc:id:pgln:9506000.00025.',
      'urn:epc:id:sgln:9506000.00026.0',
      `(417)${gln(27)}`,
    ];
    for (const id of spellings) {
      const answer = await access.call('POST', '/api/v1/parties', { key: ADMIN, body: { id, name: 'x', roles: [] } });
      expect([id, answer.status, String(answer.body['id']).slice(0, 23)]).toEqual([id, 201, 'https://id.gs1.org/417/']);
      const read = await access.call('GET', `/api/v1/parties/${encodeURIComponent(id)}`, { key: ADMIN });
      expect([id, read.body['id']]).toEqual([id, answer.body['id']]);
    }
  });
}

describe('changing a party', () => {
  it('changes what is given, leaves the rest, and erases replaced contacts', async () => {
    const id = await registered(30, { contacts: [{ name: 'Old' }], places: [gln(31)] });
    const answer = await access.call('PATCH', `/api/v1/parties/${gln(30)}`, {
      key: ADMIN,
      body: { name: 'New', contacts: [{ name: 'Fresh' }], places: [gln(32)] },
    });
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      name: 'New',
      roles: ['retailer'],
      contacts: [{ name: 'Fresh' }],
      places: [placeUri(32)],
    });
    expect(await test.database.query('SELECT name FROM access_contact WHERE party = $1', [id])).toEqual([{ name: 'Fresh' }]);
    const places = await access.app.get(PlaceOwnership).placeParties();
    expect([places.get(`414/${gln(31)}`), places.get(`414/${gln(32)}`)]).toEqual([undefined, id]);
    expect((await access.app.get(Directory).party(id))?.name).toBe('New');
  });

  it('is for itself and administrators', async () => {
    await registered(33);
    await registered(34);
    const operator = await keyOf(33);
    const patch = (reference: number, key: string) =>
      access.call('PATCH', `/api/v1/parties/${gln(reference)}`, { key, body: { name: 'Mine' } });
    expect((await patch(33, operator)).status).toBe(200);
    expect((await patch(34, operator)).status).toBe(403);
    expect((await patch(33, await keyOf(34, 'auditor'))).status).toBe(403);
    expect((await patch(99, ADMIN)).status).toBe(404);
  });

  it('does not let a party take a place that is another’s', async () => {
    await registered(35, { places: [gln(36)] });
    await registered(37);
    const operator = await keyOf(37);
    const take = (place: string) =>
      access.call('PATCH', `/api/v1/parties/${gln(37)}`, { key: operator, body: { places: [place] } });
    expect((await take(gln(36))).body['type']).toMatch(/access\/place-of-another-party$/);
    expect((await take(gln(35))).status).toBe(403);
    expect((await take(gln(38))).status).toBe(200);
  });

  it('survives changes at once, each of them kept', async () => {
    await registered(39);
    const changes = [{ name: 'Both' }, { roles: ['carrier'] }].map((body) =>
      access.call('PATCH', `/api/v1/parties/${gln(39)}`, { key: ADMIN, body }),
    );
    expect((await Promise.all(changes)).map((answer) => answer.status)).toEqual([200, 200]);
    expect((await access.call('GET', `/api/v1/parties/${gln(39)}`, { key: ADMIN })).body).toMatchObject({
      name: 'Both',
      roles: ['carrier'],
    });
  });
});

describe('webhooks', () => {
  it('a secret is made, shown in that answer only, and known to the directory', async () => {
    const answer = await access.call('POST', '/api/v1/parties', {
      key: ADMIN,
      body: { id: gln(40), name: 'x', roles: [], webhook: { url: 'http://127.0.0.1:9999/hook' } },
    });
    const webhook = answer.body['webhook'] as unknown as { url: string; secret: string };
    expect(webhook.url).toBe('http://127.0.0.1:9999/hook');
    expect(Buffer.from(webhook.secret.replace('whsec_', ''), 'base64')).toHaveLength(32);
    const read = await access.call('GET', `/api/v1/parties/${gln(40)}`, { key: ADMIN });
    expect(read.body['webhook']).toEqual({ url: 'http://127.0.0.1:9999/hook' });
    expect((await access.app.get(Directory).party(`417/${gln(40)}`))?.webhook).toEqual(webhook);
  });

  it.each([
    ['http://partner.example/hook', 'access/webhook-needs-https'],
    ['http://10.0.0.1/hook', 'access/webhook-needs-https'],
    ['https://10.0.0.1/hook', 'access/webhook-private-address'],
    ['https://[::1]:1/', undefined],
    ['https://[fd00::1]/', 'access/webhook-private-address'],
    ['https://[::ffff:10.0.0.1]/', 'access/webhook-private-address'],
    ['https://0xa000001/', 'access/webhook-private-address'],
    ['https://169.254.169.254/latest', 'access/webhook-private-address'],
    ['ftp://partner.example/', 'access/webhook-scheme'],
    ['https://me:secret@partner.example/', 'access/webhook-credentials'],
    ['not a url', 'access/webhook-not-a-url'],
    ['https://partner.example/hook', undefined],
    ['http://localhost:1/hook', undefined],
  ])('%s: %s', async (url, rule) => {
    await access.call('POST', '/api/v1/parties', { key: ADMIN, body: { id: gln(41), name: 'x', roles: [] } });
    const answer = await access.call('PATCH', `/api/v1/parties/${gln(41)}`, { key: ADMIN, body: { webhook: { url } } });
    if (rule === undefined) expect(answer.status).toBe(200);
    else expect(answer.body['errors']).toEqual([expect.objectContaining({ pointer: '/webhook/url', rule })]);
  });

  it('null takes it away', async () => {
    await registered(42, { webhook: { url: 'https://partner.example/hook' } });
    const answer = await access.call('PATCH', `/api/v1/parties/${gln(42)}`, { key: ADMIN, body: { webhook: null } });
    expect(answer.body['webhook']).toBeUndefined();
    expect((await access.app.get(Directory).party(`417/${gln(42)}`))?.webhook).toBeUndefined();
  });
});

describe('who may see parties', () => {
  it('lists them for authorities and auditors, in pages', async () => {
    await registered(50);
    const regulator = await keyOf(50, 'regulator');
    const first = await access.call('GET', '/api/v1/parties?limit=2', { key: regulator });
    expect(first.body['items']).toHaveLength(2);
    const second = await access.call('GET', `/api/v1/parties?limit=2&cursor=${String(first.body['next'])}`, { key: regulator });
    const ids = [first, second].flatMap((page) => (page.body['items'] as unknown as { id: string }[]).map((item) => item.id));
    expect(new Set(ids).size).toBe(4);
    expect((await access.call('GET', '/api/v1/parties', { key: await keyOf(50) })).status).toBe(403);
    expect((await access.call('GET', '/api/v1/parties?limit=x', { key: ADMIN })).status).toBe(400);
    expect((await access.call('GET', '/api/v1/parties?cursor=%00', { key: ADMIN })).status).toBe(400);
  });

  it('a regulator registers parties; an operator does not, and sees no contacts of others', async () => {
    await registered(51, { contacts: [{ name: 'Private' }], webhook: { url: 'https://partner.example/' } });
    await registered(52);
    const regulator = await keyOf(52, 'regulator');
    const operator = await keyOf(52);
    const body = (reference: number) => ({ id: gln(reference), name: 'x', roles: [] });
    expect((await access.call('POST', '/api/v1/parties', { key: regulator, body: body(53) })).status).toBe(201);
    expect((await access.call('POST', '/api/v1/parties', { key: operator, body: body(54) })).status).toBe(403);
    const seen = await access.call('GET', `/api/v1/parties/${gln(51)}`, { key: operator });
    expect(seen.body).toEqual({ id: partyUri(51), name: 'Party 51', roles: ['retailer'], places: [] });
  });
});
