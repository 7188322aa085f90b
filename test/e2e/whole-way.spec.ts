import { createServer, IncomingMessage, Server } from 'node:http';
import { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { gln, gtin, sscc } from '../support/gs1';
import { ApiAnswer, segment, ServerProcess } from '../support/server-process';

const MAKER = gln(1);
const CENTRE = gln(2);
const SHOP = gln(3);
const LATE_SHOP = gln(4);
const PRODUCT = gtin(1);
const PALLET = sscc(1);
const party = (number: string): string => `https://id.gs1.org/417/${number}`;
const unit = (serial: string): string => `01/${PRODUCT}/21/${serial}`;

let server: ServerProcess;
let hook: { server: Server; url: string; received: { headers: IncomingMessage['headers']; body: string }[] };
const keys = new Map<string, string>();

const as = (number: string): { key: string } => ({ key: keys.get(number) ?? '' });
const position = (answer: ApiAnswer): string => answer.headers.get('suyuan-position') ?? '';

beforeAll(async () => {
  hook = await startReceiver();
  server = await ServerProcess.start({ SUYUAN_EGRESS_ALLOW: '127.0.0.0/8' });
});
afterAll(async () => {
  await server.remove();
  hook.server.close();
});

async function startReceiver(): Promise<typeof hook> {
  const received: (typeof hook)['received'] = [];
  const receiver = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      received.push({ headers: request.headers, body });
      response.writeHead(204).end();
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  return { server: receiver, url: `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`, received };
}

async function eventually<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const found = await look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('it did not happen within ten seconds');
}

describe('The whole way', () => {
  let webhookSecret = '';
  let recallId = '';
  let shopNotice = '';

  it('registers parties and gives them keys', async () => {
    for (const [number, name] of [
      [MAKER, 'Maker'],
      [CENTRE, 'Centre'],
      [SHOP, 'Shop'],
      [LATE_SHOP, 'Late shop'],
    ] as const) {
      const body = { id: number, name, roles: ['retailer'], ...(number === SHOP ? { webhook: { url: hook.url } } : {}) };
      const made = await server.call('POST', '/api/v1/parties', body);
      expect(made).toMatchObject({ status: 201, body: { id: party(number) } });
      if (number === SHOP) webhookSecret = made.body.webhook.secret;
      const key = await server.call('POST', `/api/v1/parties/${number}/keys`, {});
      expect(key.status).toBe(201);
      keys.set(number, key.body.key);
    }
    const regulator = await server.call('POST', `/api/v1/parties/${MAKER}/keys`, { role: 'auditor' });
    keys.set('auditor', regulator.body.key);
  });

  it('captures production, packing, shipping and receiving', async () => {
    const at = (hour: number): string => `2026-05-01T${String(hour).padStart(2, '0')}:00:00+08:00`;
    const post = (verb: string, row: object, key = as(MAKER)): Promise<ApiAnswer> =>
      server.call('POST', `/api/v1/events/${verb}`, row, key);
    expect(
      await post('production', { product: PRODUCT, lot: 'F1', serials: ['1', '2', '3', '4'], place: MAKER, at: at(8) }),
    ).toMatchObject({ status: 201 });
    expect(
      await post('packing', {
        container: `(00)${PALLET}`,
        contents: [1, 2, 3].map((serial) => `(01)${PRODUCT}(21)${serial}`),
        place: MAKER,
        at: at(9),
      }),
    ).toMatchObject({ status: 201 });
    expect(await post('shipment', { items: [`(00)${PALLET}`], from: MAKER, to: CENTRE, at: at(10) })).toMatchObject({
      status: 201,
    });
    expect(await post('receipt', { items: [`(00)${PALLET}`], at_place: CENTRE, at: at(11) }, as(CENTRE))).toMatchObject({
      status: 201,
    });
    expect(
      await post(
        'unpacking',
        { container: `(00)${PALLET}`, contents: [`(01)${PRODUCT}(21)1`], place: CENTRE, at: at(12) },
        as(CENTRE),
      ),
    ).toMatchObject({ status: 201 });
    expect(
      await post('shipment', { items: [`(01)${PRODUCT}(21)1`], from: CENTRE, to: SHOP, at: at(13) }, as(CENTRE)),
    ).toMatchObject({ status: 201 });
    const last = await post('receipt', { items: [`(01)${PRODUCT}(21)1`], at_place: SHOP, at: at(14) }, as(SHOP));
    const holders = await server.call('GET', `/api/v1/trace/${segment(`01/${PRODUCT}/10/F1`)}/holders?atLeast=${position(last)}`);
    expect(
      holders.body.holders.map((row: { party: string; quantity: number; state: string }) => [row.party, row.quantity, row.state]),
    ).toEqual([
      [party(MAKER), 1, 'held'],
      [party(CENTRE), 2, 'held'],
      [party(SHOP), 1, 'held'],
    ]);
    expect(holders.body.totals).toMatchObject({ produced: 4, held: 4 });
  });

  it('answers what was believed before a late event, and what is true with it', async () => {
    const believed = await server.call('GET', `/api/v1/trace/${segment(unit('1'))}/holders?asOf=2026-05-01T13:30:00%2B08:00`);
    expect(believed.body.holders).toMatchObject([{ party: party(SHOP), state: 'in_transit', from: party(CENTRE) }]);
    const history = await server.call('GET', `/api/v1/trace/${segment(unit('1'))}/history`);
    expect(history.body.items.map(({ bizStep }: { bizStep: string }) => bizStep)).toEqual([
      'commissioning',
      'packing',
      'shipping',
      'receiving',
      'unpacking',
      'shipping',
      'receiving',
    ]);
  });

  it('keeps strangers out', async () => {
    expect((await server.call('GET', '/api/v1/notices', undefined, { key: null })).status).toBe(401);
    expect((await server.call('GET', '/api/v1/notices', undefined, { key: 'sk_wrong' })).status).toBe(401);
    expect((await server.call('POST', '/api/v1/events/sale', {}, { key: keys.get('auditor') ?? '' })).status).toBe(403);
    expect((await server.call('POST', '/api/v1/admin/trace/verify', undefined, as(SHOP))).status).toBe(403);
  });

  it('runs a recall: holders are found and told, each only what is its own', async () => {
    const body = {
      title: 'Heater F1',
      mode: 'real',
      regimes: ['cn-consumer'],
      basis: 'ordered',
      depth: 'consumer',
      reason: 'overheats',
      hazard: 'fire',
      product: 'Heater',
      scope: { include: [{ gtin: PRODUCT, lots: ['F1'] }] },
      instructions: 'Unplug it.',
      contacts: [{ name: 'Hotline', phone: '400' }],
    };
    expect((await server.call('POST', '/api/v1/recalls', body, as(SHOP))).status).toBe(403);
    const made = await server.call('POST', '/api/v1/recalls', body);
    expect(made).toMatchObject({ status: 201, body: { state: 'decided' } });
    recallId = made.body.id;
    const active = await server.call('POST', `/api/v1/recalls/${recallId}/activate`, {});
    expect(active).toMatchObject({ status: 200, body: { state: 'active' } });
    const holders = await server.call('GET', `/api/v1/recalls/${recallId}/holders?atLeast=${position(active)}`);
    expect(holders.body.items.map((item: { party: string; class: string }) => [item.party, item.class])).toEqual([
      [party(MAKER), 'current'],
      [party(CENTRE), 'current'],
      [party(SHOP), 'current'],
    ]);
    const inbox = await server.call('GET', '/api/v1/notices', undefined, as(SHOP));
    expect(inbox.body.items).toMatchObject([
      { recallId, kind: 'recall', version: 1, party: party(SHOP), quantities: [{ held: 1 }], languages: { 'zh-CN': {}, en: {} } },
    ]);
    shopNotice = inbox.body.items[0].id;
    expect((await server.call('GET', `/api/v1/notices/${shopNotice}`, undefined, as(CENTRE))).status).toBe(404);
    expect((await server.call('POST', `/api/v1/notices/${shopNotice}/acknowledge`, {}, as(CENTRE))).status).toBe(404);
  });

  it('delivers the notice to the shop’s webhook, signed', async () => {
    const delivered = await eventually(async () => hook.received[0]);
    const verified = new Webhook(webhookSecret).verify(delivered.body, delivered.headers as Record<string, string>);
    expect(verified).toMatchObject({ type: 'recall.notice', data: { id: shopNotice, recallId } });
  });

  it('takes the holder’s answers and keeps the four counts apart', async () => {
    const lines = [{ product: `01/${PRODUCT}/10/F1`, uom: 'EA', quantity: 1 }];
    expect(await server.call('POST', `/api/v1/notices/${shopNotice}/acknowledge`, { by: 'Li Hua' }, as(SHOP))).toMatchObject({
      status: 200,
      body: { state: 'acknowledged' },
    });
    expect(await server.call('POST', `/api/v1/notices/${shopNotice}/contain`, { lines }, as(SHOP))).toMatchObject({
      status: 200,
      body: { state: 'contained' },
    });
    const last = await server.call(
      'POST',
      `/api/v1/notices/${shopNotice}/dispose`,
      { lines: [{ ...lines[0], method: 'returned' }] },
      as(SHOP),
    );
    const progress = await server.call('GET', `/api/v1/recalls/${recallId}/progress?atLeast=${position(last)}`);
    expect(progress.body).toMatchObject({
      tasks: { total: 3, sent: 3, delivered: 1, acknowledged: 1, acted: 1, done: 1 },
      byState: { disposed: 1, sent: 2 },
    });
    expect(progress.body.quantities).toMatchObject([{ produced: 4, located: 4, contained: 1, disposed: 1, unaccounted: 0 }]);
  });

  it('tells a holder that becomes known later, by itself', async () => {
    const late = { items: [`(01)${PRODUCT}(21)4`], from: MAKER, to: LATE_SHOP, at: '2026-05-01T09:30:00+08:00' };
    const captured = await server.call('POST', '/api/v1/events/shipment', late, as(MAKER));
    const inbox = await server.call('GET', `/api/v1/notices?atLeast=${position(captured)}`, undefined, as(LATE_SHOP));
    expect(inbox.body.items).toMatchObject([
      { recallId, party: party(LATE_SHOP), kind: 'recall', quantities: [{ inTransit: 1 }] },
    ]);
  });

  it('answers the till with three answers', async () => {
    const verdict = async (code: string): Promise<unknown> =>
      (await server.call('GET', `/api/v1/check/${segment(code)}`, undefined, { key: null })).body;
    expect(await verdict(unit('1'))).toMatchObject({ verdict: 'affected', recalls: [{ id: recallId, certainty: 'certain' }] });
    expect(await verdict(`01/${PRODUCT}/10/F2`)).toMatchObject({ verdict: 'not_affected', recalls: [] });
    expect(await verdict(unit('never-seen'))).toMatchObject({ verdict: 'need_code', need: ['lot'] });
    expect(await verdict(PRODUCT)).toMatchObject({ verdict: 'need_code', need: ['lot'] });
    expect(await verdict(gtin(9))).toMatchObject({ verdict: 'not_affected' });
    expect((await server.call('GET', '/api/v1/check/0950600013435X', undefined, { key: null })).status).toBe(400);
  });

  it('is closed by the authority only, and stays a warning at the till', async () => {
    expect((await server.call('POST', `/api/v1/recalls/${recallId}/terminate`, { reason: 'done' })).body).toMatchObject({
      type: expect.stringContaining('recall/wrong-state'),
      status: 409,
    });
    expect((await server.call('POST', `/api/v1/recalls/${recallId}/complete`, {})).body).toMatchObject({
      state: 'completing',
      outstanding: { tasks: expect.any(Array) },
    });
    expect((await server.call('POST', `/api/v1/recalls/${recallId}/terminate`, { reason: 'done' })).body).toMatchObject({
      state: 'terminated',
    });
    expect((await server.call('GET', `/api/v1/check/${segment(unit('1'))}`)).body).toMatchObject({ verdict: 'affected' });
  });

  it('shows the shopper what to do, in both languages', async () => {
    const chinese = await server.call('GET', `/01/${PRODUCT}/10/F1/21/1`, undefined, {
      key: null,
      headers: { 'accept-language': 'zh-CN' },
    });
    const english = await server.call('GET', `/01/${PRODUCT}/10/F1/21/1`, undefined, {
      key: null,
      headers: { 'accept-language': 'en' },
    });
    expect(chinese.body).toContain('召回');
    expect(english.body).toContain('Unplug it.');
  });

  it('survives a hard stop with nothing changed, and an orderly one', async () => {
    const before = (await server.call('GET', `/api/v1/recalls/${recallId}/holders`)).body;
    await server.kill();
    await server.boot();
    expect((await server.call('GET', `/api/v1/recalls/${recallId}/holders`)).body).toEqual(before);
    expect(await server.stop()).toBe(0);
    await server.boot();
  });
});
