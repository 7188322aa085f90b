import { createServer, Server } from 'node:http';
import { AddressInfo } from 'node:net';
import { createTestDatabase, TestDatabase } from '@suyuan/testkit';
import { gln, gtin } from '../support/gs1';
import { ApiAnswer, ServerProcess } from '../support/server-process';
import { tablesWith } from '../support/tables-with';

const [MAKER, SHOP] = [gln(31), gln(32)];
const PRODUCT = gtin(31);
/** Unlike anything else in any table. */
const name = (what: string): string => `Zhang Planted ${what} Qqxz`;
const PLANTED = ['Contact', 'Amended', 'Signal', 'Reader', 'Customer'].map(name);
const PHONE = '+86 10 7654321099';

let test: TestDatabase;
let server: ServerProcess;
let hook: Server;
let received = 0;
const keys = new Map<string, string>();
const as = (number: string): { key: string } => ({ key: keys.get(number) ?? '' });

beforeAll(async () => {
  hook = createServer((request, response) => {
    request.resume().on('end', () => {
      received += 1;
      response.writeHead(204).end();
    });
  });
  await new Promise<void>((resolve) => hook.listen(0, '127.0.0.1', resolve));
  test = await createTestDatabase();
  server = await ServerProcess.start({ SUYUAN_EGRESS_ALLOW: '127.0.0.0/8', SUYUAN_DATABASE_URL: test.url });
  const url = `http://127.0.0.1:${(hook.address() as AddressInfo).port}/`;
  for (const number of [MAKER, SHOP]) {
    const body = { id: number, name: number, roles: ['retailer'], ...(number === SHOP ? { webhook: { url } } : {}) };
    await must(201, 'POST', '/api/v1/parties', body);
    keys.set(number, (await must(201, 'POST', `/api/v1/parties/${number}/keys`, {})).body.key);
  }
  const goods = [{ code: `(01)${PRODUCT}(10)P1`, quantity: 2, uom: 'EA' }];
  const at = '2026-05-01T08:00:00Z';
  await must(201, 'POST', '/api/v1/events/production', { product: PRODUCT, lot: 'P1', quantity: 2, uom: 'EA', place: MAKER, at });
  await must(201, 'POST', '/api/v1/events/shipment', { items: goods, from: MAKER, to: SHOP, at: '2026-05-02T08:00:00Z' });
});
afterAll(async () => {
  await server.remove();
  await test.drop();
  hook.close();
});

async function must(
  status: number,
  method: string,
  address: string,
  body?: unknown,
  options?: { key: string },
): Promise<ApiAnswer> {
  const answer = await server.call(method, address, body, options);
  const said = answer.status === status ? '' : JSON.stringify(answer.body);
  expect([method, address, answer.status, said]).toEqual([method, address, status, '']);
  return answer;
}

async function eventually<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const found = await look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('it did not happen within ten seconds');
}

describe('What is said of people', () => {
  let recall = '';
  let notice = '';

  it('stands beside the log and is shown while it is kept', async () => {
    const draft = {
      title: 'Kettle',
      mode: 'real',
      regimes: ['cn-consumer'],
      basis: 'ordered',
      depth: 'retail',
      reason: 'bursts',
      hazard: 'burns',
      product: 'Kettle',
      scope: { include: [{ gtin: PRODUCT, lots: ['P1'] }] },
      instructions: 'Stop sale.',
      contacts: [{ name: name('Contact'), phone: PHONE, email: 'planted@example.com' }],
    };
    const made = await must(201, 'POST', '/api/v1/recalls', draft);
    expect(made.body.contacts).toEqual(draft.contacts);
    recall = made.body.id;
    await must(200, 'POST', `/api/v1/recalls/${recall}/activate`, {});
    const { items } = await eventually(async () => {
      const { body } = await server.call('GET', '/api/v1/notices', undefined, as(SHOP));
      return body.items.length > 0 ? body : undefined;
    });
    notice = items[0].id;
    expect(items[0].contacts).toEqual(draft.contacts);
    expect(items[0].languages.en.text).toContain(name('Contact'));
    await eventually(async () => (received > 0 ? true : undefined));
    await must(200, 'POST', `/api/v1/recalls/${recall}/amend`, { contacts: [{ name: name('Amended'), phone: PHONE }] });
    expect((await must(200, 'GET', `/api/v1/recalls/${recall}`)).body.contacts).toEqual([
      { name: name('Amended'), phone: PHONE },
    ]);
    await must(201, 'POST', '/api/v1/signals', { kind: 'complaint', description: `${name('Signal')} was burnt.` }, as(SHOP));
    await must(200, 'POST', `/api/v1/notices/${notice}/acknowledge`, { by: name('Reader') }, as(SHOP));
    const to = [{ name: name('Customer'), contact: PHONE }];
    await must(200, 'POST', `/api/v1/notices/${notice}/forward`, { to }, as(SHOP));
    await eventually(async () => (received > 1 ? true : undefined));
    for (const planted of PLANTED) expect(await tablesWith(test.database, planted, '%log%')).toEqual([]);
    expect(await tablesWith(test.database, name('Contact'))).toEqual(['public.notice_delivery', 'public.recall_person']);
  });

  it('is found for an access request, by administrators alone', async () => {
    const { items } = (await must(200, 'GET', '/api/v1/personal-data?contains=zhang%20planted')).body;
    expect(items.map(({ purpose }: { purpose: string }) => purpose).sort()).toEqual([
      'answer',
      'forwarding',
      'recall-contact',
      'recall-contact',
      'signal',
    ]);
    await must(403, 'GET', '/api/v1/personal-data?contains=zhang', undefined, as(SHOP));
    await must(400, 'GET', '/api/v1/personal-data');
  });

  it('is in no table any more once it is erased; what happened stays', async () => {
    const { items } = (await must(200, 'GET', '/api/v1/personal-data?contains=Qqxz')).body;
    const ids = items.map(({ id }: { id: string }) => id);
    await must(403, 'POST', '/api/v1/personal-data/erase', { ids, reason: 'asked for' }, as(SHOP));
    expect((await must(200, 'POST', '/api/v1/personal-data/erase', { ids, reason: 'asked for' })).body.erased).toHaveLength(5);
    expect((await must(200, 'POST', '/api/v1/personal-data/erase', { ids, reason: 'again' })).body.erased).toEqual([]);
    for (const planted of [...PLANTED, PHONE, 'planted@example.com'])
      expect(await tablesWith(test.database, planted)).toEqual([]);
    expect((await must(200, 'GET', `/api/v1/recalls/${recall}`)).body).toMatchObject({ contacts: [], state: 'active' });
    const { body } = await must(200, 'GET', `/api/v1/notices/${notice}`, undefined, as(SHOP));
    expect(body).toMatchObject({ contacts: [], acknowledgedAt: expect.any(String) });
    expect(JSON.stringify(body)).not.toContain('Qqxz');
  });
});
