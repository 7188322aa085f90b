import { createServer, Server } from 'node:http';
import { AddressInfo } from 'node:net';
import { gln, gtin } from '../support/gs1';
import { ServerProcess } from '../support/server-process';

const SHOP = gln(3);
const PRODUCT = gtin(1);
const CAPTURE_TRACE = '0af7651916cd43dd8448eb211c80319c';
const REPEAT_TRACE = '1bf7651916cd43dd8448eb211c80319c';
const RECALL_TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const caller = (traceId: string): Record<string, string> => ({ traceparent: `00-${traceId}-00f067aa0ba902b7-01` });

interface Span {
  readonly name: string;
  readonly traceId: string;
  readonly links?: readonly { readonly traceId: string }[];
}
interface Export {
  readonly resourceSpans: readonly {
    readonly resource: {
      readonly attributes: readonly { readonly key: string; readonly value: { readonly stringValue?: string } }[];
    };
    readonly scopeSpans: readonly { readonly spans: readonly Span[] }[];
  }[];
}

/** Plays a collector at `/v1/traces`, and a party's webhook at `/hook`. */
let outside: Server;
let url = '';
const exported: string[] = [];
const delivered: { traceparent?: string; body: string }[] = [];
let server: ServerProcess;

beforeAll(async () => {
  outside = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      const { traceparent } = request.headers;
      if (request.url === '/v1/traces') exported.push(body);
      else delivered.push({ body, ...(typeof traceparent === 'string' ? { traceparent } : {}) });
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  await new Promise<void>((resolve) => outside.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(outside.address() as AddressInfo).port}`;
  server = await ServerProcess.start({
    SUYUAN_EGRESS_ALLOW: '127.0.0.0/8',
    OTEL_EXPORTER_OTLP_ENDPOINT: url,
    OTEL_BSP_SCHEDULE_DELAY: '100',
  });
});
afterAll(async () => {
  await server.remove();
  outside.close();
});

const spans = (): Span[] =>
  exported.flatMap((text) => (JSON.parse(text) as Export).resourceSpans.flatMap((one) => one.scopeSpans.flatMap((s) => s.spans)));
/** Of the trace, and linked with it: a batch that began with somebody else's record goes on with that one's trace. */
const namesIn = (traceId: string): string[] => {
  const own = spans().filter((span) => span.traceId === traceId || span.links?.some((link) => link.traceId === traceId));
  return [...new Set(own.map(({ name }) => name))].sort();
};

async function eventually(traceId: string, wanted: readonly string[]): Promise<void> {
  for (let attempt = 0; attempt < 300; attempt++) {
    if (wanted.every((name) => namesIn(traceId).includes(name))) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  expect(namesIn(traceId)).toEqual(expect.arrayContaining([...wanted]));
}

describe('A trace', () => {
  const row = { product: PRODUCT, lot: 'F1', serials: ['secret-1'], place: SHOP, at: '2026-05-01T08:00:00+08:00' };
  let key = '';
  let eventIds: readonly string[] = [];

  it('follows a capture into every projection', async () => {
    const body = { id: SHOP, name: 'Ladle and Daughters', roles: ['retailer'], webhook: { url: `${url}/hook` } };
    expect((await server.call('POST', '/api/v1/parties', body)).status).toBe(201);
    key = (await server.call('POST', `/api/v1/parties/${SHOP}/keys`, {})).body.key;
    const captured = await server.call('POST', '/api/v1/events/production', row, { key, headers: caller(CAPTURE_TRACE) });
    expect(captured.status).toBe(201);
    ({ eventIds } = captured.body as { eventIds: string[] });
    await eventually(CAPTURE_TRACE, [
      'POST /api/v1/events/production',
      'append',
      ...(process.env['SUYUAN_TEST_SPLIT'] === '1' ? ['follow relay'] : []),
      'follow capture.event-index',
      'follow check',
      'follow recall',
      'follow recall-projection',
      'follow trace',
    ]);
  });

  it('makes no other event of one that is captured again', async () => {
    const again = await server.call('POST', '/api/v1/events/production', row, { key, headers: caller(REPEAT_TRACE) });
    await eventually(REPEAT_TRACE, ['POST /api/v1/events/production']);
    expect(again.body).toMatchObject({ accepted: 0, duplicates: 1, eventIds });
    expect(namesIn(REPEAT_TRACE).filter((name) => name.startsWith('follow'))).toEqual([]);
  });

  it('follows a recall to the webhook of each holder', async () => {
    const decided = await server.call('POST', '/api/v1/recalls', {
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
      contacts: [{ name: 'Li Hua', phone: '40077' }],
    });
    expect(decided.status).toBe(201);
    const { id } = decided.body as { id: string };
    const options = { headers: caller(RECALL_TRACE) };
    expect((await server.call('POST', `/api/v1/recalls/${id}/activate`, {}, options)).status).toBe(200);
    await eventually(RECALL_TRACE, [
      'POST /api/v1/recalls/:id/:move',
      'append',
      'follow recall',
      'follow recall-projection',
      'resolve recall',
      'deliver by webhook',
    ]);
    expect(delivered.map(({ traceparent }) => traceparent?.split('-')[1])).toEqual([RECALL_TRACE]);
    expect(delivered[0]?.body).toContain('Unplug it.');
  });

  it('says nothing of people, places and products', () => {
    const said = exported.join('\n');
    expect(said).toContain('service.name');
    for (const secret of [SHOP, PRODUCT, 'secret-1', 'F1', 'Ladle', 'Li Hua', '40077', 'Unplug', key, '127.0.0.1'])
      expect([secret, said.includes(secret)]).toEqual([secret, false]);
  });
});
