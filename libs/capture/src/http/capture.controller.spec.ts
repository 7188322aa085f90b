import { gzipSync } from 'node:zlib';
import { readCapturedRecord } from '../events/captured-record';
import { type CaptureApp, startCaptureApp } from '../testing/capture-app';
import { commissioning, CONTEXT, declared, epcisDocument, PLANT } from '../testing/example-events';

describe('POST /epcis/capture', () => {
  let capture: CaptureApp;
  beforeAll(async () => void (capture = await startCaptureApp()));
  afterAll(() => capture.close());

  const post = (body: unknown, headers: Record<string, string> = {}, as = 'admin'): ReturnType<CaptureApp['call']> =>
    capture.call('POST', '/epcis/capture', { body, headers, as });
  const proceed = { 'GS1-Capture-Error-Behaviour': 'proceed' };
  let n = 0;
  const fresh = (overrides: Record<string, unknown> = {}): Readonly<Record<string, unknown>> =>
    commissioning(`c${(n += 1)}`, overrides);

  it('captures a document, tells where, and shows the job', async () => {
    const [first, second] = [fresh(), fresh({ eventID: undefined })];
    const answer = await post(epcisDocument([first, second]), {}, 'maker');
    expect(answer).toMatchObject({
      status: 202,
      body: { accepted: 2, duplicates: 0, rejected: 0, success: true, running: false },
    });
    const position = Number(answer.headers['suyuan-position']);
    expect(await capture.log.head()).toBe(position);
    const job = await capture.call('GET', String(answer.headers['location']), { as: 'maker' });
    expect(job).toMatchObject({ status: 200, body: { captureErrorBehaviour: 'rollback', position, errors: [] } });
    const [one, two] = (await capture.log.read(position - 2, 2)).map((record) => readCapturedRecord(record));
    expect(one).toMatchObject({
      capturingParty: '417/9506000134376',
      byAuthority: false,
      declaration: false,
      event: {
        eventId: first['eventID'],
        epcs: [{ key: `01/09506000134352/21/c${n - 1}` }],
        lotNumber: 'L1',
        bizLocation: '414/9506000134376',
      },
    });
    expect(two?.event.eventId).toMatch(/^ni:\/\/\/sha-256;[0-9a-f]{64}\?ver=CBV2\.0$/);
    expect((await capture.log.read(position - 2, 1))[0]).toMatchObject({
      stream: 'product:01/09506000134352/10/L1',
      data: { event: first, context: [CONTEXT] },
    });
  });

  it('knows nobody as the capturing party of an authority', async () => {
    for (const [as, byAuthority] of [
      ['admin', true],
      ['regulator', false],
    ] as const) {
      const { headers } = await post(epcisDocument([fresh()]), {}, as);
      const [record] = await capture.log.read(Number(headers['suyuan-position']) - 1, 1);
      expect(record && readCapturedRecord(record)).toMatchObject({ capturingParty: null, byAuthority });
    }
    expect((await post(epcisDocument([fresh()]), {}, 'auditor')).status).toBe(403);
  });

  it('counts repeats as duplicates, in one document and in the next', async () => {
    const event = fresh();
    const first = await post(epcisDocument([event, { ...event, recordTime: '2026-05-03T10:00:00Z' }]));
    expect(first).toMatchObject({ status: 202, body: { accepted: 1, duplicates: 1 } });
    const again = await post(epcisDocument([event]));
    expect(again).toMatchObject({ status: 202, body: { accepted: 0, duplicates: 1, success: true } });
    expect(again.headers['suyuan-position']).toBe(first.headers['suyuan-position']);
  });

  it('refuses an id in use for other content, and all that came with it', async () => {
    const event = fresh();
    await post(epcisDocument([event]));
    const head = await capture.log.head();
    const answer = await post(epcisDocument([fresh(), { ...event, bizStep: 'encoding' }]));
    expect(answer).toMatchObject({
      status: 409,
      body: {
        type: 'epcisException:ResourceAlreadyExistsException',
        errors: [{ pointer: '/epcisBody/eventList/1/eventID', rule: 'capture/id-conflict' }],
      },
    });
    const torn = fresh();
    const twice = await post(epcisDocument([torn, fresh(), { ...torn, action: 'OBSERVE' }]));
    expect(twice).toMatchObject({ status: 409, body: { errors: [{ pointer: '/epcisBody/eventList/2/eventID' }] } });
    expect(await capture.log.head()).toBe(head);
    const job = await capture.call('GET', String(twice.headers['location']));
    expect(job).toMatchObject({ status: 200, body: { success: false, running: false, accepted: 0, rejected: 3, position: 0 } });
  });

  it('keeps the good events when told to proceed', async () => {
    const known = fresh();
    await post(epcisDocument([known]));
    const events = [fresh(), { ...fresh(), eventTime: 'yesterday' }, { ...known, bizStep: 'encoding' }, fresh(), known];
    const answer = await post(epcisDocument(events), proceed);
    expect(answer).toMatchObject({
      status: 202,
      body: {
        success: false,
        accepted: 2,
        duplicates: 1,
        rejected: 2,
        errors: [{ pointer: '/epcisBody/eventList/1/eventTime' }, { pointer: '/epcisBody/eventList/2/eventID' }],
      },
    });
  });

  describe('error declarations', () => {
    const ids = async (after: number): Promise<string[]> => (await capture.log.read(after, 100)).map((record) => record.type);

    it('come after their event, and may be sent again', async () => {
      const event = fresh();
      const head = await capture.log.head();
      expect(await post(epcisDocument([event]))).toMatchObject({ status: 202 });
      expect(await post(epcisDocument([declared(event)]))).toMatchObject({ status: 202, body: { accepted: 1 } });
      expect(await post(epcisDocument([declared(event), event]))).toMatchObject({
        status: 202,
        body: { accepted: 0, duplicates: 2 },
      });
      expect(await post(epcisDocument([declared(event, { reason: 'incorrect_data' })]))).toMatchObject({ body: { accepted: 1 } });
      expect(await ids(head)).toEqual(['epcis.event', 'epcis.declaration', 'epcis.declaration']);
    });

    it('may come before their event, whose content then is its own', async () => {
      const event = fresh();
      expect(await post(epcisDocument([declared({ ...event, bizStep: 'encoding' })]))).toMatchObject({
        status: 202,
        body: { accepted: 1 },
      });
      expect(await post(epcisDocument([event]))).toMatchObject({ status: 202, body: { accepted: 1 } });
      expect(await post(epcisDocument([{ ...event, bizStep: 'encoding' }]))).toMatchObject({ status: 409 });
    });

    it('are refused when they speak of another content than the event has', async () => {
      const event = fresh();
      const other = declared({ ...event, bizStep: 'encoding' });
      expect(await post(epcisDocument([event, other]))).toMatchObject({
        status: 409,
        body: { errors: [{ pointer: '/epcisBody/eventList/1/eventID' }] },
      });
      expect(await post(epcisDocument([other, event]))).toMatchObject({ status: 202, body: { accepted: 2 } });
      const known = fresh();
      await post(epcisDocument([known]));
      expect(await post(epcisDocument([declared({ ...known, bizStep: 'encoding' })]))).toMatchObject({ status: 409 });
      expect(await post(epcisDocument([declared({ ...known, bizStep: 'encoding' }), fresh()]), proceed)).toMatchObject({
        body: { accepted: 1, rejected: 1 },
      });
    });

    it('find their event by its hash when no id is given', async () => {
      const event = { ...fresh(), eventID: undefined };
      const { headers } = await post(epcisDocument([event, declared(event)]));
      const records = await capture.log.read(Number(headers['suyuan-position']) - 2, 2);
      expect(records.map((record) => readCapturedRecord(record)?.event.eventId)).toEqual([records[0]?.id, records[0]?.id]);
    });
  });

  it('takes query documents, single events, and members in any order', async () => {
    const answer = {
      '@context': CONTEXT,
      type: 'EPCISQueryDocument',
      schemaVersion: '2.0',
      creationDate: '2026-05-03T09:00:00Z',
    };
    const results = { queryResults: { queryName: 'SimpleEventQuery', resultsBody: { eventList: [fresh()] } } };
    expect(await post({ ...answer, epcisBody: results })).toMatchObject({ status: 202, body: { accepted: 1 } });
    expect(await post({ ...epcisDocument([]), epcisBody: { event: fresh() } })).toMatchObject({
      status: 202,
      body: { accepted: 1 },
    });
    const { epcisBody, '@context': context, ...rest } = epcisDocument([{ ...fresh(), 'ex:note': 'x' }, fresh()]);
    const late = { epcisBody, ...rest, '@context': [context, { ex: 'https://example.org/' }].flat() };
    expect(await post(late)).toMatchObject({ status: 202, body: { accepted: 2 } });
    expect(await post(epcisDocument([]))).toMatchObject({ status: 202, body: { accepted: 0, success: true } });
  });

  it('unpacks gzip', async () => {
    const packed = gzipSync(JSON.stringify(epcisDocument([fresh()])));
    expect(await post(packed, { 'content-encoding': 'gzip' })).toMatchObject({ status: 202, body: { accepted: 1 } });
    expect(await post(packed.subarray(0, 100), { 'content-encoding': 'gzip' })).toMatchObject({
      status: 400,
      body: { errors: [{ rule: 'gzip' }] },
    });
    expect(await post(packed, { 'content-encoding': 'br' })).toMatchObject({ status: 415 });
  });

  it('logs the master data of the header', async () => {
    const element = { id: PLANT, attributes: [{ id: 'urn:epcglobal:cbv:mda:name', attribute: 'Plant' }] };
    const vocabularyList = [{ type: 'urn:epcglobal:epcis:vtype:BusinessLocation', vocabularyElementList: [element] }];
    const header = { epcisHeader: { epcisMasterData: { vocabularyList } } };
    const answer = await post(epcisDocument([fresh()], header), {}, 'maker');
    expect(answer).toMatchObject({ status: 202, body: { accepted: 1 } });
    const position = Number(answer.headers['suyuan-position']);
    expect((await capture.log.read(position - 1, 1))[0]).toMatchObject({
      type: 'masterdata.vocabulary',
      data: { type: 'urn:epcglobal:epcis:vtype:BusinessLocation', element },
      meta: { capturingParty: '417/9506000134376', admin: false },
    });
    const alone = { ...epcisDocument([], header), epcisBody: undefined };
    expect(await post(alone)).toMatchObject({ status: 202, body: { accepted: 0 } });
    expect(await capture.log.head()).toBe(position + 1);
  });

  describe('refuses whole, and stores nothing of', () => {
    const good = JSON.stringify(epcisDocument([commissioning('refused')]));
    const variant = (change: Record<string, unknown>): unknown => epcisDocument([fresh(), commissioning('refused', change)]);
    const mutants: [string, unknown, number, string][] = [
      [
        'a wrong check digit',
        variant({ epcList: [`https://id.gs1.org/01/09506000134353/21/1`] }),
        400,
        '/epcisBody/eventList/1/epcList/0',
      ],
      ['an unknown field', variant({ bizLocaton: { id: PLANT } }), 400, '/epcisBody/eventList/1/bizLocaton'],
      ['a bad time', variant({ eventTime: '2026-13-03T08:00:00Z' }), 400, '/epcisBody/eventList/1/eventTime'],
      ['a time without zone', variant({ eventTime: '2026-05-03T08:00:00' }), 400, '/epcisBody/eventList/1/eventTime'],
      ['a wrong type', variant({ epcList: 'x' }), 400, '/epcisBody/eventList/1/epcList'],
      ['an event that is none', epcisDocument([fresh(), 7]), 400, '/epcisBody/eventList/1'],
      ['an id too long', variant({ eventID: `urn:x:${'é'.repeat(1000)}` }), 400, '/epcisBody/eventList/1/eventID'],
      ['half a character in an id', variant({ eventID: 'urn:x:\ud800' }), 400, '/epcisBody/eventList/1/eventID'],
      ['truncated JSON', good.slice(0, -20), 400, '/epcisBody/eventList/0'],
      ['broken JSON', good.replace('"ObjectEvent"', 'ObjectEvent'), 400, '/epcisBody/eventList/0'],
      ['deep nesting', good.replace('"L1"', '['.repeat(70) + ']'.repeat(70)), 400, '/epcisBody/eventList/0'],
      ['no JSON at all', 'hello', 400, ''],
      ['an empty body', '', 400, ''],
      ['a list', '[]', 400, ''],
      ['no @context', epcisDocument([commissioning('refused')], { '@context': undefined }), 400, '/@context'],
      ['a strange document type', epcisDocument([commissioning('refused')], { type: 'Document' }), 400, '/type'],
      ['an unknown member', epcisDocument([commissioning('refused')], { epcisHeadr: {} }), 400, '/epcisHeadr'],
      ['a list that is none', epcisDocument([], { epcisBody: { eventList: {} } }), 400, '/epcisBody/eventList'],
      ['a huge context', epcisDocument([commissioning('refused')], { '@context': ['x'.repeat(20_000)] }), 400, '/@context'],
    ];
    it.each(mutants)('%s', async (_, body, status, pointer) => {
      const head = await capture.log.head();
      const answer = await post(body);
      expect(answer).toMatchObject({
        status,
        headers: { 'content-type': expect.stringContaining('application/problem+json') as string },
      });
      const problem = answer.body as { type: string; errors: { pointer: string; rule: string; message: string }[] };
      expect(problem.type).toBe('epcisException:ValidationException');
      expect(problem.errors.map((fault) => fault.pointer)).toContain(pointer);
      for (const fault of problem.errors) expect(fault.rule).toMatch(/^[a-z0-9]+\/[a-z-]+$/);
      expect(await capture.log.head()).toBe(head);
      expect((await capture.call('GET', String(answer.headers['location']))).body).toMatchObject({ success: false, accepted: 0 });
    });

    it('text that ends too early, naming the byte and the line', async () => {
      const cut = JSON.stringify(JSON.parse(good), null, 1).slice(0, 300);
      expect((await post(cut)).body).toMatchObject({
        errors: [{ rule: 'json/truncated', message: expect.stringMatching(/line \d+, byte 300/) as string }],
      });
    });

    it('other media types and behaviours', async () => {
      expect(await post('<x/>', { 'content-type': 'application/xml' })).toMatchObject({
        status: 415,
        body: { type: 'epcisException:UnsupportedMediaTypeException' },
      });
      expect(await post(good, { 'content-type': 'application/json; charset=gbk' })).toMatchObject({ status: 415 });
      expect(await post(good, { 'GS1-Capture-Error-Behaviour': 'ignore' })).toMatchObject({ status: 400 });
      expect(await post(good, { 'GS1-EPCIS-Max': '1.2' })).toMatchObject({
        status: 406,
        body: { type: 'epcisException:NotAcceptableException' },
      });
      expect(await post(good, { 'content-type': 'application/ld+json; charset=UTF-8' })).toMatchObject({ status: 202 });
    });

    it('a document, but lists no more than 200 of its faults', async () => {
      const bad = Array.from({ length: 300 }, () => fresh({ eventTime: 'never' }));
      const answer = await post(epcisDocument(bad));
      expect((answer.body as { errors: unknown[] }).errors).toHaveLength(200);
      expect(answer.body).toMatchObject({ errorsNotListed: 100 });
    });
  });

  it('lists jobs newest first, to an operator only its own', async () => {
    const made: string[] = [];
    for (let i = 0; i < 3; i += 1) made.push(String((await post(epcisDocument([fresh()]), {}, 'shop')).headers['location']));
    await post(epcisDocument([fresh()]), {}, 'maker');
    const page = await capture.call('GET', '/epcis/capture?perPage=2', { as: 'shop' });
    const next = /<(.*)>; rel="next"/.exec(String(page.headers['link']))?.[1] ?? '';
    const rest = await capture.call('GET', next, { as: 'shop' });
    const listed = [page, rest].flatMap(({ body }) =>
      (body as { captureID: string }[]).map((job) => `/epcis/capture/${job.captureID}`),
    );
    expect(listed).toEqual([...made].reverse());
    expect(rest.headers['link']).toBeUndefined();
    expect(await capture.call('GET', made[0] ?? '', { as: 'maker' })).toMatchObject({
      status: 404,
      body: { type: 'epcisException:NoSuchNameException' },
    });
    expect(await capture.call('GET', made[0] ?? '', { as: 'auditor' })).toMatchObject({ status: 200 });
    expect(await capture.call('GET', '/epcis/capture?perPage=0')).toMatchObject({ status: 400 });
    expect(await capture.call('GET', '/epcis/capture/none')).toMatchObject({ status: 404 });
  });

  it('announces what it supports', async () => {
    const { status, headers } = await capture.call('OPTIONS', '/epcis/capture');
    expect(status).toBe(204);
    expect(headers).toMatchObject({
      'gs1-epcis-version': '2.0.0',
      'gs1-capture-error-behaviour': 'all',
      allow: 'GET, OPTIONS, POST',
    });
    expect(Number(headers['gs1-epcis-capture-file-size-limit'])).toBeGreaterThan(100e6);
  });
});
