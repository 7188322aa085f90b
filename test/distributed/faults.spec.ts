import { PostgresEventLog } from '@suyuan/event-log';
import { KafkaMessaging, MessagingPort, StoreNames, toRecordMessage } from '@suyuan/messaging';
import { Database, EmbeddedPostgres } from '@suyuan/platform';
import { rebuildRecalls } from '@suyuan/recall';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, Server } from 'node:http';
import { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { seeded } from '../support/crash-rounds';
import { KafkaCluster } from '../support/kafka-cluster';
import type { ProductProcess } from '../support/product-process';
import { SplitProduct } from '../support/split-product';
import { Load, PLACES, PRODUCT, RECALLED_LOT } from './load';

const libraries = process.env['SUYUAN_TEST_KAFKA_LIBRARIES'];
const ROUNDS = Number(process.env['ROUNDS'] ?? 5);
/** From the end of a fault until everything answers and shows what is written now. */
const HEALTHY_MS = 30_000;

let kafka: KafkaCluster;
let postgres: EmbeddedPostgres;
let postgresDir: string;
let product: SplitProduct;
let database: Database;
let log: PostgresEventLog;
let messaging: MessagingPort;
let load: Load;
let hook: { server: Server; url: string; ids: string[] };
let recallId = '';
const recoveries: string[] = [];

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const print = (line: string): void => void process.stdout.write(`${line}\n`);

async function receiver(): Promise<typeof hook> {
  const ids: string[] = [];
  const server = createServer((request, response) => {
    request.resume();
    request.on('end', () => {
      ids.push(String(request.headers['webhook-id']));
      response.writeHead(204).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, ids };
}

async function setUp(): Promise<void> {
  hook = await receiver();
  postgresDir = await mkdtemp(path.join(tmpdir(), 'suyuan-faults-'));
  [kafka, postgres] = await Promise.all([
    KafkaCluster.start(libraries ?? ''),
    EmbeddedPostgres.start({ dataDir: postgresDir, tell: () => undefined, onLost: (error) => print(`lost: ${error.message}`) }),
  ]);
  product = await SplitProduct.start({
    settings: { SUYUAN_EGRESS_ALLOW: '127.0.0.0/8' },
    // Two of whatever does what only one may do: the second takes over.
    instances: { capture: 2, trace: 2, recall: 2 },
    brokers: kafka.brokers,
    databaseUrl: postgres.url,
  });
  database = Database.connect(postgres.url, { max: 3 });
  log = new PostgresEventLog(database);
  messaging = new KafkaMessaging({ brokers: kafka.brokers.split(','), clientId: 'faults' });
  for (const [index, id] of PLACES.entries())
    await must('POST', '/api/v1/parties', { id, name: `Party ${index}`, roles: ['manufacturer'], webhook: { url: hook.url } });
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
  await must('POST', `/api/v1/recalls/${recallId}/activate`, {});
  load = new Load(product, 4);
}

async function must(method: string, address: string, body?: unknown): ReturnType<SplitProduct['call']> {
  const answer = await product.call(method, address, body);
  if (answer.status >= 300) throw new Error(`${method} ${address}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer;
}

/** A process that ended by itself is a fault of the product: what it said of that. */
function lastWordsOfTheEnded(): string {
  const ended = product.all.filter(({ alive }) => !alive);
  return ended.map(({ program, complained }) => `\n${program} has ended: ${complained.slice(-2_000)}`).join('');
}

/** Ready everywhere, and what is written now is seen by the graph, the recalls and the index. @returns milliseconds it took */
async function untilHealthy(what: string): Promise<void> {
  const began = performance.now();
  for (let last = 'nothing asked'; ; await pause(100)) {
    if (performance.now() - began > HEALTHY_MS)
      throw new Error(`not healthy again within 30 s after: ${what}; ${last}${lastWordsOfTheEnded()}`);
    try {
      for (const { url } of product.all) {
        const ready = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(3_000) });
        if (ready.status !== 200) throw new Error(`${url} ${ready.status}: ${await ready.text()}`);
      }
      const written = await must('POST', '/api/v1/events/production', {
        product: PRODUCT,
        lot: 'P',
        serials: [`probe-${Math.random().toString(36).slice(2)}`],
        place: PLACES[0],
        at: '2026-05-01T08:00:00+08:00',
      });
      const position = written.headers.get('suyuan-position');
      for (const address of ['/api/v1/exceptions', '/api/v1/recalls', '/epcis/events?perPage=1'])
        await must('GET', `${address}${address.includes('?') ? '&' : '?'}atLeast=${position}`);
      break;
    } catch (error) {
      last = String(error);
    }
  }
  const line = `${what}: healthy again after ${((performance.now() - began) / 1000).toFixed(1)} s`;
  recoveries.push(line);
  print(`  ${line}`);
}

/** Records of both ways, summed over the followers of all processes. */
async function ways(): Promise<{ broker: number; log: number }> {
  const sums = { broker: 0, log: 0 };
  for (const { url } of product.all) {
    const text = await (await fetch(`${url}/metrics`)).text();
    for (const [, way, count] of text.matchAll(/^suyuan_messaging_records_total\{.*way="(broker|log)".*\} (\d+)$/gm))
      sums[way as keyof typeof sums] += Number(count);
  }
  return sums;
}

const suite = libraries === undefined ? describe.skip : describe;

suite('faults while everything is in use', () => {
  beforeAll(setUp, 300_000);
  afterAll(async () => {
    await load?.end();
    await messaging?.close();
    await log?.close();
    await database?.close();
    await product?.remove();
    await kafka?.remove();
    await postgres?.stop();
    hook?.server.close();
    await rm(postgresDir, { recursive: true, force: true });
  }, 120_000);

  it('brings records over the broker when nothing is wrong', async () => {
    const before = await ways();
    await pause(3_000);
    const after = await ways();
    print(
      `  undisturbed for 3 s: ${after.broker - before.broker} records over the broker, ${after.log - before.log} from the log`,
    );
    expect(after.broker - before.broker).toBeGreaterThan(0);
    expect(after.broker - before.broker).toBeGreaterThan((after.log - before.log) * 3);
  });

  it(`${ROUNDS} processes killed at random`, async () => {
    const seed = Number(process.env['SUYUAN_TEST_SEED'] ?? Date.now() % 1_000_000);
    print(`  SUYUAN_TEST_SEED=${seed}`);
    const random = seeded(seed);
    let order: ProductProcess[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      // Each once before any one twice, in an order of chance.
      if (order.length === 0) order = [...product.all].sort(() => random() - 0.5);
      const victim = order.pop();
      if (victim === undefined) break;
      await pause(random() * 1_000);
      await victim.kill();
      await pause(random() * 2_000);
      await victim.boot('suyuan   ');
      await untilHealthy(`kill -9 of ${victim.program}`);
    }
  }, 3_600_000);

  it('every process restarted in turn, in order', async () => {
    const failures = load.failures;
    for (const one of product.all) {
      expect(await one.stop()).toBe(0);
      await one.boot('suyuan   ');
    }
    print(`  rolling restart of ${product.all.length} processes: ${load.failures - failures} calls not acknowledged meanwhile`);
    await untilHealthy('rolling restart');
  }, 300_000);

  it('a process that stands still and comes back when its work has gone to another', async () => {
    const [zombie] = product.processes.trace;
    zombie?.signal('SIGSTOP');
    await pause(15_000);
    zombie?.signal('SIGCONT');
    await untilHealthy('15 s of standstill of a projector');
  }, 120_000);

  it('the broker killed and started again', async () => {
    await kafka.kill();
    await pause(1_000);
    const { position } = load;
    // Without a broker the followers read the log themselves.
    await must('GET', `/api/v1/exceptions?atLeast=${position}`);
    await must('GET', `/api/v1/recalls?atLeast=${position}`);
    await kafka.restart();
    await untilHealthy('kill -9 of the broker');
  }, 180_000);

  it('PostgreSQL killed and started again', async () => {
    process.kill(postgres.pid, 'SIGKILL');
    await pause(1_000);
    await untilHealthy('kill -9 of PostgreSQL');
  }, 180_000);

  it('messages that come twice, in any order, or can not be read', async () => {
    const names = await StoreNames.read(database);
    const records = await log.read(0, 2_000);
    const again = records.map((record) => toRecordMessage(record, names.source)).reverse();
    await messaging.publish(names.records, again);
    // Of a type that every follower looks into.
    const headers = { ...again[0]?.headers, ce_type: 'suyuan.recall.RecallDecided' };
    const poison = [
      { key: 'a', value: Buffer.from('{"data":'), headers },
      { key: 'b', value: Buffer.from('hello'), headers: {} },
      { key: 'c', value: Buffer.alloc(0), headers: { ce_source: 'urn:suyuan:store:another', ce_position: '1' } },
    ];
    await messaging.publish(names.records, poison);
    await untilHealthy(`${again.length} messages again in reverse and ${poison.length} poisoned ones`);
    const followers = ['trace', 'recall-projection'];
    let dead = await must('GET', '/api/v1/admin/messages/dead');
    for (let attempt = 0; attempt < 100 && dead.body.total < followers.length * poison.length; attempt++) {
      await pause(200);
      dead = await must('GET', '/api/v1/admin/messages/dead');
    }
    print(`  dead letters: ${dead.body.total}, ${poison.length} for each of ${followers.length} followers`);
    const by = (handler: string): number =>
      dead.body.items.filter((item: { handler: string }) => item.handler === handler).length;
    for (const handler of followers) expect(by(handler)).toBeGreaterThanOrEqual(poison.length);
    const replayed = await must('POST', '/api/v1/admin/messages/dead/replay');
    // Further followers may have set theirs aside since.
    expect(replayed.body.replayed).toBeGreaterThanOrEqual(dead.body.total);
  }, 120_000);

  it('has lost nothing, doubled nothing, and shows what a rebuild shows', async () => {
    await load.end();
    await must('GET', `/api/v1/recalls?atLeast=${load.position}`);
    const { acknowledged } = load;
    print(`  acknowledged: ${acknowledged.length} events; not acknowledged: ${load.failures} calls`);
    const [stored] = await database.query<{ lost: number }>(
      'SELECT count(*)::int AS lost FROM unnest($1::text[]) AS asked (id) WHERE NOT EXISTS (SELECT FROM event_log e WHERE e.id = asked.id)',
      [acknowledged.map(({ eventId }) => eventId)],
    );
    const [indexed] = await database.query<{ lost: number; twice: number }>(
      `SELECT (SELECT count(*)::int FROM unnest($1::text[]) AS asked (id) WHERE NOT EXISTS (SELECT FROM capture_event e WHERE e.event_id = asked.id)) AS lost,
              (SELECT count(*)::int FROM (SELECT FROM capture_event WHERE NOT declaration GROUP BY event_id HAVING count(*) > 1) d) AS twice`,
      [acknowledged.map(({ eventId }) => eventId)],
    );
    print(`  lost of the log: ${stored?.lost}; of the index: ${indexed?.lost}; twice in the index: ${indexed?.twice}`);
    expect([stored, indexed]).toEqual([{ lost: 0 }, { lost: 0, twice: 0 }]);

    const verified = await must('POST', '/api/v1/admin/trace/verify');
    const { result } = JSON.parse(String(verified.body).trim().split('\n').pop() ?? '{}');
    print(`  graph against a replay of ${result?.position} records: ${JSON.stringify(result?.differences)}`);
    expect(result?.differences).toEqual([]);

    await expectNoticesOnce();
    await expectRecallsRebuilt();
    const sums = await ways().catch(() => undefined);
    if (sums !== undefined)
      print(`  records over the broker: ${sums.broker}; from the log: ${sums.log} (of the processes alive now)`);
    print(`  recoveries: ${recoveries.length}`);
  }, 300_000);
});

/**
 * Everyone who holds goods of the recall has one notice, each version once in the log, and has been told its newest one: an
 * older version whose place a newer took before it was sent need not be.
 */
async function expectNoticesOnce(): Promise<void> {
  const expected = [...new Set(load.acknowledged.filter(({ lot }) => lot === RECALLED_LOT).map(({ place }) => place))].length;
  const holders = await must('GET', `/api/v1/recalls/${recallId}/holders?limit=100`);
  const issued = await database.query<{ stream: string; issues: number; versions: number }>(
    `SELECT stream, count(*)::int AS issues, count(DISTINCT data->>'version')::int AS versions FROM event_log
      WHERE type = 'holder-task.NoticeIssued' GROUP BY stream`,
  );
  const told = (): Set<string> => new Set(hook.ids);
  const versions = issued.reduce((sum, row) => sum + row.versions, 0);
  const untold = async (): Promise<string[]> => {
    const newest = await database.query<{ id: string }>(
      `SELECT notice_id || '-v' || (state->>'version') AS id FROM recall_task WHERE recall_id = $1`,
      [recallId],
    );
    return newest.map(({ id }) => id).filter((id) => !told().has(id));
  };
  for (let attempt = 0; attempt < 150 && (await untold()).length > 0; attempt++) await pause(200);
  print(
    `  holders: ${holders.body.items.length}, notices: ${issued.length} in ${versions} versions, webhooks received: ${hook.ids.length}, of them repeats: ${hook.ids.length - told().size}`,
  );
  expect(holders.body.items).toHaveLength(expected);
  expect(issued).toHaveLength(expected);
  expect(issued.filter(({ issues, versions: distinct }) => issues !== distinct)).toEqual([]);
  expect(await untold()).toEqual([]);
  expect(told().size).toBeLessThanOrEqual(versions);
}

async function expectRecallsRebuilt(): Promise<void> {
  expect(await product.stop()).toBe(0);
  const tables = ['recall_recall ORDER BY id', 'recall_task ORDER BY notice_id', 'recall_entry ORDER BY position'];
  const show = (): Promise<unknown> => Promise.all(tables.map((rows) => database.query(`SELECT * FROM ${rows}`)));
  const live = await show();
  await rebuildRecalls(database, log);
  expect(await show()).toEqual(live);
  print('  read models of recalls equal a rebuild');
}
