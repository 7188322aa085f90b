import { gln, gtin } from '../support/gs1';
import { ApiAnswer, ServerProcess } from '../support/server-process';
import { StandaloneProduct } from '../support/standalone-product';
import { readScrape, Scraped } from '../support/scrape';

const MAKER = gln(1);
const PRODUCT = gtin(1);

/** What an operator needs; docs/operations.md says what for. */
const WANTED: Readonly<Record<string, 'gauge' | 'counter' | 'histogram'>> = {
  suyuan_build_info: 'gauge',
  suyuan_capture_events_total: 'counter',
  suyuan_check_blocklist_age_seconds: 'gauge',
  suyuan_check_index_age_seconds: 'gauge',
  suyuan_database_connections: 'gauge',
  suyuan_database_connections_max: 'gauge',
  suyuan_database_size_bytes: 'gauge',
  suyuan_follower_lag_positions: 'gauge',
  suyuan_follower_lag_seconds: 'gauge',
  suyuan_http_request_duration_seconds: 'histogram',
  suyuan_log_head_position: 'gauge',
  suyuan_messaging_dead_letters_total: 'counter',
  suyuan_messaging_dead_letters_waiting: 'gauge',
  suyuan_messaging_lag_messages: 'gauge',
  suyuan_messaging_records_total: 'counter',
  suyuan_notice_attempts_total: 'counter',
  suyuan_notice_deliveries: 'gauge',
  suyuan_notice_overdue_seconds: 'gauge',
  suyuan_recall_commands_total: 'counter',
  suyuan_recall_deadlines_missed: 'gauge',
  suyuan_recall_tasks: 'gauge',
  suyuan_recall_tasks_overdue: 'gauge',
  suyuan_recalls: 'gauge',
  suyuan_relay_lag_positions: 'gauge',
  suyuan_relay_lag_seconds: 'gauge',
};

let server: ServerProcess;

beforeAll(async () => {
  // A broker that never answers: what hangs on it is left out, the scrape goes on.
  server = await StandaloneProduct.start({ SUYUAN_KAFKA_BROKERS: '127.0.0.1:1', SUYUAN_EGRESS_ALLOW: '127.0.0.0/8' });
});
afterAll(() => server.remove());

async function scrape(): Promise<ReadonlyMap<string, Scraped>> {
  const answer = await server.call('GET', '/metrics', undefined, { key: null });
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toContain('version=0.0.4');
  return readScrape(String(answer.body));
}

/** Value of the one sample that has these labels. */
async function value(name: string, labels: Readonly<Record<string, string>> = {}): Promise<number | undefined> {
  const samples = (await scrape()).get(name)?.samples ?? [];
  return samples.find((sample) => Object.entries(labels).every(([label, wanted]) => sample.labels[label] === wanted))?.value;
}

async function becomes(wanted: number, name: string, labels: Readonly<Record<string, string>> = {}): Promise<void> {
  let seen: number | undefined;
  for (let attempt = 0; attempt < 250; attempt++) {
    seen = await value(name, labels);
    if (seen === wanted) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  expect([name, labels, seen]).toEqual([name, labels, wanted]);
}

const row = (serial: string): object => ({
  product: PRODUCT,
  lot: 'F1',
  serials: [serial],
  place: MAKER,
  at: '2026-05-01T08:00:00+08:00',
});
const capture = (body: unknown): Promise<ApiAnswer> => server.call('POST', '/api/v1/events/production', body);

describe('/metrics', () => {
  it('has everything an operator needs, and nothing of ours that is not described', async () => {
    const metrics = await scrape();
    const ours = [...metrics].filter(([name]) => name.startsWith('suyuan_'));
    expect(Object.fromEntries(ours.map(([name, { type }]) => [name, type]))).toEqual(WANTED);
    expect([...metrics.keys()]).toEqual(
      expect.arrayContaining(['process_cpu_seconds_total', 'process_resident_memory_bytes', 'nodejs_eventloop_lag_p99_seconds']),
    );
  });

  it('is named and described as Prometheus has it', async () => {
    for (const [name, { type, help, samples }] of await scrape()) {
      if (!name.startsWith('suyuan_')) continue;
      expect([name, name.endsWith('_total')]).toEqual([name, type === 'counter']);
      expect(name).toMatch(/^[a-z]+(_[a-z]+)*$/);
      // Base units only.
      expect(name).not.toMatch(/_(ms|milliseconds|minutes|hours|kb|mb)(_|$)/);
      expect(help.length).toBeGreaterThan(15);
      for (const { labels, value } of samples) {
        expect([name, Number.isNaN(value)]).toEqual([name, false]);
        // A code or a key in a label would make a series of each product.
        expect(JSON.stringify(labels)).not.toMatch(/\d{8}/);
      }
    }
  });

  it('counts what is captured, again, and refused', async () => {
    expect((await capture([row('1'), row('2')])).status).toBe(201);
    expect((await capture([row('1'), row('3')])).status).toBe(201);
    expect((await capture([{ ...row('4'), place: 'nowhere' }])).status).toBe(422);
    const raw = { type: 'ObjectEvent' };
    expect((await server.call('POST', '/epcis/events', raw)).status).toBe(400);
    const ways = (outcome: string): Record<string, string> => ({ interface: 'rows', outcome });
    expect(await value('suyuan_capture_events_total', ways('captured'))).toBe(3);
    expect(await value('suyuan_capture_events_total', ways('duplicate'))).toBe(1);
    expect(await value('suyuan_capture_events_total', ways('refused'))).toBe(1);
    expect(await value('suyuan_capture_events_total', { interface: 'event', outcome: 'refused' })).toBe(1);
    const requests = (await scrape()).get('suyuan_http_request_duration_seconds')?.samples ?? [];
    const counted = requests.filter(({ labels }) => labels['route'] === '/api/v1/events/production' && labels['le'] === '+Inf');
    expect(counted.map(({ labels, value }) => [labels['method'], labels['status'], value])).toEqual([
      ['POST', '201', 2],
      ['POST', '422', 1],
    ]);
  });

  it('says how far the log has come, and everybody who follows it', async () => {
    const { followers, position } = (await server.call('GET', '/health/ready')).body as {
      followers: { name: string }[];
      position: number;
    };
    await becomes(position, 'suyuan_log_head_position');
    for (const { name } of followers) {
      await becomes(0, 'suyuan_follower_lag_positions', { follower: name });
      await becomes(0, 'suyuan_follower_lag_seconds', { follower: name });
    }
    expect(followers.length).toBeGreaterThan(4);
    // The broker is away: what is captured waits for it, and grows old.
    expect(await value('suyuan_relay_lag_positions')).toBe(position);
    expect(await value('suyuan_relay_lag_seconds')).toBeGreaterThan(0);
    expect(await value('suyuan_messaging_dead_letters_waiting')).toBeUndefined();
    expect(await value('suyuan_check_index_age_seconds')).toBeLessThan(15);
  });

  it('counts open recalls, tasks by state, and notices that can not go out', async () => {
    const party = { id: MAKER, name: 'Maker', roles: ['manufacturer'], webhook: { url: 'http://127.0.0.1:1/hook' } };
    expect((await server.call('POST', '/api/v1/parties', party)).status).toBe(201);
    const recall = (mode: string): object => ({
      ...{ title: 'Heater F1', mode, regimes: ['cn-consumer'], basis: 'ordered', depth: 'consumer', reason: 'overheats' },
      ...{ hazard: 'fire', product: 'Heater', instructions: 'Unplug it.', contacts: [{ name: 'Hotline', phone: '400' }] },
      scope: { include: [{ gtin: PRODUCT, lots: ['F1'] }] },
    });
    for (const mode of ['real', 'drill']) {
      const { body } = await server.call('POST', '/api/v1/recalls', recall(mode));
      expect((await server.call('POST', `/api/v1/recalls/${String(body.id)}/activate`, {})).status).toBe(200);
      expect((await server.call('POST', `/api/v1/recalls/${String(body.id)}/activate`, {})).status).toBe(200);
    }
    expect(await value('suyuan_recall_commands_total', { command: 'DecideRecall', outcome: 'changed' })).toBe(2);
    expect(await value('suyuan_recall_commands_total', { command: 'activate', outcome: 'changed' })).toBe(2);
    expect(await value('suyuan_recall_commands_total', { command: 'activate', outcome: 'unchanged' })).toBe(2);
    const [{ id }] = (await server.call('GET', '/api/v1/recalls')).body.items as [{ id: string }];
    expect((await server.call('POST', `/api/v1/recalls/${id}/terminate`, { reason: 'done' })).status).toBe(409);
    expect(await value('suyuan_recall_commands_total', { command: 'terminate', outcome: 'refused' })).toBe(1);
    await becomes(1, 'suyuan_recalls', { phase: 'active' });
    await becomes(1, 'suyuan_recall_tasks', { state: 'sent' });
    expect(await value('suyuan_recall_tasks_overdue', { answer: 'acknowledge' })).toBe(0);
    await becomes(1, 'suyuan_notice_deliveries', { channel: 'webhook', state: 'pending' });
    expect(await value('suyuan_notice_attempts_total', { channel: 'webhook', outcome: 'failed' })).toBeGreaterThan(0);
    expect(await value('suyuan_notice_deliveries', { channel: 'webhook', state: 'dead' })).toBe(0);
    expect(await value('suyuan_notice_overdue_seconds', { channel: 'webhook' })).toBeLessThan(60);
    expect(await value('suyuan_check_blocklist_age_seconds')).toBeLessThan(60);
  });
});
