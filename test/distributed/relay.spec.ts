import { EVENT_LOG_MIGRATIONS, PostgresEventLog, StagedRecord } from '@suyuan/event-log';
import { KafkaMessaging, LogRelay, MESSAGING_MIGRATIONS, MessagingPort, StoreNames } from '@suyuan/messaging';
import { migrate } from '@suyuan/platform';
import { createTestDatabase, TestDatabase } from '@suyuan/testkit';

const brokers = process.env['SUYUAN_TEST_KAFKA_BROKERS'];
const RECORDS = 50_000;
const STREAMS = 5_000;

const suite = brokers === undefined ? describe.skip : describe;

suite('the relay on a log that is full already', () => {
  let test: TestDatabase;
  let log: PostgresEventLog;
  let messaging: MessagingPort;

  beforeAll(async () => {
    test = await createTestDatabase();
    await migrate(test.database, [...EVENT_LOG_MIGRATIONS, ...MESSAGING_MIGRATIONS]);
    log = new PostgresEventLog(test.database);
    messaging = new KafkaMessaging({ brokers: (brokers ?? '').split(','), clientId: 'relay-test' });
    await preload();
  }, 120_000);
  afterAll(async () => {
    await messaging.close();
    await log.close();
    await test.drop();
  });

  async function preload(): Promise<void> {
    const bulk = await log.bulk();
    for (let from = 0; from < RECORDS; from += 2_000)
      await bulk.stage(Array.from({ length: 2_000 }, (_, index) => recordOf(from + index)));
    await bulk.commit();
  }

  it('brings all of it, once, in the order of each stream', async () => {
    const names = await StoreNames.read(test.database);
    await messaging.ensureTopics(names.topics());
    const relay = new LogRelay(
      log,
      test.database,
      messaging,
      () => Promise.resolve(names),
      (error) => console.warn(error),
    );
    const began = performance.now();
    await relay.start();
    while ((await relay.position()) < RECORDS) await new Promise((resolve) => setTimeout(resolve, 20));
    const seconds = (performance.now() - began) / 1000;
    await relay.stop();
    process.stdout.write(
      `  the relay brought ${RECORDS} records in ${seconds.toFixed(1)} s: ${Math.round(RECORDS / seconds)} records/s\n`,
    );

    const versions = new Map<string, number>();
    const wrong: string[] = [];
    let seen = 0;
    const subscription = await messaging.subscribe({
      topic: names.records,
      group: names.group('count'),
      handle: async (messages) => {
        for (const { key, headers } of messages) {
          const version = Number(headers['ce_version']);
          if (version !== (versions.get(key) ?? -1) + 1) wrong.push(`${key} ${version}`);
          versions.set(key, version);
        }
        seen += messages.length;
      },
    });
    while (seen < RECORDS) await new Promise((resolve) => setTimeout(resolve, 50));
    await subscription.stop();
    expect({ seen, wrong, streams: versions.size }).toEqual({ seen: RECORDS, wrong: [], streams: STREAMS });
  }, 180_000);
});

/** About as large as an event of ten serials. */
function recordOf(number: number): StagedRecord {
  const epcs = Array.from({ length: 10 }, (_, item) => `https://id.gs1.org/01/09506000134352/21/${number}-${item}`);
  return {
    stream: `01/09506000134352/10/L${number % STREAMS}`,
    id: `relayed-${number}`,
    type: 'epcis.event',
    data: { type: 'ObjectEvent', action: 'ADD', bizStep: 'commissioning', eventTime: '2026-05-01T08:00:00Z', epcList: epcs },
    meta: { capturingParty: '417/9506000000000' },
  };
}
