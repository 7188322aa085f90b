import { Database } from '@suyuan/platform';
import { createTestDatabase, TestDatabase } from '@suyuan/testkit';
import { EventStoreServer } from '@suyuan/testkit/event-store-server';
import { SplitProduct } from '../support/split-product';
import { Load, PLACES, PRODUCT, RECALLED_LOT } from './load';

const brokers = process.env['SUYUAN_TEST_KAFKA_BROKERS'];
const HEALTHY_MS = 30_000;
const LOG = 'faults';

let server: EventStoreServer;
let test: TestDatabase;
let database: Database;
let product: SplitProduct;
let load: Load;
let recallId = '';

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const print = (line: string): void => void process.stdout.write(`${line}\n`);

async function must(method: string, address: string, body?: unknown): ReturnType<SplitProduct['call']> {
  const answer = await product.call(method, address, body);
  if (answer.status >= 300) throw new Error(`${method} ${address}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer;
}

/** What is written now is seen by the graph and the recalls. */
async function untilHealthy(what: string): Promise<void> {
  const began = performance.now();
  for (let last = ''; ; await pause(100)) {
    if (performance.now() - began > HEALTHY_MS) throw new Error(`not healthy again within 30 s after: ${what}; ${last}`);
    try {
      const serials = [`probe-${Math.random().toString(36).slice(2)}`];
      const row = { product: PRODUCT, lot: 'P', serials, place: PLACES[0], at: '2026-05-01T08:00:00+08:00' };
      const position = (await must('POST', '/api/v1/events/production', row)).headers.get('suyuan-position');
      for (const address of ['/api/v1/exceptions', '/api/v1/recalls']) await must('GET', `${address}?atLeast=${position}`);
      break;
    } catch (error) {
      last = String(error);
    }
  }
  print(`  ${what}: healthy again after ${((performance.now() - began) / 1000).toFixed(1)} s`);
}

const suite = brokers === undefined ? describe.skip : describe;

suite('separate services with their log on an event store', () => {
  beforeAll(async () => {
    server = await EventStoreServer.start();
    test = await createTestDatabase();
    database = test.database;
    product = await SplitProduct.start({
      settings: { SUYUAN_EVENT_STORE: `esdb://${server.address}?tls=false&log=${LOG}` },
      instances: { capture: 2 },
      databaseUrl: test.url,
    });
    for (const [index, id] of PLACES.entries())
      await must('POST', '/api/v1/parties', { id, name: `Party ${index}`, roles: ['manufacturer'] });
    load = new Load(product, 4);
  }, 300_000);
  afterAll(async () => {
    await load?.end();
    await product?.remove();
    await test?.drop();
    await server?.stop();
  }, 120_000);

  it('captures, traces and recalls', async () => {
    while (load.acknowledged.filter(({ lot }) => lot === RECALLED_LOT).length < 3) await pause(50);
    const recall = await must('POST', '/api/v1/recalls', {
      title: 'Lot zero',
      mode: 'real',
      regimes: ['cn-consumer'],
      basis: 'ordered',
      depth: 'consumer',
      reason: 'overheats',
      hazard: 'fire',
      product: 'Heater',
      scope: { include: [{ gtin: PRODUCT, lots: [RECALLED_LOT] }] },
      instructions: 'Unplug it.',
      contacts: [{ name: 'Hotline', phone: '400' }],
    });
    recallId = recall.body.id;
    const activated = await must('POST', `/api/v1/recalls/${recallId}/activate`, {});
    const position = activated.headers.get('suyuan-position');
    expect((await must('GET', `/api/v1/recalls/${recallId}?atLeast=${position}`)).body.state).toBe('active');
    const [captured] = await database.query<{ stream: string; events: number }>(
      'SELECT stream, max(revision)::int + 1 AS events FROM event_log_place WHERE id = $1 GROUP BY stream',
      [load.acknowledged[0]?.eventId],
    );
    expect(captured?.stream).toContain(PRODUCT);
    expect(server.store.stream(`${LOG}-${captured?.stream}`)?.length).toBeGreaterThanOrEqual(captured?.events ?? Infinity);
  }, 60_000);

  it('cuts of every connection, five in a second, and appends that are lost on either way', async () => {
    const before = { cuts: server.cuts, acknowledged: load.acknowledged.length, failures: load.failures };
    Object.assign(server.faults, { unheardEvery: 23, unansweredEvery: 17 });
    for (let cut = 0; cut < 20; cut += 1) {
      await pause(200);
      server.dropConnections();
    }
    Object.assign(server.faults, { unheardEvery: 0, unansweredEvery: 0 });
    await untilHealthy(`${server.cuts - before.cuts} cuts`);
    print(
      `  meanwhile acknowledged: ${load.acknowledged.length - before.acknowledged} events, not: ${load.failures - before.failures} calls`,
    );
    expect(load.acknowledged.length).toBeGreaterThan(before.acknowledged);
  }, 120_000);

  it('the event store away for five seconds', async () => {
    await server.stop();
    await pause(5_000);
    await server.start();
    await untilHealthy('event store away for 5 s');
  }, 120_000);

  it('each process killed, the one that numbers the log among them', async () => {
    const [before] = await database.query<{ holder: string }>('SELECT holder FROM event_log_source');
    for (const one of product.all) {
      await one.kill();
      await pause(500);
      await one.boot('suyuan   ');
    }
    await untilHealthy(`kill -9 of ${product.all.length} processes one after the other`);
    const [after] = await database.query<{ holder: string }>('SELECT holder FROM event_log_source');
    expect(after?.holder).not.toBe(before?.holder);
  }, 180_000);

  it('has lost nothing, doubled nothing, and shows what a replay shows', async () => {
    await load.end();
    await must('GET', `/api/v1/recalls?atLeast=${load.position}`);
    const [log] = await database.query<{ lost: number; records: number; head: number; gaps: number }>(
      `SELECT (SELECT count(*)::int FROM unnest($1::text[]) AS asked (id) WHERE NOT EXISTS (SELECT FROM event_log_place e WHERE e.id = asked.id)) AS lost,
              (SELECT count(*)::int FROM event_log_place) AS records, (SELECT position::int FROM event_log_head) AS head,
              (SELECT count(*)::int FROM event_log_place p WHERE version > 0 AND NOT EXISTS
                (SELECT FROM event_log_place b WHERE b.stream = p.stream AND b.version = p.version - 1)) AS gaps`,
      [load.acknowledged.map(({ eventId }) => eventId)],
    );
    print(`  acknowledged: ${load.acknowledged.length} events; not acknowledged: ${load.failures} calls; cuts: ${server.cuts}`);
    print(`  records: ${log?.records}, lost: ${log?.lost}, gaps in streams: ${log?.gaps}`);
    expect(log).toEqual({ lost: 0, records: log?.head, head: log?.head, gaps: 0 });

    const verified = await must('POST', '/api/v1/admin/trace/verify');
    const { result } = JSON.parse(String(verified.body).trim().split('\n').pop() ?? '{}');
    print(`  graph against a replay of ${result?.position} records: ${JSON.stringify(result?.differences)}`);
    expect(result?.differences).toEqual([]);
    const holders = await must('GET', `/api/v1/recalls/${recallId}/holders?limit=100`);
    const places = new Set(load.acknowledged.filter(({ lot }) => lot === RECALLED_LOT).map(({ place }) => place));
    expect(holders.body.items).toHaveLength(places.size);
  }, 120_000);
});
