import { Database, EmbeddedPostgres } from '@suyuan/platform';
import { chmod } from 'node:fs/promises';
import path from 'node:path';
import { SmallVolume } from '../support/small-volume';
import { SplitProduct } from '../support/split-product';
import { Load, PLACES, PRODUCT } from './load';

const brokers = process.env['SUYUAN_TEST_KAFKA_BROKERS'];
const VOLUME_MIB = 512;
const HEALTHY_MS = 30_000;
/** How long it stays full. */
const FULL_MS = 8_000;

let volume: SmallVolume;
let postgres: EmbeddedPostgres;
let database: Database;
let product: SplitProduct;
let load: Load;
const told: string[] = [];

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const print = (line: string): void => void process.stdout.write(`${line}\n`);

const row = (): object => ({
  product: PRODUCT,
  lot: 'P',
  serials: [`probe-${Math.random().toString(36).slice(2)}`],
  place: PLACES[0],
  at: '2026-05-01T08:00:00+08:00',
});

async function must(method: string, address: string, body?: unknown): ReturnType<SplitProduct['call']> {
  const answer = await product.call(method, address, body);
  if (answer.status >= 300) throw new Error(`${method} ${address}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer;
}

/** Ready everywhere, and what is written now is seen by the graph and the recalls. */
async function untilHealthy(): Promise<void> {
  const began = performance.now();
  for (let last = ''; ; await pause(100)) {
    if (performance.now() - began > HEALTHY_MS) throw new Error(`not healthy again within 30 s of room on the disk: ${last}`);
    try {
      for (const { url } of product.all) {
        const ready = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(3_000) });
        if (ready.status !== 200) throw new Error(`${url} ${ready.status}: ${await ready.text()}`);
      }
      const position = (await must('POST', '/api/v1/events/production', row())).headers.get('suyuan-position');
      for (const address of ['/api/v1/exceptions', '/api/v1/recalls']) await must('GET', `${address}?atLeast=${position}`);
      break;
    } catch (error) {
      last = String(error);
    }
  }
  print(`  room on the disk: healthy again after ${((performance.now() - began) / 1000).toFixed(1)} s`);
}

/** Its supervisor does not wear itself out with starts that must fail. */
async function killWhileFull(): Promise<void> {
  process.kill(postgres.pid, 'SIGKILL');
  for (let attempt = 0; attempt < 100 && !told.some((line) => line.includes('disk is full')); attempt++) await pause(100);
  expect(told).toContainEqual(expect.stringContaining('disk is full'));
  await pause(3_000);
  expect(told).not.toContainEqual(expect.stringContaining('starting it again'));
}

const suite = brokers === undefined ? describe.skip : describe;

suite('a full disk under the log', () => {
  beforeAll(async () => {
    volume = await SmallVolume.make(VOLUME_MIB);
    print(
      volume.isMounted
        ? `  the log's volume is a tmpfs of ${VOLUME_MIB} MiB`
        : '  no right to mount: the database gets a limit to the size of its files instead of a full disk',
    );
    await chmod(volume.folder, 0o711);
    postgres = await EmbeddedPostgres.start({
      dataDir: path.join(volume.folder, 'data'),
      tell: (line) => {
        told.push(line);
        print(`  ${line}`);
      },
      onLost: (error) => print(`  lost: ${error.message}`),
    });
    product = await SplitProduct.start({ databaseUrl: postgres.url, instances: { capture: 2 } });
    database = Database.connect(postgres.url, { max: 3 });
    for (const [index, id] of PLACES.entries())
      await must('POST', '/api/v1/parties', { id, name: `Party ${index}`, roles: ['manufacturer'] });
    load = new Load(product, 4);
  }, 300_000);
  afterAll(async () => {
    await load?.end();
    await product?.remove();
    await database?.close();
    await postgres?.stop();
    await volume?.remove();
  }, 120_000);

  it('refuses what it can not keep with 503, and is healthy within 30 s of there being room', async () => {
    while (load.acknowledged.length < 50) await pause(50);
    const { failures } = load;
    await volume.fill(postgres.pid);
    const deadline = Date.now() + 120_000;
    while (load.failures === failures) {
      if (Date.now() > deadline) throw new Error('nothing was refused: the disk is not full');
      await pause(100);
    }
    const statuses = new Map<number, number>();
    const before = load.acknowledged.length;
    for (const until = Date.now() + FULL_MS; Date.now() < until; await pause(100)) {
      const { status } = await product.call('POST', '/api/v1/events/production', row());
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
    print(
      `  while it was full: ${[...statuses].map(([status, count]) => `${count} calls answered with ${status}`).join(', ')}; ` +
        `acknowledged ${load.acknowledged.length - before} events, not ${load.failures - failures} calls`,
    );
    expect(statuses.get(503)).toBeGreaterThan(0);
    // Room for a few records may be left; what is not kept is never said to be, nor is it our fault.
    expect([...statuses.keys()].filter((status) => ![201, 503].includes(status))).toEqual([]);
    if (volume.isMounted) await killWhileFull();
    await volume.empty(postgres.pid);
    await untilHealthy();
  }, 300_000);

  it('has lost nothing, doubled nothing, and shows what a replay shows', async () => {
    const seen = load.acknowledged.length;
    while (load.acknowledged.length < seen + 20) await pause(50);
    await load.end();
    await must('GET', `/api/v1/recalls?atLeast=${load.position}`);
    const ids = load.acknowledged.map(({ eventId }) => eventId);
    const [kept] = await database.query<{ lost: number; unindexed: number; twice: number }>(
      `SELECT (SELECT count(*)::int FROM unnest($1::text[]) AS asked (id) WHERE NOT EXISTS (SELECT FROM event_log e WHERE e.id = asked.id)) AS lost,
              (SELECT count(*)::int FROM unnest($1::text[]) AS asked (id) WHERE NOT EXISTS (SELECT FROM capture_event e WHERE e.event_id = asked.id)) AS unindexed,
              (SELECT count(*)::int FROM (SELECT FROM capture_event WHERE NOT declaration GROUP BY event_id HAVING count(*) > 1) d) AS twice`,
      [ids],
    );
    print(
      `  acknowledged: ${ids.length} events; lost of the log: ${kept?.lost}; of the index: ${kept?.unindexed}; twice: ${kept?.twice}`,
    );
    expect(kept).toEqual({ lost: 0, unindexed: 0, twice: 0 });
    const verified = await must('POST', '/api/v1/admin/trace/verify');
    const { result } = JSON.parse(String(verified.body).trim().split('\n').pop() ?? '{}');
    print(`  graph against a replay of ${result?.position} records: ${JSON.stringify(result?.differences)}`);
    expect(result?.differences).toEqual([]);
  }, 120_000);
});
