import { gln, gtin, sscc } from '../support/gs1';
import { ApiAnswer, segment, ServerProcess } from '../support/server-process';

const [MAKER, SHOP] = [gln(21), gln(22)];
const PRODUCT = gtin(21);
/** Another party's product, and one of which no master data says whose it is. */
const [OTHERS, UNREGISTERED] = [gtin(22), gtin(23)];
const UNIT = `(01)${PRODUCT}(21)7`;
let server: ServerProcess;
const keys = new Map<string, string>();
const as = (number: string): { key: string } => ({ key: keys.get(number) ?? '' });

beforeAll(async () => {
  server = await ServerProcess.start();
  for (const number of [MAKER, SHOP]) {
    await must(201, 'POST', '/api/v1/parties', { id: number, name: number, roles: ['distributor'] });
    keys.set(number, (await must(201, 'POST', `/api/v1/parties/${number}/keys`, {})).body.key);
  }
  await must(201, 'POST', '/api/v1/master-data/products', { gtin: PRODUCT, name: 'Kettle', producer: MAKER });
  await must(201, 'POST', '/api/v1/master-data/products', { gtin: OTHERS, name: 'Toaster', producer: SHOP });
});
afterAll(async () => server.remove());

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

async function verdict(position: string): Promise<unknown> {
  return (await must(200, 'GET', `/api/v1/check/${segment(UNIT)}?atLeast=${position}`)).body;
}
const position = (answer: ApiAnswer): string => answer.headers.get('suyuan-position') ?? '';

describe('From a signal to a recall', () => {
  let id = '';
  const scenario = { harm: 'burns', severity: 3, probability: '>1/1000', vulnerable: true };
  const move = (status: number, name: string, body: object, key?: { key: string }): Promise<ApiAnswer> =>
    must(status, 'POST', `/api/v1/investigations/${id}/${name}`, body, key);

  it('a shop reports, the authority opens an inquiry with the signal’s codes and the time it was known', async () => {
    const report = { kind: 'incident', description: 'A kettle burst.', codes: [UNIT], at: '2026-05-01T08:00:00Z' };
    const signal = (await must(201, 'POST', '/api/v1/signals', report, as(SHOP))).body.id;
    const opened = await must(201, 'POST', '/api/v1/investigations', { title: 'Kettle bursts', signals: [signal] });
    id = opened.body.id;
    expect(opened.body).toMatchObject({
      state: 'investigating',
      codes: [`https://id.gs1.org/01/${PRODUCT}/21/7`],
      producers: [`https://id.gs1.org/417/${MAKER}`],
      knownAt: '2026-05-01T08:00:00Z',
    });
    await must(404, 'GET', `/api/v1/investigations/${id}`, undefined, as(SHOP));
    await must(200, 'GET', `/api/v1/investigations/${id}`, undefined, as(MAKER));
  });

  it('goods are held at the till before anything is decided, possibly affected; a false hold is not the producer’s to lift', async () => {
    expect(await verdict('0')).toMatchObject({ verdict: 'not_affected' });
    await move(400, 'hold', { scope: { include: [{ gtin: PRODUCT }] }, reason: 'fire' });
    const hold = { scope: { include: [{ gtin: PRODUCT }] }, instructions: 'Do not sell.', reason: 'fire' };
    const held = await move(200, 'hold', hold);
    expect(await verdict(position(held))).toMatchObject({
      verdict: 'affected',
      recalls: [{ id, title: 'Kettle bursts', state: 'held', certainty: 'possible', instructions: 'Do not sell.' }],
    });
    await move(403, 'lift', { reason: 'ours' }, as(MAKER));
    const lifted = await move(200, 'lift', { reason: 'looked at' });
    expect(await verdict(position(lifted))).toMatchObject({ verdict: 'not_affected' });
    // Nothing is held now, so that only whose product it is can refuse.
    for (const entry of [{ gtin: OTHERS }, { gtin: UNREGISTERED }, { inputLots: [`(01)${OTHERS}(10)L`] }]) {
      const refused = await move(403, 'hold', { ...hold, scope: { include: [{ gtin: PRODUCT }, entry] } }, as(MAKER));
      expect(refused.body.errors).toMatchObject([{ pointer: '/scope/include/1', rule: 'investigation/not-your-product' }]);
    }
    const own = await move(200, 'hold', hold, as(MAKER));
    expect(await verdict(position(own))).toMatchObject({ verdict: 'affected', recalls: [{ id, state: 'held' }] });
    await move(200, 'lift', { reason: 'ours' }, as(MAKER));
    await move(200, 'hold', hold);
  });

  it('the producer answers, the authority judges, the producer disputes', async () => {
    await move(200, 'notify', { reason: 'Investigate and report.' });
    await move(403, 'notify', { reason: 'x' }, as(MAKER));
    await move(200, 'report', { finding: 'no_defect', reason: 'Wrong use.' }, as(MAKER));
    await move(200, 'take-over', { reason: 'Not convincing.' });
    await move(400, 'assess', { scenarios: [{ ...scenario, severity: 5 }] });
    expect((await move(200, 'assess', { scenarios: [scenario], depth: 'retail' })).body).toMatchObject({
      state: 'assessed',
      assessment: { risk: 'serious', by: 'authority' },
    });
    await move(400, 'assess', { scenarios: [scenario], class: 'grave' });
    for (const evidence of [undefined, ' ']) {
      const bare = await move(422, 'dispute', { reason: 'Not ours.', evidence }, as(MAKER));
      expect(bare.body.errors).toMatchObject([{ pointer: '/evidence', rule: 'investigation/evidence-missing' }]);
    }
    const disputed = await move(200, 'dispute', { reason: 'Not ours.', evidence: 'Test report 7.' }, as(MAKER));
    expect(disputed.body).toMatchObject({ state: 'disputed', dispute: { reason: 'Not ours.', evidence: 'Test report 7.' } });
    expect((await move(200, 'answer-dispute', { upheld: false, reason: 'It is.' })).body.state).toBe('assessed');
    const { items } = (await must(200, 'GET', `/api/v1/investigations/${id}/timeline`)).body;
    expect(items.map(({ type }: { type: string }) => type)).toEqual([
      'InvestigationOpened',
      'HoldPlaced',
      'HoldLifted',
      'HoldPlaced',
      'HoldLifted',
      'HoldPlaced',
      'ProducerNotified',
      'FindingReported',
      'InquiryTakenOver',
      'HazardAssessed',
      'AssessmentDisputed',
      'DisputeAnswered',
    ]);
  });

  it('a recall grows out of it: its clocks count from when the danger was known, and the hold outlives the decision', async () => {
    const draft = {
      title: 'Kettle bursts',
      mode: 'real',
      regimes: ['cn-consumer'],
      basis: 'ordered',
      depth: 'retail',
      reason: 'bursts',
      hazard: 'burns',
      product: 'Kettle',
      scope: { include: [{ gtin: PRODUCT }] },
      instructions: 'Stop sale.',
      contacts: [],
      investigationId: id,
    };
    await must(400, 'POST', '/api/v1/recalls', { ...draft, investigationId: 'in-none' });
    const decided = await must(201, 'POST', '/api/v1/recalls', draft);
    // Asked again it is the same recall; asked for another, none.
    expect((await must(201, 'POST', '/api/v1/recalls', draft)).body).toEqual(decided.body);
    await must(400, 'POST', '/api/v1/recalls', { ...draft, hazard: 'fire' });
    expect((await must(200, 'GET', `/api/v1/investigations/${id}`)).body).toMatchObject({
      state: 'led_to_recall',
      recallId: decided.body.id,
    });
    expect(await verdict(position(decided))).toMatchObject({ verdict: 'affected', recalls: [{ state: 'held' }] });
    const { items } = (await must(200, 'GET', `/api/v1/recalls/${decided.body.id}/deadlines`)).body;
    expect(items.find(({ name }: { name: string }) => name === 'incident-report')).toMatchObject({
      dueAt: '2026-05-07T15:59:59.999Z',
    });
    await must(200, 'POST', `/api/v1/recalls/${decided.body.id}/activate`, {});
    const lifted = await move(200, 'lift', { reason: 'the recall blocks' });
    expect(await verdict(position(lifted))).toMatchObject({
      verdict: 'affected',
      recalls: [{ id: decided.body.id, certainty: 'certain' }],
    });
  });

  it('a signal with nothing in it is dismissed, with the reason', async () => {
    const signal = (await must(201, 'POST', '/api/v1/signals', { kind: 'complaint', description: 'Ugly.' }, as(SHOP))).body.id;
    await must(403, 'POST', `/api/v1/signals/${signal}/dismiss`, { reason: 'no hazard' }, as(SHOP));
    await must(200, 'POST', `/api/v1/signals/${signal}/dismiss`, { reason: 'no hazard' });
    expect((await must(200, 'GET', `/api/v1/signals/${signal}`, undefined, as(SHOP))).body).toMatchObject({
      state: 'dismissed',
      reason: 'no hazard',
    });
  });

  it('a signal that is investigated says so, whatever was judged of it before, and is not dismissed any more', async () => {
    const report = async (): Promise<string> =>
      (await must(201, 'POST', '/api/v1/signals', { kind: 'complaint', description: 'Hot.', codes: [UNIT] }, as(SHOP))).body.id;
    const [first, late] = [await report(), await report()];
    await must(200, 'POST', `/api/v1/signals/${late}/dismiss`, { reason: 'alone it says little' });
    const unknown = await must(400, 'POST', '/api/v1/investigations', { title: 'None', signals: [first, 'sg-1', 'sg-2'] });
    expect(unknown.body.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual(['/signals/1', '/signals/2']);
    await must(400, 'POST', '/api/v1/signals', { kind: 'complaint', description: 'Hot.', at: 'in May' }, as(SHOP));
    const inquiry = (await must(201, 'POST', '/api/v1/investigations', { title: 'Hot kettles', signals: [first] })).body.id;
    const address = `/api/v1/investigations/${inquiry}/add-signal`;
    expect((await must(400, 'POST', address, { signal: 'sg-1' })).body.errors).toMatchObject([{ pointer: '/signal' }]);
    await must(404, 'POST', '/api/v1/signals/sg-1/dismiss', { reason: 'no hazard' });
    await must(200, 'POST', `/api/v1/investigations/${inquiry}/add-signal`, { signal: late });
    for (const signal of [first, late]) {
      await must(409, 'POST', `/api/v1/signals/${signal}/dismiss`, { reason: 'no hazard' });
      const { body } = await must(200, 'GET', `/api/v1/signals/${signal}`, undefined, as(SHOP));
      expect(body).toMatchObject({ state: 'investigated', investigationId: inquiry });
      expect(body).not.toHaveProperty('reason');
    }
  });

  it('a signal that is added brings its codes, their producers, who see the inquiry then, and the time it was known', async () => {
    const report = async (code: string, at: string): Promise<string> =>
      (await must(201, 'POST', '/api/v1/signals', { kind: 'incident', description: 'Hot.', codes: [code], at })).body.id;
    const first = await report(UNIT, '2026-06-01T08:00:00Z');
    const other = await report(`(01)${OTHERS}(10)T1`, '2026-06-01T09:00:00+08:00');
    const inquiry = (await must(201, 'POST', '/api/v1/investigations', { title: 'Hot', signals: [first, first] })).body;
    expect(inquiry.signals).toEqual([first]);
    await must(404, 'GET', `/api/v1/investigations/${inquiry.id}`, undefined, as(SHOP));
    await must(200, 'POST', `/api/v1/investigations/${inquiry.id}/add-signal`, { signal: other });
    expect((await must(200, 'GET', `/api/v1/investigations/${inquiry.id}`, undefined, as(SHOP))).body).toMatchObject({
      signals: [first, other],
      codes: [`https://id.gs1.org/01/${PRODUCT}/21/7`, `https://id.gs1.org/01/${OTHERS}/10/T1`],
      producers: [MAKER, SHOP].map((party) => `https://id.gs1.org/417/${party}`),
      knownAt: '2026-06-01T09:00:00+08:00',
    });
    const { items } = (await must(200, 'GET', '/api/v1/investigations', undefined, as(SHOP))).body;
    expect(items.map(({ id }: { id: string }) => id)).toEqual([inquiry.id]);
    const ahead = await report(UNIT, '2099-01-01T00:00:00Z');
    const { body } = await must(201, 'POST', '/api/v1/investigations', { title: 'Ahead', signals: [ahead] });
    expect(Date.parse(body.knownAt)).toBeLessThanOrEqual(Date.now());
  });

  it('a second hold that is narrower frees nothing unsaid, and a producer’s hold reaches its own goods alone', async () => {
    const lot = (gtinOf: string, name: string): string => `(01)${gtinOf}(10)${name}`;
    const event = (verb: string, body: object): Promise<ApiAnswer> => must(201, 'POST', `/api/v1/events/${verb}`, body);
    const at = '2026-06-02T08:00:00Z';
    const goods = (code: string): object[] => [{ code, quantity: 5, uom: 'EA' }];
    await event('production', { product: PRODUCT, lot: 'H1', quantity: 10, uom: 'EA', place: MAKER, at });
    await event('transformation', { inputs: goods(lot(PRODUCT, 'H1')), outputs: goods(lot(OTHERS, 'M1')), place: MAKER, at });
    const box = '(00)' + sscc(21);
    await event('packing', {
      container: box,
      contents: [{ code: lot(PRODUCT, 'H1'), quantity: 5, uom: 'EA' }],
      place: MAKER,
      at,
    });
    const opened = await must(201, 'POST', '/api/v1/investigations', { title: 'Hot again', codes: [lot(PRODUCT, 'H1')] });
    const address = `/api/v1/investigations/${opened.body.id}`;
    const hold = (lots: string[] | undefined, key?: { key: string }): Promise<ApiAnswer> => {
      const scope = { include: [{ gtin: PRODUCT, lots }] };
      return must(200, 'POST', `${address}/hold`, { scope, instructions: 'Do not sell.', reason: 'look' }, key);
    };
    const heldAfter = async (done: ApiAnswer, code: string): Promise<boolean> => {
      const { body } = await must(200, 'GET', `/api/v1/check/${segment(code)}?atLeast=${position(done)}`);
      return body.recalls.some(({ id: by }: { id: string }) => by === opened.body.id);
    };
    const own = await hold(undefined, as(MAKER));
    expect(own.body.hold).toMatchObject({ by: 'producer', party: `https://id.gs1.org/417/${MAKER}` });
    expect(await heldAfter(own, lot(PRODUCT, 'H1'))).toBe(true);
    expect(await heldAfter(own, box)).toBe(true);
    expect(await heldAfter(own, lot(OTHERS, 'M1'))).toBe(false);
    const authoritys = await hold(['H1', 'H2']);
    expect(await heldAfter(authoritys, lot(OTHERS, 'M1'))).toBe(true);
    expect(await heldAfter(authoritys, lot(PRODUCT, 'H2'))).toBe(true);
    const narrower = await hold(['H1']);
    expect(await heldAfter(narrower, lot(PRODUCT, 'H1'))).toBe(true);
    expect(await heldAfter(narrower, lot(PRODUCT, 'H2'))).toBe(false);
    const { items } = (await must(200, 'GET', `${address}/timeline`)).body;
    const include = (...lots: string[]): object => ({ include: [{ gtin: PRODUCT, ...(lots.length > 0 ? { lots } : {}) }] });
    expect(items.slice(1).map(({ type, scope, except }: Record<string, unknown>) => ({ type, scope, except }))).toEqual([
      { type: 'HoldPlaced', scope: include() },
      { type: 'HoldLifted', scope: include(), except: include('H1', 'H2') },
      { type: 'HoldPlaced', scope: include('H1', 'H2') },
      { type: 'HoldLifted', scope: include('H1', 'H2'), except: include('H1') },
      { type: 'HoldPlaced', scope: include('H1') },
    ]);
  });
});
