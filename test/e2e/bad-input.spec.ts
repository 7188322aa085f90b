import { gln, gtin } from '../support/gs1';
import { ApiAnswer, segment, ServerProcess } from '../support/server-process';

const PRODUCT = gtin(1);
const CONTEXT = 'https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld';
const event = (more: object): object => ({
  type: 'ObjectEvent',
  action: 'ADD',
  bizStep: 'commissioning',
  eventTime: '2026-05-01T08:00:00+08:00',
  eventTimeZoneOffset: '+08:00',
  epcList: [`https://id.gs1.org/01/${PRODUCT}/21/1`],
  ...more,
});
const documentOf = (...eventList: object[]): object => ({
  '@context': [CONTEXT],
  type: 'EPCISDocument',
  schemaVersion: '2.0',
  creationDate: '2026-05-01T00:00:00Z',
  epcisBody: { eventList },
});

let server: ServerProcess;
beforeAll(async () => {
  server = await ServerProcess.start();
});
afterAll(() => server.remove());

const stored = async (): Promise<number> =>
  (await server.call('GET', '/epcis/events?perPage=1000')).body.epcisBody.queryResults.resultsBody.eventList.length;

function expectProblem(answer: ApiAnswer, pointer?: string, rule?: RegExp): void {
  expect(answer.status).toBeGreaterThanOrEqual(400);
  expect(answer.status).toBeLessThan(500);
  expect(answer.headers.get('content-type')).toContain('application/problem+json');
  expect(answer.body).toMatchObject({
    type: expect.any(String),
    title: expect.any(String),
    status: answer.status,
    detail: expect.any(String),
  });
  if (pointer !== undefined) expect(answer.body.errors.map((fault: { pointer: string }) => fault.pointer)).toContain(pointer);
  if (rule !== undefined) expect(answer.body.errors.map((fault: { rule: string }) => fault.rule).join(' ')).toMatch(rule);
}

describe('A document that is wrong anywhere is refused whole, and says where and why', () => {
  const good = event({ epcList: [`https://id.gs1.org/01/${PRODUCT}/21/good`] });
  it.each([
    [
      'a wrong check digit under AI 01',
      { epcList: ['https://id.gs1.org/01/09506000134353/21/1'] },
      '/epcisBody/eventList/1/epcList/0',
      /gs1\/check-digit/,
    ],
    [
      'a wrong check digit under AI 00',
      { epcList: ['urn:x:1', 'https://id.gs1.org/00/095060001343520013'] },
      '/epcisBody/eventList/1/epcList/1',
      /gs1\/check-digit/,
    ],
    [
      'a wrong check digit under AI 414',
      { bizLocation: { id: 'https://id.gs1.org/414/9506000134353' } },
      '/epcisBody/eventList/1/bizLocation/id',
      /gs1\/check-digit/,
    ],
    ['an unknown field', { colour: 'red' }, '/epcisBody/eventList/1/colour', /unknown-field/],
    ['a bad time', { eventTime: '2026-02-30T08:00:00Z' }, '/epcisBody/eventList/1/eventTime', /bad-time/],
    ['a time without zone', { eventTime: '2026-05-01T08:00:00' }, '/epcisBody/eventList/1/eventTime', /time-zone-missing/],
    ['a wrong type', { epcList: 'one' }, '/epcisBody/eventList/1/epcList', /wrong-type/],
  ])('%s', async (_, fault, pointer, rule) => {
    const before = await stored();
    expectProblem(await server.call('POST', '/epcis/capture', documentOf(good, event(fault))), pointer, rule);
    expect(await stored()).toBe(before);
  });

  it('truncated JSON', async () => {
    const text = JSON.stringify(documentOf(good));
    expectProblem(await server.call('POST', '/epcis/capture', text.slice(0, -7)));
    expect(await stored()).toBe(0);
  });

  it('an event id used again with other content; the same again is a counted duplicate', async () => {
    const first = event({ eventID: 'urn:uuid:7d6a2d38-0000-4000-8000-000000000001' });
    expect((await server.call('POST', '/epcis/capture', documentOf(first))).status).toBe(202);
    const again = await server.call('POST', '/epcis/capture', documentOf(first));
    expect(again.status).toBe(202);
    expect((await server.call('GET', again.headers.get('location') ?? '')).body).toMatchObject({
      success: true,
      accepted: 0,
      duplicates: 1,
      rejected: 0,
    });
    expectProblem(await server.call('POST', '/epcis/capture', documentOf(good, { ...first, bizStep: 'inspecting' })));
    expect(await stored()).toBe(1);
  });
});

describe('Rows, recalls and questions that are wrong get a 4xx that says why', () => {
  it.each([
    [
      'POST',
      '/api/v1/events/production',
      { product: PRODUCT, lot: 'L', quantity: -1, place: gln(1), at: '2026-05-01T08:00:00+08:00' },
    ],
    [
      'POST',
      '/api/v1/events/production',
      { product: '09506000134353', lot: 'L', quantity: 1, place: gln(1), at: '2026-05-01T08:00:00+08:00' },
    ],
    ['POST', '/api/v1/recalls', { title: 1 }],
    ['POST', '/api/v1/recalls', '{"title":'],
    ['POST', '/api/v1/recalls/none/terminate', { reason: 1 }],
    ['POST', '/api/v1/check', { codes: [null] }],
    ['GET', `/api/v1/check/${segment('01/09506000134353')}`, undefined],
    ['GET', `/api/v1/trace/${segment(PRODUCT)}/holders?asOf=yesterday`, undefined],
    ['GET', `/api/v1/trace/${segment(PRODUCT)}?limit=0`, undefined],
    ['GET', '/api/v1/trace/%00/holders', undefined],
    ['GET', '/epcis/events?colour=red', undefined],
    ['GET', '/nowhere', undefined],
  ])('%s %s %j', async (method, address, body) => {
    expectProblem(await server.call(method, address, body));
  });
});
