import { Database } from '@suyuan/platform';
import { createTestDatabase, TestDatabase } from '@suyuan/testkit';
import type { ApiAnswer } from '../support/api';
import { gln, gtin } from '../support/gs1';
import { hasPgBouncer, PgBouncer } from '../support/pg-bouncer';
import { StandaloneProduct } from '../support/standalone-product';

const MAKER = gln(1);
const SHOP = gln(3);
const PRODUCT = gtin(1);
/** Far fewer than the product's own pools hold: every transaction gets the connection of another. */
const SERVER_CONNECTIONS = 4;
const CLIENTS = 8;
const EVENTS_EACH = 25;

let test: TestDatabase;
let pooler: PgBouncer;

if (!hasPgBouncer) process.stdout.write('suyuan: no pgbouncer here: the tests behind a pooler are left out\n');

/** What the product's connections to the database last asked, by what they call themselves. */
async function connections(): Promise<{ pooled: string[]; sessions: string[] }> {
  const onlooker = Database.connect(test.url, { max: 1, applicationName: 'onlooker' });
  const rows = await onlooker.query<{ application_name: string; query: string }>(
    `SELECT application_name, query FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`,
  );
  await onlooker.close();
  const [sessions, pooled] = [true, false].map((wanted) =>
    rows.filter((row) => (row.application_name === 'suyuan session') === wanted).map(({ query }) => query),
  );
  return { pooled: pooled ?? [], sessions: sessions ?? [] };
}

/** Any number of writers at once, each a maker of its own lot. @returns the last position that was acknowledged */
async function capture(product: StandaloneProduct): Promise<number> {
  let last = 0;
  const write = async (client: number): Promise<void> => {
    for (let number = 0; number < EVENTS_EACH; number++) {
      const row = {
        product: PRODUCT,
        lot: `L${client}`,
        serials: [`${client}-${number}`],
        place: MAKER,
        at: '2026-05-01T08:00:00Z',
      };
      const answer = await must(product, 'POST', '/api/v1/events/production', row);
      last = Math.max(last, Number(answer.headers.get('suyuan-position')));
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, (_, client) => write(client)));
  const shipped = { items: [`(01)${PRODUCT}(21)0-0`], from: MAKER, to: SHOP, at: '2026-05-01T09:00:00Z' };
  const answer = await must(product, 'POST', '/api/v1/events/shipment', shipped);
  return Math.max(last, Number(answer.headers.get('suyuan-position')));
}

async function must(product: StandaloneProduct, method: string, address: string, body?: unknown): Promise<ApiAnswer> {
  const answer = await product.call(method, address, body);
  if (answer.status >= 300) throw new Error(`${method} ${address}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer;
}

/** Last line of an administrator's work on the graph. */
const resultOf = (answer: ApiAnswer): unknown => JSON.parse(String(answer.body).trim().split('\n').pop() ?? '{}').result;

const suite = hasPgBouncer ? describe : describe.skip;

suite.each([
  ['with the direct address beside it', true],
  ['alone', false],
])('PgBouncer in transaction mode, %s', (_, direct) => {
  let product: StandaloneProduct;

  beforeAll(async () => {
    test = await createTestDatabase();
    pooler = await PgBouncer.before(test.url, SERVER_CONNECTIONS);
    product = await StandaloneProduct.start({
      SUYUAN_DATABASE_URL: pooler.url,
      ...(direct && { SUYUAN_DATABASE_DIRECT_URL: test.url }),
    });
    for (const id of [MAKER, SHOP]) await must(product, 'POST', '/api/v1/parties', { id, name: id, roles: ['manufacturer'] });
  });
  afterAll(async () => {
    await product?.remove();
    await pooler?.remove();
    await test?.drop();
  });

  it('captures, traces and recalls', async () => {
    const position = await capture(product);
    const lot = encodeURIComponent(`01/${PRODUCT}/10/L0`);
    const holders = await must(product, 'GET', `/api/v1/trace/${lot}/holders?atLeast=${position}`);
    expect(holders.body.totals).toMatchObject({ produced: EVENTS_EACH, held: EVENTS_EACH - 1 });
    expect(holders.body.holders).toMatchObject([{ state: 'held' }, { state: 'in_transit' }]);
    const recall = await must(product, 'POST', '/api/v1/recalls', {
      title: 'Lot zero',
      mode: 'real',
      regimes: ['cn-consumer'],
      basis: 'ordered',
      depth: 'consumer',
      reason: 'overheats',
      hazard: 'fire',
      product: 'Heater',
      scope: { include: [{ gtin: PRODUCT, lots: ['L0'] }] },
      instructions: 'Unplug it.',
      contacts: [{ name: 'Hotline', phone: '400' }],
    });
    const activated = await must(product, 'POST', `/api/v1/recalls/${recall.body.id}/activate`, {});
    const told = await must(
      product,
      'GET',
      `/api/v1/recalls/${recall.body.id}/holders?atLeast=${activated.headers.get('suyuan-position')}`,
    );
    expect(told.body.items).toHaveLength(2);
    const check = await must(product, 'GET', `/api/v1/check/${encodeURIComponent(`01/${PRODUCT}/21/0-1`)}`);
    expect(check.body.verdict).toBe('affected');
  });

  it('rebuilds the graph, and finds it equal to a replay', async () => {
    expect(resultOf(await must(product, 'POST', '/api/v1/admin/trace/rebuild'))).toBeDefined();
    expect(resultOf(await must(product, 'POST', '/api/v1/admin/trace/verify'))).toMatchObject({ differences: [] });
  });

  it('shares few server connections, and listens on none of them', async () => {
    const { pooled, sessions } = await connections();
    expect(pooled.length).toBeGreaterThan(0);
    expect(pooled.length).toBeLessThanOrEqual(SERVER_CONNECTIONS);
    // One for the process, one for the graph's thread.
    expect(product.complained.includes('is a pooler')).toBe(!direct);
    expect(sessions).toEqual(direct ? ['LISTEN event_log', 'LISTEN event_log'] : []);
  });
});

suite('a direct address', () => {
  it('of another database stops the start', async () => {
    const [one, other] = [await createTestDatabase(), await createTestDatabase()];
    test = one;
    pooler = await PgBouncer.before(one.url, SERVER_CONNECTIONS);
    const settings = { SUYUAN_DATABASE_URL: pooler.url, SUYUAN_DATABASE_DIRECT_URL: other.url };
    await expect(StandaloneProduct.start(settings)).rejects.toThrow('name two databases');
    await pooler.remove();
    await one.drop();
    await other.drop();
  });
});
