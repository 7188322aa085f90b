import { gln, gtin } from '../support/gs1';
import { readScrape, Scraped } from '../support/scrape';
import { ServiceName, SplitProduct } from '../support/split-product';

let product: SplitProduct;

const suite = process.env['SUYUAN_TEST_KAFKA_BROKERS'] === undefined ? describe.skip : describe;

async function scrape(service: ServiceName): Promise<ReadonlyMap<string, Scraped>> {
  const [process] = product.processes[service];
  return readScrape(await (await fetch(`${process?.url}/metrics`)).text());
}

/** The value of the sample with this label value (of any label), as soon as it is what is wanted. */
async function becomes(service: ServiceName, name: string, wanted: (value: number) => boolean, label?: string): Promise<void> {
  let seen: unknown;
  for (let attempt = 0; attempt < 150; attempt++) {
    const samples = (await scrape(service)).get(name)?.samples ?? [];
    seen = samples.find(({ labels }) => label === undefined || Object.values(labels).includes(label))?.value;
    if (typeof seen === 'number' && wanted(seen)) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  expect([service, name, label, seen]).toBe('as wanted');
}

const isZero = (value: number): boolean => value === 0;

suite('metrics of the separate services over a real broker', () => {
  beforeAll(async () => {
    product = await SplitProduct.start();
    for (let index = 0; index < 20; index++) {
      const at = '2026-05-01T08:00:00+08:00';
      const row = { product: gtin(1), lot: 'F1', serials: [`s${index}`], place: gln(1), at };
      expect((await product.call('POST', '/api/v1/events/production', row)).status).toBe(201);
    }
  }, 120_000);
  afterAll(() => product?.remove());

  it('say how far behind the log the broker is, and what was put aside', async () => {
    await becomes('relay', 'suyuan_log_head_position', (head) => head >= 20);
    for (const name of ['suyuan_relay_lag_positions', 'suyuan_relay_lag_seconds', 'suyuan_messaging_dead_letters_waiting'])
      await becomes('relay', name, isZero);
  });

  it.each([
    ['trace', 'trace'],
    ['recall', 'recall-projection'],
  ] as const)('%s says how far its follower %s is behind its consumer group and the log', async (service, follower) => {
    await becomes(service, 'suyuan_messaging_lag_messages', isZero, follower);
    await becomes(service, 'suyuan_follower_lag_positions', isZero, follower);
    await becomes(service, 'suyuan_follower_lag_seconds', isZero, follower);
    const ways = (await scrape(service)).get('suyuan_messaging_records_total')?.samples ?? [];
    const given = ways.filter(({ labels }) => labels['follower'] === follower);
    expect(given.map(({ labels }) => labels['way']).sort()).toEqual(['broker', 'log']);
    expect(given.reduce((sum, { value }) => sum + value, 0)).toBeGreaterThanOrEqual(20);
  });

  it('count captures where they are taken', async () => {
    const samples = (await scrape('capture')).get('suyuan_capture_events_total')?.samples ?? [];
    expect(samples.filter(({ value }) => value > 0)).toEqual([{ labels: { interface: 'rows', outcome: 'captured' }, value: 20 }]);
  });
});
