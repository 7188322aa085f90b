import { EventLogPort, PostgresEventLog, EVENT_LOG_MIGRATIONS, LogRecord } from '@suyuan/event-log';
import { migrate } from '@suyuan/platform';
import { createTestDatabase, TestDatabase } from '@suyuan/testkit';
import { DeadLetters } from '../dead-letters/dead-letters';
import { InProcessMessaging } from '../in-process/in-process-messaging.adapter';
import { MESSAGING_MIGRATIONS } from '../messaging.migrations';
import { toRecordMessage } from '../records/record-message';
import { LogRelay } from '../relay/log-relay';
import { StoreNames } from '../store/store-names';
import { FedEventLog } from './fed-event-log';

let test: TestDatabase;
let log: EventLogPort;
let names: StoreNames;
let messaging: InProcessMessaging;
let fed: FedEventLog;
let ways: { broker: number; log: number };
let stop: AbortController;

beforeEach(async () => {
  test = await createTestDatabase();
  await migrate(test.database, [...EVENT_LOG_MIGRATIONS, ...MESSAGING_MIGRATIONS]);
  log = new PostgresEventLog(test.database);
  names = await StoreNames.read(test.database);
  messaging = new InProcessMessaging();
  await messaging.ensureTopics(names.topics());
  ways = { broker: 0, log: 0 };
  stop = new AbortController();
  fed = new FedEventLog(log, () =>
    Promise.resolve({
      log,
      messaging,
      names,
      now: () => new Date(0),
      onRecords: (_, way, count) => void (ways[way] += count),
      onDeadLetter: () => undefined,
      onTrouble: () => undefined,
    }),
  );
});
afterEach(async () => {
  stop.abort();
  await messaging.close();
  await log.close();
  await test.drop();
});

/** Appends `count` records over a few streams. */
async function write(count: number, size = 1): Promise<readonly LogRecord[]> {
  const head = await log.head();
  for (let index = 0; index < count; index++) {
    const stream = `01/0950600000001${index % 5}`;
    const data = { text: '溯'.repeat(size), index };
    await log.append([{ stream, records: [{ id: `r${head + index}`, type: 'test.said', data, meta: { by: 'a' } }] }]);
  }
  return log.read(head, count);
}

const publish = (records: readonly LogRecord[]): Promise<void> =>
  messaging.publish(
    names.records,
    records.map((record) => toRecordMessage(record, names.source)),
  );

/** Follows until `count` records have come. */
async function follow(count: number, after = 0): Promise<LogRecord[]> {
  const got: LogRecord[] = [];
  const signal = AbortSignal.any([stop.signal, AbortSignal.timeout(20_000)]);
  for await (const batch of fed.tail(after, { batchSize: 7, signal, follower: 'reader' })) {
    got.push(...batch);
    if (got.length >= count) break;
  }
  return got;
}

describe('the feed of records over a broker', () => {
  it('brings the log in its order, each record once and equal, out of several partitions', async () => {
    const records = await write(40);
    await publish(records);
    expect(await follow(40)).toEqual(records);
    expect(ways).toEqual({ broker: 40, log: 0 });
  });

  it('is not moved by messages that come twice, and in any order', async () => {
    const records = await write(30);
    await publish([...records.slice(10)].reverse());
    await publish(records.slice(5));
    await publish(records);
    expect(await follow(30)).toEqual(records);
  });

  it('reads from the log what the broker does not bring', async () => {
    const records = await write(20);
    await publish(records.filter(({ position }) => position % 4 !== 0));
    expect(await follow(20)).toEqual(records);
    expect(ways.log).toBeGreaterThan(0);
  });

  it('does not wait for ever for a missing record while later ones keep coming', async () => {
    const [missing, ...records] = await write(40);
    let going = true;
    const publishing = (async () => {
      for (const record of records) {
        if (going) await publish([record]);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    })();
    expect((await follow(1))[0]).toEqual(missing);
    const brought = Number([...(await messaging.lag(names.records, 'nobody')).values()].reduce((sum, lag) => sum + lag, 0n));
    going = false;
    await publishing;
    expect(brought).toBeLessThan(records.length);
  });

  it('reads from the log when the broker brings nothing at all', async () => {
    const records = await write(20);
    expect(await follow(20)).toEqual(records);
    expect(ways).toEqual({ broker: 0, log: 20 });
  });

  it('sends a record that no broker takes as its place in the log', async () => {
    const records = await write(3, 300_000);
    await publish(records);
    expect(messaging).toBeDefined();
    const sizes = records.map((record) => toRecordMessage(record, names.source).value.length);
    expect(sizes).toEqual([0, 0, 0]);
    expect(await follow(3)).toEqual(records);
  });

  it('goes on after what the follower has: acknowledged messages do not come again, others do', async () => {
    const records = await write(14);
    await publish(records);
    // Leaves the loop inside its second batch, whose effects may not be durable.
    expect((await follow(14)).length).toBe(14);
    const lags = await messaging.lag(names.records, names.group('reader'));
    const open = Number([...lags.values()].reduce((sum, lag) => sum + lag, 0n));
    expect(open).toBeGreaterThanOrEqual(7);
    const more = await write(6);
    await publish(more);
    expect(await follow(13, 7)).toEqual([...records.slice(7), ...more]);
  });

  it('acknowledges the last records too when nothing comes after them', async () => {
    const records = await write(5);
    await publish(records);
    const following = (async () => {
      for await (const batch of fed.tail(0, { batchSize: 7, signal: stop.signal, follower: 'reader' }))
        expect(batch[0]).toBeDefined();
    })();
    const open = async (): Promise<bigint> =>
      [...(await messaging.lag(names.records, names.group('reader'))).values()].reduce((sum, lag) => sum + lag, 0n);
    for (let attempt = 0; attempt < 100 && (await open()) > 0n; attempt++)
      await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await open()).toBe(0n);
    stop.abort();
    await following;
  });

  it('puts what it can not read aside and goes on', async () => {
    const records = await write(4);
    const [first, second, ...rest] = records.map((record) => toRecordMessage(record, names.source));
    if (first === undefined || second === undefined) throw new Error('two records at least');
    await messaging.publish(names.records, [
      first,
      { ...second, value: Buffer.from('{"data":') },
      { ...second, headers: { ...second.headers, ce_source: 'urn:suyuan:store:another' } },
      { key: '', value: Buffer.from('hello'), headers: {} },
      ...rest,
    ]);
    expect(await follow(4)).toEqual(records);
    const deadLetters = new DeadLetters(messaging, () => Promise.resolve(names));
    expect((await deadLetters.list(10)).map(({ reason, handler }) => [handler, reason])).toEqual(
      expect.arrayContaining([
        ['reader', 'the value is not JSON'],
        ['reader', 'it comes from urn:suyuan:store:another'],
        ['reader', 'the header ce_source is missing'],
      ]),
    );
    expect(await deadLetters.count()).toBe(3);
    const letter = (await deadLetters.list(10)).find(({ reason }) => reason === 'the value is not JSON')?.letter ?? '';
    expect(await deadLetters.find(letter)).toMatchObject({
      letter,
      value: '{"data":',
      headers: { ce_id: second.headers['ce_id'] },
    });
    expect(Object.keys((await deadLetters.find(letter))?.headers ?? {}).filter((name) => name.startsWith('suyuan-'))).toEqual([]);
    expect(await deadLetters.find('0-999')).toBeUndefined();
    expect(await deadLetters.count()).toBe(3);
    expect(await deadLetters.replay()).toBe(3);
    expect(await deadLetters.count()).toBe(0);
    const more = await write(3);
    await publish(more);
    // Still unreadable, they are put aside again, by the follower they are for and by nobody else.
    for await (const batch of fed.tail(4, { batchSize: 7, signal: stop.signal, follower: 'other' })) {
      expect(batch[0]).toEqual(more[0]);
      break;
    }
    const others = (await deadLetters.list(10)).filter(({ handler }) => handler === 'other');
    expect(others).toHaveLength(3);
    expect(await follow(3, 4)).toEqual(more);
    expect((await deadLetters.list(10)).filter(({ handler }) => handler === 'reader')).toHaveLength(3);
  });
});

describe('the relay', () => {
  const relay = (): LogRelay =>
    new LogRelay(
      log,
      test.database,
      messaging,
      () => Promise.resolve(names),
      () => undefined,
    );
  const until = async (done: () => Promise<boolean>): Promise<void> => {
    for (let attempt = 0; !(await done()); attempt++) {
      if (attempt > 1000) throw new Error('it did not happen');
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };

  it('brings what is there and what comes, and goes on from its checkpoint', async () => {
    const records = await write(25);
    const first = relay();
    await first.start();
    await until(async () => (await first.position()) === 25);
    const more = await write(5);
    await until(async () => (await first.position()) === 30);
    await first.stop();
    const last = await write(5);
    const second = relay();
    await second.start();
    await until(async () => (await second.position()) === 35);
    await second.stop();
    expect(await follow(35)).toEqual([...records, ...more, ...last]);
    expect(ways).toEqual({ broker: 35, log: 0 });
  });

  it('publishes again after a failure, and loses nothing', async () => {
    const records = await write(10);
    const publishing = messaging.publish.bind(messaging);
    let failures = 1;
    messaging.publish = async (topic, messages) => {
      // Half of the batch is there when the connection breaks.
      if ((failures -= 1) >= 0) {
        await publishing(topic, messages.slice(0, 5));
        throw new Error('connection lost');
      }
      await publishing(topic, messages);
    };
    const again = relay();
    await again.start();
    await until(async () => (await again.position()) === 10);
    await again.stop();
    expect(await follow(10)).toEqual(records);
    expect(ways).toEqual({ broker: 10, log: 0 });
  });
});
