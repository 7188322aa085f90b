import { diag } from '@opentelemetry/api';
import fastifyOf, { FastifyInstance } from 'fastify';
import { InMemorySpanExporter, ReadableSpan, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { createHttpAdapter } from '../http/http-adapter';
import { KnownRoutes } from '../http/known-routes';
import { createLogger } from '../logging/pino-logger';
import { inBatchSpan } from './batch-span';
import { currentTraceparent, inSpan, traceHeaders, tracingIsOn } from './spans';
import { startTracing, Tracing } from './start-tracing';
import { traceRequests } from './trace-requests';
import { readTraceparent, writeTraceparent } from './traceparent';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const CALLER = `00-${TRACE}-b7ad6b7169203331-01`;
const OTHER = '00-11111111111111111111111111111111-2222222222222222-01';

let exporter: InMemorySpanExporter;
let tracing: Tracing | undefined;

const on = async (env: Record<string, string> = {}): Promise<void> => {
  exporter = new InMemorySpanExporter();
  const processor = new SimpleSpanProcessor(exporter);
  tracing = await startTracing({ service: 'suyuan-test', env, onTrouble: () => undefined, processor });
};
const spans = (): Pick<ReadableSpan, 'name' | 'attributes' | 'status' | 'links' | 'kind'>[] => exporter.getFinishedSpans();
const traceOf = (traceparent: string | undefined): string | undefined => traceparent?.split('-')[1];

afterEach(async () => {
  await tracing?.stop();
  tracing = undefined;
});

describe('a traceparent', () => {
  it('is read as it was written', () => {
    expect(readTraceparent(CALLER)).toMatchObject({ traceId: TRACE, spanId: 'b7ad6b7169203331', traceFlags: 1 });
    expect(writeTraceparent({ traceId: TRACE, spanId: 'b7ad6b7169203331', traceFlags: 1 })).toBe(CALLER);
    // A later version may go on after the flags.
    expect(readTraceparent(`cc-${TRACE}-b7ad6b7169203331-01-more`)).toMatchObject({ traceId: TRACE });
  });

  it.each([
    undefined,
    7,
    '',
    CALLER.toUpperCase(),
    `${CALLER}-more`,
    `ff-${TRACE}-b7ad6b7169203331-01`,
    `00-${'0'.repeat(32)}-b7ad6b7169203331-01`,
    `00-${TRACE}-${'0'.repeat(16)}-01`,
    `00-${TRACE}-b7ad6b7169203331`,
    `${CALLER}, ${OTHER}`,
  ])('that is none counts as absent: %j', (text) => expect(readTraceparent(text)).toBeUndefined());
});

describe('tracing that nobody asked for', () => {
  it.each([
    [{}],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: '' }],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318', OTEL_SDK_DISABLED: 'true' }],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318', OTEL_TRACES_EXPORTER: 'none' }],
  ])('is off with %j', async (env) => {
    expect(await startTracing({ service: 'x', env, onTrouble: () => undefined })).toBeUndefined();
    expect(tracingIsOn()).toBe(false);
  });

  it('refuses an address that is none, without repeating it', async () => {
    for (const name of ['OTEL_EXPORTER_OTLP_ENDPOINT', 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'])
      await expect(startTracing({ service: 'x', env: { [name]: 'collector:4318' }, onTrouble: () => undefined })).rejects.toThrow(
        `${name} must be an http or https address`,
      );
    expect(tracingIsOn()).toBe(false);
  });

  it('does the work and no more', async () => {
    const records = [{ position: 1, meta: { traceparent: CALLER } }];
    const seen = await inBatchSpan('trace', records, () =>
      inSpan('step', { parent: CALLER }, (span) => Promise.resolve([span, currentTraceparent(), traceHeaders()])),
    );
    expect(seen).toEqual([undefined, undefined, {}]);
  });
});

describe('a span', () => {
  it('goes on with the trace of its parent, and hands it on', async () => {
    await on();
    const inner = await inSpan('outer', { parent: CALLER }, () =>
      inSpan('inner', {}, () => Promise.resolve(currentTraceparent())),
    );
    expect(traceOf(inner)).toBe(TRACE);
    expect(exporter.getFinishedSpans().map((span) => [span.name, span.parentSpanContext?.spanId])).toEqual([
      ['inner', exporter.getFinishedSpans()[1]?.spanContext().spanId],
      ['outer', 'b7ad6b7169203331'],
    ]);
  });

  it('is not made for what nobody asked to follow', async () => {
    await on();
    expect(await inSpan('step', {}, (span) => Promise.resolve(span))).toBeUndefined();
    await inBatchSpan('trace', [{ position: 1, meta: {} }], () => Promise.resolve());
    expect(spans()).toEqual([]);
  });

  it('is not kept, nor handed on, where the caller keeps none', async () => {
    await on();
    expect(await inSpan('step', { parent: CALLER.replace(/01$/, '00') }, () => Promise.resolve(traceHeaders()))).toEqual({});
    expect(spans()).toEqual([]);
  });

  it('says of an error its kind, never its words', async () => {
    await on();
    const failing = inSpan('step', { parent: CALLER }, () =>
      Promise.reject(Object.assign(new TypeError('Li Hua, li@example.org'), { code: '23505' })),
    );
    await expect(failing).rejects.toThrow('Li Hua');
    expect(spans()).toMatchObject([{ attributes: { 'error.type': 'TypeError 23505' }, status: { code: 2 } }]);
    expect(JSON.stringify(spans().map(({ attributes, status }) => [attributes, status]))).not.toContain('Hua');
  });

  it('of a batch goes on with its first trace and is linked with all of them, each once', async () => {
    await on();
    const metas = [{}, { traceparent: CALLER }, { traceparent: OTHER }, { traceparent: CALLER }, { traceparent: 'none' }];
    const records = metas.map((meta, index) => ({ position: index + 5, meta }));
    const within = await inBatchSpan('trace', records, () => Promise.resolve(currentTraceparent()));
    expect(traceOf(within)).toBe(TRACE);
    const [span] = spans();
    expect(span).toMatchObject({
      name: 'follow trace',
      attributes: { 'messaging.batch.message_count': 5, 'suyuan.position.first': 5, 'suyuan.position.last': 9 },
    });
    expect(span?.links.map(({ context }) => writeTraceparent(context))).toEqual([CALLER, OTHER]);
  });
});

describe('a request', () => {
  let server: FastifyInstance;
  afterEach(() => server.close());

  it('makes a span named by the route, in which its handler and its body are read', async () => {
    await on();
    server = createHttpAdapter(new KnownRoutes()).getInstance<FastifyInstance>();
    const within: (string | undefined)[] = [];
    server.post('/things/:code', async () => {
      within.push(traceOf(currentTraceparent()));
      await new Promise((resolve) => setTimeout(resolve, 1));
      within.push(traceOf(currentTraceparent()));
      return 'done';
    });
    server.get('/health/live', () => 'up');
    const url = await server.listen({ port: 0, host: '127.0.0.1' });
    const headers = { 'content-type': 'application/json', traceparent: CALLER };
    // Bodies in two pieces, on one connection.
    for (const body of [JSON.stringify({ a: 'b'.repeat(200_000) }), '{}'])
      await fetch(`${url}/things/01-secret`, { method: 'POST', headers, body }).then((answer) => answer.text());
    await fetch(`${url}/health/live`).then((answer) => answer.text());
    expect(within).toEqual([TRACE, TRACE, TRACE, TRACE]);
    expect(spans().map(({ name }) => name)).toEqual(['POST /things/:code', 'POST /things/:code']);
    expect(spans()[0]?.attributes).toEqual({
      'http.request.method': 'POST',
      'http.route': '/things/:code',
      'http.response.status_code': 200,
    });
  });

  it('that fails says so, without its words; one that the caller got wrong is no failure', async () => {
    await on();
    server = fastifyOf();
    traceRequests(server);
    server.get('/broken', () => Promise.reject(new RangeError('Li Hua')));
    await server.inject('/broken');
    await server.inject('/nowhere');
    expect(spans().map(({ status, attributes }) => [status.code, attributes['http.response.status_code']])).toEqual([
      [2, 500],
      [0, 404],
    ]);
    expect(JSON.stringify(spans().map(({ attributes }) => attributes))).not.toContain('Hua');
  });
});

describe('trouble on the way to the collector', () => {
  it('is told of once in a while, in its own words, in nobody’s trace', async () => {
    const told: (string | undefined)[][] = [];
    tracing = await startTracing({
      service: 'suyuan-test',
      env: { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' },
      onTrouble: (message) => void told.push([message, currentTraceparent()]),
      processor: new SimpleSpanProcessor(new InMemorySpanExporter()),
    });
    const said = JSON.stringify({ stack: 'Error: connect ECONNREFUSED\n    at …', message: 'connect ECONNREFUSED', code: 'X' });
    await inSpan('step', { parent: CALLER }, () => Promise.resolve([1, 2, 3].forEach(() => diag.error(said))));
    expect(told).toEqual([
      ['traces are sent as http/json, not as grpc', undefined],
      ['traces: connect ECONNREFUSED', undefined],
    ]);
  });
});

describe('a line of the log', () => {
  it('carries the ids of what it was written in', async () => {
    const lines: Record<string, unknown>[] = [];
    const logger = createLogger('info', {
      write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>),
    });
    logger.info('before');
    await on();
    logger.info('outside');
    await inSpan('step', { parent: CALLER }, () => Promise.resolve(logger.info({ context: 'X' }, 'inside')));
    expect(lines.map((line) => [line['msg'], line['trace_id']])).toEqual([
      ['before', undefined],
      ['outside', undefined],
      ['inside', TRACE],
    ]);
    expect(lines[2]?.['span_id']).toMatch(/^[0-9a-f]{16}$/);
    expect(lines[2]?.['context']).toBe('X');
  });
});
