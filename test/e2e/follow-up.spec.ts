import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { verifyArchive } from '@suyuan/recall/archive';
import { gln, gtin } from '../support/gs1';
import { ADMIN_KEY, ApiAnswer, segment, ServerProcess } from '../support/server-process';

const [MAKER, CENTRE, SHOP] = [gln(11), gln(12), gln(13)];
const PRODUCT = gtin(11);
const LOT = `(01)${PRODUCT}(10)K1`;
const uri = (number: string): string => `https://id.gs1.org/417/${number}`;

let server: ServerProcess;
let regimes: string;
const keys = new Map<string, string>();
const as = (number: string): { key: string } => ({ key: keys.get(number) ?? '' });

/** A regime of the firm's own whose clocks run in seconds. */
function quickRegime(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'suyuan-quick-'));
  const shipped = path.resolve(__dirname, '../../libs/recall/src/regimes/data/cn-consumer.json');
  const seconds = (count: number): object => ({ count, unit: 's' });
  const quick = {
    ...(JSON.parse(readFileSync(shipped, 'utf8')) as object),
    id: 'quick',
    timers: [
      {
        name: 'plan',
        anchor: 'decided',
        limit: seconds(2),
        duty: 'producer',
        met: 'planned',
        evidence: 'read',
        source: 'a test',
      },
    ],
    answers: { acknowledge: seconds(2), contain: seconds(600), reconcile: seconds(1200) },
    ladder: [
      { after: seconds(0), step: 'reminder' },
      { after: seconds(1), step: 'report_to_authority' },
    ],
  };
  writeFileSync(path.join(folder, 'quick.json'), JSON.stringify(quick));
  return folder;
}

beforeAll(async () => {
  regimes = quickRegime();
  server = await ServerProcess.start({ SUYUAN_REGIMES_DIR: regimes });
  for (const number of [MAKER, CENTRE, SHOP]) {
    await must(201, 'POST', '/api/v1/parties', { id: number, name: number, roles: ['distributor'] });
    keys.set(number, (await must(201, 'POST', `/api/v1/parties/${number}/keys`, {})).body.key);
  }
  keys.set('second', (await must(201, 'POST', `/api/v1/parties/${MAKER}/keys`, {})).body.key);
  await must(201, 'POST', '/api/v1/master-data/products', { gtin: PRODUCT, name: 'Kettle', producer: MAKER });
  const event = (verb: string, body: object): Promise<ApiAnswer> => must(201, 'POST', `/api/v1/events/${verb}`, body);
  const at = (hour: number): string => `2026-05-01T${String(hour).padStart(2, '0')}:00:00Z`;
  const goods = (quantity: number): object[] => [{ code: LOT, quantity, uom: 'EA' }];
  await event('production', { product: PRODUCT, lot: 'K1', quantity: 100, uom: 'EA', place: MAKER, at: at(1) });
  await event('production', { product: PRODUCT, lot: 'K2', quantity: 10, uom: 'EA', place: MAKER, at: at(2) });
  await event('shipment', { items: goods(60), from: MAKER, to: CENTRE, at: at(3) });
  await event('receipt', { items: goods(60), at_place: CENTRE, from: MAKER, at: at(4) });
  await event('shipment', { items: goods(20), from: CENTRE, to: SHOP, at: at(5) });
  await event('receipt', { items: goods(20), at_place: SHOP, from: CENTRE, at: at(6) });
  await event('sale', { items: goods(5), place: SHOP, at: at(7) });
});
afterAll(async () => {
  await server.remove();
  rmSync(regimes, { recursive: true, force: true });
});

async function must(
  status: number,
  method: string,
  address: string,
  body?: unknown,
  options?: { key: string },
): Promise<ApiAnswer> {
  const answer = await server.call(method, address, body, options);
  expect([method, address, answer.status, answer.status === status ? '' : JSON.stringify(answer.body)]).toEqual([
    method,
    address,
    status,
    '',
  ]);
  return answer;
}

async function eventually<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (let attempt = 0; attempt < 300; attempt++) {
    const found = await look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('it did not happen within thirty seconds');
}

const draft = (change: object = {}): object => ({
  title: 'Kettle handle',
  mode: 'real',
  regimes: ['cn-consumer'],
  basis: 'ordered',
  depth: 'retail',
  reason: 'The handle may break.',
  hazard: 'Burns',
  product: 'Kettle',
  scope: { include: [{ gtin: PRODUCT, lots: ['K1'] }] },
  instructions: 'Stop sale.',
  contacts: [{ name: 'Desk', phone: '1' }],
  ...change,
});

async function activated(change: object = {}, key?: { key: string }): Promise<string> {
  const { id } = (await must(201, 'POST', '/api/v1/recalls', draft(change), key)).body;
  await must(200, 'POST', `/api/v1/recalls/${id}/activate`, {}, key);
  return id;
}

type Holder = { party: string; noticeId: string; state: string; class: string };
const holdersOf = (id: string, count: number): Promise<Holder[]> =>
  eventually(async () => {
    const { items } = (await server.call('GET', `/api/v1/recalls/${id}/holders`)).body;
    return items.length >= count ? items : undefined;
  });

describe('A recall followed up', () => {
  let id = '';
  let shop: Holder;

  it('proves each holder by the way of its goods', async () => {
    id = await activated();
    const holders = await holdersOf(id, 3);
    shop = holders.find(({ party }) => party === uri(SHOP)) as Holder;
    const { body } = await must(200, 'GET', `/api/v1/recalls/${id}/holders/${shop.noticeId}/proof`);
    expect(body).toMatchObject({ party: uri(SHOP), complete: true, madeFrom: [] });
    const way = body.steps.map(
      ({ from, to, quantity }: { from: { state: string }; to: { state: string; party: string }; quantity: number }) => [
        from.state,
        to.state,
        to.party,
        quantity,
      ],
    );
    expect(way).toEqual([
      ['created', 'held', uri(MAKER), 100],
      ['held', 'in_transit', uri(CENTRE), 60],
      ['in_transit', 'held', uri(CENTRE), 60],
      ['held', 'in_transit', uri(SHOP), 20],
      ['in_transit', 'held', uri(SHOP), 20],
      ['held', 'sold', uri(SHOP), 5],
    ]);
    for (const { eventIds } of body.steps) expect(eventIds).toHaveLength(1);
  });

  it('shows its clocks, each with its law and how sure that is', async () => {
    const { items } = (await must(200, 'GET', `/api/v1/recalls/${id}/deadlines`)).body;
    const plan = items.find(({ key }: { key: string }) => key === 'cn-consumer:plan');
    expect(plan).toMatchObject({ status: 'running', limit: '10 wd', evidence: 'second-hand', overdue: false });
    await must(200, 'POST', `/api/v1/recalls/${id}/plan`, { plan: { measures: 'refund' } }, as(MAKER));
    await must(403, 'POST', `/api/v1/recalls/${id}/return-plan`, { reason: 'thin' }, as(MAKER));
    await must(400, 'POST', `/api/v1/recalls/${id}/return-plan`, {});
    const returned = await must(200, 'POST', `/api/v1/recalls/${id}/return-plan`, { reason: 'thin' });
    expect(returned.body).toMatchObject({ state: 'active', plan: { status: 'returned', reason: 'thin' } });
  });

  it('opens a case where declared and derived quantities differ, and closes it when they agree', async () => {
    const line = (onHand: number): object => ({ lines: [{ product: LOT, uom: 'EA', onHand, sold: 5 }] });
    await must(200, 'POST', `/api/v1/notices/${shop.noticeId}/reconcile`, line(12), as(SHOP));
    const cases = (state: string): Promise<{ caseId: string }> =>
      eventually(async () =>
        (await server.call('GET', `/api/v1/recalls/${id}/discrepancies`)).body.items.find(
          (one: { state: string }) => one.state === state,
        ),
      );
    const open = await cases('open');
    expect(open).toMatchObject({ party: uri(SHOP), difference: 3, derived: 20, declared: 17 });
    const seen = async (who: string): Promise<unknown> =>
      (await must(200, 'GET', `/api/v1/recalls/${id}/discrepancies`, undefined, as(who))).body.items;
    expect([await seen(SHOP), await seen(CENTRE)]).toMatchObject([[{ caseId: open.caseId }], []]);
    await must(403, 'POST', `/api/v1/recalls/${id}/discrepancies/${open.caseId}/settle`, { reason: 'mine' }, as(SHOP));
    await must(404, 'POST', `/api/v1/recalls/${id}/discrepancies/${open.caseId}/explain`, { reason: 'x' }, as(CENTRE));
    await must(200, 'POST', `/api/v1/recalls/${id}/discrepancies/${open.caseId}/explain`, { reason: 'three broke' }, as(SHOP));
    await must(200, 'POST', `/api/v1/notices/${shop.noticeId}/reconcile`, line(15), as(SHOP));
    expect(await cases('settled')).toMatchObject({ difference: 0 });
    const { totals } = (await must(200, 'GET', `/api/v1/recalls/${id}/reconciliation`)).body;
    expect(totals).toMatchObject([{ produced: 100, unaccounted: 0, undeclared: 80, declared: { onHand: 15, sold: 5 } }]);
  });

  it('is checked for its effect by a sample that can be drawn again', async () => {
    const drawn = await must(201, 'POST', `/api/v1/recalls/${id}/effectiveness/samples`, { level: 'B', seed: 'seven' });
    const [sample] = drawn.body.samples;
    expect(sample).toMatchObject({ checker: 'authority', level: 'B', fraction: 0.5, outcome: { drawn: 2, checked: 0 } });
    const again = await must(201, 'POST', `/api/v1/recalls/${id}/effectiveness/samples`, { level: 'B', seed: 'seven' });
    expect(again.body.samples).toHaveLength(1);
    const good = { method: 'visit', reached: true, gotNotice: true, understood: true, foundProduct: true, acted: true };
    const [first, second] = sample.drawn;
    await must(201, 'POST', `/api/v1/recalls/${id}/effectiveness/checks`, { ...good, noticeId: first });
    await must(201, 'POST', `/api/v1/recalls/${id}/effectiveness/checks`, { ...good, noticeId: second, acted: false });
    await must(400, 'POST', `/api/v1/recalls/${id}/effectiveness/checks`, { noticeId: first, method: 'visit', reached: true });
    const { samples } = (await must(200, 'GET', `/api/v1/recalls/${id}/effectiveness`)).body;
    expect(samples[0].outcome).toMatchObject({ checked: 2, effective: 1, ineffective: 1, rate: 0.5, proposedLevel: 'A' });
    const states = new Map((await holdersOf(id, 3)).map(({ noticeId, state }) => [noticeId, state]));
    expect([states.get(first), states.get(second)]).toEqual(['verified', 'non_responsive']);
  });

  it('waives what an authority waives', async () => {
    const centre = (await holdersOf(id, 3)).find(({ party }) => party === uri(CENTRE)) as Holder;
    const at = `/api/v1/recalls/${id}/holders/${centre.noticeId}/mark`;
    await must(403, 'POST', at, { mark: 'waived', reason: 'burnt down' }, as(MAKER));
    expect((await must(200, 'POST', at, { mark: 'waived', reason: 'burnt down' })).body).toMatchObject({ state: 'waived' });
    expect((await must(200, 'GET', `/api/v1/recalls/${id}/progress`)).body.byState).toMatchObject({ waived: 1 });
  });

  it('that grows tells holders what came with it; the scope is kept version by version', async () => {
    const scope = { include: [{ gtin: PRODUCT, lots: ['K1', 'K2'] }] };
    await must(200, 'POST', `/api/v1/recalls/${id}/amend`, { scope, reason: 'same handle' });
    const notice = await eventually(async () => {
      const maker = (await holdersOf(id, 3)).find(({ party }) => party === uri(MAKER)) as Holder;
      const { body } = await server.call('GET', `/api/v1/notices/${maker.noticeId}`);
      return body.version === 2 ? body : undefined;
    });
    expect(notice).toMatchObject({ kind: 'update', changes: { added: [`https://id.gs1.org/01/${PRODUCT}/10/K2`], removed: [] } });
    const { items } = (await must(200, 'GET', `/api/v1/recalls/${id}/scope-versions`)).body;
    expect(items).toMatchObject([
      { version: 1, by: 'authority', narrows: false, resolved: { produced: [{ quantity: 100 }] } },
      { version: 2, reason: 'same handle', narrows: false, resolved: { products: [expect.any(String), expect.any(String)] } },
    ]);
  });
});

describe('On paper', () => {
  let id = '';
  const raw = async (address: string): Promise<{ status: number; type: string; body: Buffer }> => {
    const answer = await fetch(`${server.url}${address}`, { headers: { authorization: `Bearer ${ADMIN_KEY}` } });
    return {
      status: answer.status,
      type: answer.headers.get('content-type') ?? '',
      body: Buffer.from(await answer.arrayBuffer()),
    };
  };

  it('is every report in every format', async () => {
    id = (await must(200, 'GET', '/api/v1/recalls')).body.items[0].id;
    for (const kind of ['summary', 'progress', 'final', 'consignee-status', 'cn-food', 'cpsc-monthly', 'gbt40993']) {
      for (const format of ['json', 'csv', 'xlsx', 'html']) {
        const { status, body } = await raw(`/api/v1/recalls/${id}/report?kind=${kind}&format=${format}`);
        expect([kind, format, status, body.length > 20]).toEqual([kind, format, 200, true]);
      }
    }
    await must(400, 'GET', `/api/v1/recalls/${id}/report?kind=novel`);
    await must(400, 'GET', `/api/v1/recalls/${id}/report?kind=progress&from=yesterday`);
    const { body } = await must(200, 'GET', `/api/v1/recalls/${id}/report?kind=consignee-status`);
    expect(body.Consignees).toHaveLength(3);
    expect(body.facts).toMatchObject({ 'consignees notified': 3 });
  });

  it('are the records of a lot within a day, for those who may read them', async () => {
    const { body } = await must(200, 'GET', `/api/v1/reports/fsma204?format=json&code=${segment(LOT)}`);
    const steps = body['Key data elements'].map((row: Record<string, unknown>) => [
      row['Critical tracking event'],
      row['Quantity'],
    ]);
    expect(steps).toEqual([
      ['initial packing', 100],
      ['shipping', 60],
      ['receiving', 60],
      ['shipping', 20],
      ['receiving', 20],
    ]);
    expect(body['Not told'].length).toBeGreaterThan(0);
    await must(200, 'GET', `/api/v1/reports/fsma204?format=json&code=${segment(LOT)}`, undefined, as(MAKER));
    await must(403, 'GET', `/api/v1/reports/fsma204?code=${segment(LOT)}`, undefined, as(SHOP));
    await must(400, 'GET', '/api/v1/reports/fsma204?code=nonsense%20');
  });

  it('is what is published, with remedy and codes, and no drill', async () => {
    const { items } = (await must(200, 'GET', '/api/v1/public/feed/enforcement')).body;
    expect(items[0]).toMatchObject({ voluntary_mandated: 'Mandated', recalling_firm: MAKER, status: 'Ongoing' });
    expect(items[0].code_info).toContain('K1');
  });

  it('is the whole case, which anybody can check without the server', async () => {
    const { body, type } = await raw(`/api/v1/recalls/${id}/archive`);
    expect(type).toBe('application/zip');
    const file = path.join(regimes, 'case.zip');
    writeFileSync(file, body);
    const verdict = await verifyArchive(file);
    expect(verdict).toMatchObject({ valid: true, faults: [], manifest: { recallId: id } });
    const paths = verdict.manifest?.files.map((one) => one.path) ?? [];
    for (const wanted of ['records.ndjson', 'proofs.ndjson', 'events.ndjson', 'notices.ndjson', 'reports/final.xlsx'])
      expect(paths).toContain(wanted);
    body[Math.floor(body.length / 2)] = (body[Math.floor(body.length / 2)] ?? 0) ^ 1;
    writeFileSync(file, body);
    expect((await verifyArchive(file)).valid).toBe(false);
    await must(404, 'GET', `/api/v1/recalls/${id}/archive`, undefined, as(SHOP));
  });
});

describe('A producer’s own recall', () => {
  it('is published by two keys; its notices do not wait for that', async () => {
    const id = await activated({ basis: 'voluntary' }, as(MAKER));
    expect(await holdersOf(id, 3)).toHaveLength(3);
    await must(404, 'GET', `/api/v1/public/recalls/${id}`);
    expect((await must(200, 'GET', `/api/v1/recalls/${id}`)).body.awaitingApproval).toEqual({ kind: 'publish' });
    await must(409, 'POST', `/api/v1/recalls/${id}/approve`, {}, as(MAKER));
    await must(200, 'POST', `/api/v1/recalls/${id}/approve`, {}, as('second'));
    await must(200, 'GET', `/api/v1/public/recalls/${id}`);
  });

  it('names only regimes and classes that are known', async () => {
    const wrong = await must(400, 'POST', '/api/v1/recalls', draft({ regimes: ['cn-consumer', 'mars'] }));
    expect(wrong.body.errors).toMatchObject([{ pointer: '/regimes/1', message: expect.stringContaining('quick') }]);
    await must(400, 'POST', '/api/v1/recalls', draft({ regimes: ['cn-food'], class: 'IV' }));
    const classless = await must(400, 'POST', '/api/v1/recalls', draft({ regimes: ['cn-consumer'], class: 'II' }));
    expect(classless.body.errors).toMatchObject([{ pointer: '/class', message: 'cn-consumer knows no classes: leave it out' }]);
    const { id } = (await must(201, 'POST', '/api/v1/recalls', draft({ regimes: ['cn-food'], class: 'II' }))).body;
    await must(200, 'POST', `/api/v1/recalls/${id}/activate`, {});
    const unmet = await must(400, 'POST', `/api/v1/recalls/${id}/file-report`, { regime: 'cn-drug' });
    expect(unmet.body.errors).toMatchObject([{ pointer: '/regime', rule: 'recall/unknown-regime' }]);
    await must(200, 'POST', `/api/v1/recalls/${id}/file-report`, { regime: 'cn-food' });
  });

  it('has clocks that say where they come from, as the profile does that anybody may read', async () => {
    const { id } = (await must(201, 'POST', '/api/v1/recalls', draft({ regimes: ['cn-food'], class: 'II' }))).body;
    const { items } = (await must(200, 'GET', `/api/v1/recalls/${id}/deadlines`)).body;
    const start = items.find(({ name }: { name: string }) => name === 'start');
    expect(start).toMatchObject({ regime: 'cn-food', limit: '48 h', evidence: 'second-hand' });
    const open = { key: '' };
    const profile = (await must(200, 'GET', '/api/v1/regimes/cn-food', undefined, open)).body;
    expect(profile.timers).toContainEqual(
      expect.objectContaining({ name: 'start', source: start.source, evidence: start.evidence }),
    );
    expect(profile.calendarDays).toMatchObject({ id: 'cn', evidence: 'read' });
    expect((await must(200, 'GET', '/api/v1/regimes', undefined, open)).body.items).toHaveLength(11);
    await must(404, 'GET', '/api/v1/regimes/mars', undefined, open);
  });
});

describe('A drill', () => {
  it('is chosen by its seed, scored, and certified once all is accounted for', async () => {
    const started = await must(201, 'POST', '/api/v1/drills', { gtin: PRODUCT, seed: 'spring' }, as(MAKER));
    const again = await must(201, 'POST', '/api/v1/drills', { gtin: PRODUCT, seed: 'spring' }, as(MAKER));
    expect(again.body.lot).toBe(started.body.lot);
    await must(409, 'POST', '/api/v1/drills', { gtin: gtin(99) }, as(MAKER));
    const id = started.body.id;
    const lot = started.body.lot.endsWith('K1') ? 'K1' : 'K2';
    const holders = await holdersOf(id, lot === 'K1' ? 3 : 1);
    await must(404, 'GET', `/api/v1/recalls/${id}/drill/certificate`, undefined, as(MAKER));
    const has: Record<string, object> = {
      [uri(MAKER)]: lot === 'K1' ? { onHand: 40 } : { onHand: 10 },
      [uri(CENTRE)]: { onHand: 40 },
      [uri(SHOP)]: { onHand: 15, sold: 5 },
    };
    for (const { party, noticeId } of holders)
      await must(200, 'POST', `/api/v1/notices/${noticeId}/reconcile`, {
        lines: [{ product: started.body.lot, uom: 'EA', ...has[party] }],
      });
    await must(200, 'POST', `/api/v1/recalls/${id}/complete`, {}, as(MAKER));
    const { body } = await must(200, 'GET', `/api/v1/recalls/${id}/drill`, undefined, as(MAKER));
    expect(body.score).toMatchObject({ quantityAccounted: 1, massBalanceError: 0, traceHoles: 0, passed: true });
    expect(body.certificate).toMatchObject({ drillId: id, producers: [uri(MAKER)] });
    const page = await server.call('GET', `/api/v1/recalls/${id}/drill/certificate?format=html`, undefined, as(MAKER));
    expect(page.status).toBe(200);
    await must(404, 'GET', `/api/v1/public/recalls/${id}`);
    expect((await must(200, 'GET', `/api/v1/check/${segment(LOT)}`)).body.recalls).not.toContainEqual(
      expect.objectContaining({ id }),
    );
  });
});

describe('A deadline set before the process is killed', () => {
  it('is noted after it, once, and the ladder is climbed once', async () => {
    const id = await activated({ regimes: ['quick'] });
    await holdersOf(id, 3);
    await server.kill();
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    await server.boot();
    const count = async (type: string): Promise<number> =>
      (await server.call('GET', `/api/v1/recalls/${id}/timeline?limit=1000`)).body.items.filter(
        (one: { type: string }) => one.type === type,
      ).length;
    await eventually(async () => ((await count('TaskMarked')) === 3 ? true : undefined));
    await server.kill();
    await server.boot();
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect([await count('DeadlineMissed'), await count('TaskEscalated'), await count('TaskMarked')]).toEqual([1, 6, 3]);
    const states = (await holdersOf(id, 3)).map(({ state }) => state);
    expect(states).toEqual(['non_responsive', 'non_responsive', 'non_responsive']);
  });
});

describe('Affected goods that move on after their recall began', () => {
  it('are said openly, with the events, and whoever got them is told', async () => {
    const id = await activated();
    await holdersOf(id, 3);
    const at = new Date(Date.now() + 1_000).toISOString();
    const goods = [{ code: LOT, quantity: 3, uom: 'EA' }];
    const moved = (address: string): Promise<ApiAnswer> => must(200, 'GET', address);
    expect((await moved('/api/v1/exceptions?type=post_recall_movement')).body.items).toEqual([]);
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    const shipped = await must(201, 'POST', '/api/v1/events/shipment', { items: goods, from: SHOP, to: gln(14), at });
    const found = await eventually(async () => (await moved('/api/v1/exceptions?type=post_recall_movement')).body.items[0]);
    expect(found).toMatchObject({
      type: 'post_recall_movement',
      code: `https://id.gs1.org/01/${PRODUCT}/10/K1`,
      party: uri(gln(14)),
      amount: 3,
      eventIds: shipped.body.eventIds,
    });
    expect((await holdersOf(id, 4)).map(({ party }) => party)).toContain(uri(gln(14)));
    expect((await moved(`/api/v1/exceptions?type=post_recall_movement&party=${SHOP}`)).body.items).toEqual([]);
  });
});
