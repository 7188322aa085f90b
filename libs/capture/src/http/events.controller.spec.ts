import { type CaptureApp, startCaptureApp } from '../testing/capture-app';
import { commissioning, CONTEXT, declared, epcisDocument, GTIN, serialUri, SHOP } from '../testing/example-events';

interface QueryDocument {
  readonly epcisBody: {
    readonly queryResults: { readonly resultsBody: { readonly eventList: readonly Record<string, unknown>[] } };
  };
}

describe('/epcis/events', () => {
  let capture: CaptureApp;
  beforeAll(async () => void (capture = await startCaptureApp()));
  afterAll(() => capture.close());

  const post = (body: unknown): ReturnType<CaptureApp['call']> => capture.call('POST', '/epcis/events', { body, as: 'maker' });
  const events = ({ body }: { body: unknown }): readonly Record<string, unknown>[] =>
    (body as QueryDocument).epcisBody.queryResults.resultsBody.eventList;
  const ids = (answer: { body: unknown }): unknown[] => events(answer).map((event) => event['eventID']);

  it('captures one event, and refuses it a second time', async () => {
    const event = { '@context': CONTEXT, ...commissioning('one') };
    const answer = await post(event);
    expect(answer).toMatchObject({ status: 201, headers: { location: '/epcis/events/urn%3Auuid%3Aevent-one' } });
    expect(Number(answer.headers['suyuan-position'])).toBe(await capture.log.head());
    const found = await capture.call('GET', String(answer.headers['location']));
    const { '@context': _context, ...bare } = event;
    expect(events(found)).toEqual([{ ...bare, recordTime: expect.stringMatching(/^\d{4}-.*Z$/) as string }]);
    const type = 'epcisException:ResourceAlreadyExistsException';
    expect(await post(event)).toMatchObject({ status: 409, body: { type } });
    expect(await post({ ...event, bizStep: 'encoding' })).toMatchObject({
      status: 409,
      body: { type, errors: [{ pointer: '/eventID' }] },
    });
  });

  it('fills in the id of an event without one', async () => {
    const answer = await post({ ...commissioning('hashed'), eventID: undefined });
    const [event] = events(await capture.call('GET', String(answer.headers['location'])));
    expect(event?.['eventID']).toMatch(/^ni:\/\/\/sha-256;/);
    expect(await post({ ...commissioning('hashed'), eventID: undefined })).toMatchObject({ status: 409 });
  });

  it('shows an event with its declarations, which may come again and first', async () => {
    const event = commissioning('void');
    expect(await post(declared(event))).toMatchObject({ status: 201 });
    expect(await post(event)).toMatchObject({ status: 201 });
    expect(await post(declared(event))).toMatchObject({ status: 201 });
    expect(await post(declared({ ...event, bizStep: 'encoding' }))).toMatchObject({ status: 409 });
    const shown = events(await capture.call('GET', '/epcis/events/urn:uuid:event-void'));
    expect(shown.map((each) => 'errorDeclaration' in each)).toEqual([true, false]);
  });

  it('refuses what is no event, naming the place', async () => {
    expect(await post({ ...commissioning('bad'), epcList: ['nonsense'] })).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/epcList/0' }] },
    });
    expect(await post('{"type":')).toMatchObject({ status: 400, body: { errors: [{ rule: 'json/syntax', pointer: '/type' }] } });
    expect(await post('['.repeat(100_000))).toMatchObject({ status: 400, body: { errors: [{ rule: 'json/too-deep' }] } });
    expect(await post('null')).toMatchObject({ status: 400 });
    expect(await post(epcisDocument([]))).toMatchObject({ status: 400, body: { errors: [{ pointer: '/type' }] } });
    expect(await capture.call('GET', '/epcis/events/urn:uuid:nobody')).toMatchObject({ status: 404 });
  });

  it('keeps the namespaces an event needs', async () => {
    const note = { '@context': [CONTEXT, { ex: 'https://example.org/' }], ...commissioning('ns'), 'ex:note': { 'ex:deep': 1 } };
    await post(note);
    const [event] = events(await capture.call('GET', '/epcis/events/urn:uuid:event-ns'));
    expect(event).toMatchObject({ '@context': [{ ex: 'https://example.org/' }], 'ex:note': { 'ex:deep': 1 } });
  });

  describe('lists', () => {
    const at = (hour: number): Record<string, unknown> => ({ eventTime: `2026-06-01T0${hour}:00:00Z` });
    beforeAll(async () => {
      const handling = { action: 'OBSERVE', ilmd: undefined, bizLocation: { id: SHOP }, readPoint: undefined };
      const list = [
        commissioning('q1', at(1)),
        commissioning('q2', at(2)),
        commissioning('q3', {
          ...at(3),
          ...handling,
          bizStep: 'receiving',
          disposition: 'in_progress',
          epcList: [serialUri('q1')],
        }),
        commissioning('q4', {
          ...at(4),
          ...handling,
          bizStep: 'https://ref.gs1.org/cbv/BizStep-shipping',
          epcList: [],
          quantityList: [{ epcClass: `https://id.gs1.org/01/${GTIN}/10/L9`, quantity: 5 }],
        }),
        {
          ...commissioning('q5', { ...at(5), bizStep: 'packing', ilmd: undefined, epcList: undefined }),
          type: 'AggregationEvent',
          parentID: 'https://id.gs1.org/00/095060001343520017',
          childEPCs: [serialUri('q2')],
        },
      ];
      expect(await capture.call('POST', '/epcis/capture', { body: epcisDocument(list) })).toMatchObject({ status: 202 });
    });
    const window = 'GE_eventTime=2026-06-01T00:00:00Z&LT_eventTime=2026-06-02T00:00:00Z';
    const q = (...numbers: number[]): string[] => numbers.map((number) => `urn:uuid:event-q${number}`);
    const filters: [string, string[]][] = [
      ['eventType=ObjectEvent', q(1, 2, 3, 4)],
      ['eventType=AggregationEvent|TransactionEvent', q(5)],
      ['GE_eventTime=2026-06-01T02:00:00Z&LT_eventTime=2026-06-01T04:00:00Z', q(2, 3)],
      ['GE_eventTime=2026-06-01T10:00:00%2B08:00&LT_eventTime=2026-06-01T12:00:00+08:00', q(2, 3)],
      ['EQ_bizStep=shipping|receiving', q(3, 4)],
      ['EQ_bizStep=https://ref.gs1.org/cbv/BizStep-receiving', q(3)],
      ['EQ_disposition=in_progress', q(3)],
      ['EQ_action=OBSERVE', q(3, 4)],
      ['EQ_eventID=urn:uuid:event-q2', q(2)],
      ['EQ_bizLocation=urn:epc:id:sgln:9506000.13436.0', q(3, 4)],
      [`MATCH_epc=${encodeURIComponent(serialUri('q1'))}`, q(1, 3)],
      [`MATCH_anyEPC=urn:epc:id:sgtin:9506000.013435.q2`, q(2, 5)],
      ['MATCH_parentID=(00)095060001343520017', q(5)],
      [`MATCH_epcClass=(01)${GTIN}(10)L9`, q(4)],
      ['GE_recordTime=2020-01-01T00:00:00Z', q(1, 2, 3, 4, 5)],
      ['LT_recordTime=2020-01-01T00:00:00Z', []],
    ];
    it.each(filters)('%s', async (filter, expected) => {
      const query = filter.includes('eventTime') ? filter : `${window}&${filter}`;
      expect(ids(await capture.call('GET', `/epcis/events?${query}`))).toEqual(expected);
    });

    it('page by page', async () => {
      const seen: unknown[] = [];
      for (let next: string | undefined = `/epcis/events?${window}&perPage=2`; next !== undefined;) {
        const page = await capture.call('GET', next);
        expect(page.status).toBe(200);
        expect(events(page).length).toBeLessThanOrEqual(2);
        seen.push(...ids(page));
        next = /<(.*)>; rel="next"/.exec(String(page.headers['link'] ?? ''))?.[1];
      }
      expect(seen).toEqual(q(1, 2, 3, 4, 5));
    });

    it.each([
      'EQ_colour=red',
      'GE_eventTime=2026-06-01T00:00:00',
      'EQ_action=KILL',
      'MATCH_epc=nonsense',
      'perPage=x',
      'nextPageToken=x',
      'eventType=',
      'eventType=a&eventType=b',
      'EQ_bizStep=%00',
    ])('refuse %s', async (query) => {
      expect((await capture.call('GET', `/epcis/events?${query}`)).status).toBe(400);
    });
  });

  it('announces what it supports', async () => {
    expect(await capture.call('OPTIONS', '/epcis/events')).toMatchObject({
      status: 204,
      headers: { allow: 'GET, OPTIONS, POST' },
    });
    expect(await capture.call('OPTIONS', '/epcis/events/x')).toMatchObject({ status: 204, headers: { allow: 'GET, OPTIONS' } });
  });
});
