import { Database, migrate } from '@suyuan/platform';
import { createTestDatabase } from '@suyuan/testkit';
import { EventStoreServer } from '@suyuan/testkit/event-store-server';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { LogRecord } from '../event-log';
import { aRecord, assertAppended, follow } from '../event-log.contract';
import { EVENT_LOG_MIGRATIONS } from '../event-log.migrations';
import { PostgresEventLog } from '../postgres/postgres-event-log.adapter';
import { EventStoreLog } from './eventstoredb-event-log.adapter';
import { type EsdbHarness, startLog, startOnOwnServer } from './testing/esdb-harness';
import { TEST_CERTIFICATE, TEST_KEY } from './testing/test-certificate';

let harness: EsdbHarness & { server: EventStoreServer };
beforeEach(async () => {
  harness = await startOnOwnServer();
});
afterEach(() => harness.stop());

async function indexOf(database: Database): Promise<object[]> {
  return database.query('SELECT * FROM event_log_place ORDER BY position');
}

/** Appends that win, lose, repeat and conflict, from several writers at once. */
async function writeAllSorts(logs: readonly EventStoreLog[]): Promise<void> {
  await Promise.all(
    logs.map(async (log, w) => {
      for (let n = 0; n < 25; n += 1) {
        await log.append([
          {
            stream: `s${n % 3}`,
            records: [aRecord(`${w}-${n}`), aRecord(`shared-${n}`, { contentHash: `${n % 5 === 0 ? w : 0}` })],
          },
          { stream: 'versioned', expectedVersion: n - 1, records: [aRecord(`v-${w}-${n}`)] },
        ]);
      }
      const bulk = await log.bulk();
      await bulk.stage(
        Array.from({ length: 40 }, (_, n) => ({
          ...aRecord(`bulk-${n}`, { contentHash: `${n % 9 === 0 ? w : 0}` }),
          stream: `b${n % 4}`,
        })),
      );
      await bulk.commit({ skipConflicts: true });
    }),
  );
}

describe('The log in an event store', () => {
  it('has the same positions, versions and times when its index is made again', async () => {
    const writers = [await harness.open(), await harness.open()];
    await writeAllSorts(writers);
    const head = (await writers[0]?.head()) ?? 0;
    const { database, url, drop } = await createTestDatabase();
    await migrate(database, EVENT_LOG_MIGRATIONS);
    const again = await EventStoreLog.open(Database.connect(url, { max: 4 }), harness.url);
    await follow(again, head);
    expect(head).toBeGreaterThan(80);
    expect(await indexOf(database)).toEqual(await indexOf(harness.database));
    await again.close();
    await drop();
  });

  it('leaves nothing in a stream of an append that lost its race', async () => {
    const [one, two] = [await harness.open(), await harness.open()];
    assertAppended(await one.append([{ stream: 's', records: [aRecord('first')] }]));
    const rivals = await Promise.all(
      [one, two].map((log, n) => log.append([{ stream: 's', expectedVersion: 0, records: [aRecord(`rival-${n}`)] }])),
    );
    expect(rivals.map(({ kind }) => kind).sort()).toEqual(['appended', 'wrong-version']);
    const [name] = new URL(harness.url).searchParams.getAll('log');
    expect(harness.server.store.stream(`${name}-s`)).toHaveLength(2);
  });

  it('goes on when the server was away, with what is written meanwhile', async () => {
    const log = await harness.open();
    const following = follow(await harness.open(), 3);
    assertAppended(await log.append([{ stream: 's', records: [aRecord('before')] }]));
    await harness.server.stop();
    const during = log.append([{ stream: 's', records: [aRecord('during')] }]);
    await new Promise((resolve) => setTimeout(resolve, 700));
    await harness.server.start();
    assertAppended(await during);
    assertAppended(await log.append([{ stream: 's', records: [aRecord('after')] }]));
    expect((await following).map((record: LogRecord) => record.id)).toEqual(['before', 'during', 'after']);
  });

  it('writes once what it repeats because the answer was lost', async () => {
    const log = await harness.open();
    harness.server.faults.unansweredAppends = 2;
    const answer = await log.append([{ stream: 's', records: [aRecord('a'), aRecord('b')] }]);
    expect(answer).toMatchObject({ position: 2, records: [{ outcome: 'appended' }, { outcome: 'appended' }] });
    expect(harness.server.faults.unansweredAppends).toBe(0);
    const [name] = new URL(harness.url).searchParams.getAll('log');
    expect(harness.server.store.stream(`${name}-s`)).toHaveLength(2);
  });

  it('is numbered by another process when the one that did falls silent', async () => {
    const dying = await harness.open();
    assertAppended(await dying.append([{ stream: 's', records: [aRecord('before')] }]));
    await dying.close();
    const ghost = randomUUID();
    const holder = async (): Promise<unknown> => (await harness.database.query('SELECT holder FROM event_log_source'))[0];
    await harness.database.query(
      `UPDATE event_log_source SET holder = $1, held_until = clock_timestamp() + interval '2 seconds'`,
      [ghost],
    );
    const log = await harness.open();
    const appending = log.append([{ stream: 's', records: [aRecord('after')] }]);
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(await holder()).toEqual({ holder: ghost });
    assertAppended(await appending);
    expect(await log.head()).toBe(2);
    expect(await holder()).not.toEqual({ holder: ghost });
  });

  it('is not led astray by two that number at once', async () => {
    const logs = [await harness.open(), await harness.open(), await harness.open()];
    const seizing = setInterval(() => void harness.database.query('UPDATE event_log_source SET holder = NULL'), 15);
    await writeAllSorts(logs);
    clearInterval(seizing);
    const all = (await logs[0]?.read(0, 10_000)) ?? [];
    expect(all.map((record) => record.position)).toEqual(all.map((_, n) => n + 1));
    expect(new Set(all.map((record) => record.id)).size).toBe(all.length);
  });

  it('is patient with a server that is not ready yet', async () => {
    const log = await harness.open();
    harness.server.faults.notReadyAppends = 3;
    assertAppended(await log.append([{ stream: 's', records: [aRecord('r')] }]));
    expect(harness.server.faults.notReadyAppends).toBe(0);
  });

  it('does not believe a checkpoint beyond every place', async () => {
    harness.server.faults.endlessCheckpoint = true;
    const log = await harness.open();
    // Longer than the sequencer waits before it takes a checkpoint without events.
    await new Promise((resolve) => setTimeout(resolve, 1500));
    assertAppended(await log.append([{ stream: 's', records: [aRecord('r')] }]));
    expect(await log.head()).toBe(1);
    expect(harness.troubles).toEqual([]);
  });

  it('keeps its checkpoint moving past the events of others', async () => {
    const log = await harness.open();
    const other = { id: '', type: 'other', contentType: 'application/json', data: Buffer.from('{}'), metadata: Buffer.from('') };
    for (let n = 0; n < 100; n += 1) harness.server.store.append(`other-${n}`, 'any', [{ ...other, id: randomUUID() }]);
    const numbered = async (): Promise<number> =>
      (await harness.database.query<{ at: number }>('SELECT commit_position AS at FROM event_log_source'))[0]?.at ?? 0;
    for (let wait = 0; wait < 50 && (await numbered()) < 5000; wait += 1)
      await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await numbered()).toBeGreaterThan(5000);
    assertAppended(await log.append([{ stream: 's', records: [aRecord('r')] }]));
  });

  it('passes over events that others wrote into its streams', async () => {
    const log = await harness.open();
    const [name] = new URL(harness.url).searchParams.getAll('log');
    const odd = [null, 7, {}, { unit: { id: 'x', n: 0, of: 1 }, id: 'odd', bytes: 1, meta: {} }, { id: 'odd', unit: null }];
    harness.server.store.append(
      `${name}-s`,
      'any',
      odd.map((metadata) => ({
        id: randomUUID(),
        type: 'odd',
        contentType: 'application/json',
        data: Buffer.from('{}'),
        metadata: Buffer.from(JSON.stringify(metadata)),
      })),
    );
    assertAppended(await log.append([{ stream: 's', expectedVersion: 'none', records: [aRecord('ours')] }]));
    expect((await log.readStream('s')).map((record) => [record.id, record.version])).toEqual([['ours', 0]]);
  });

  it('says which record is too large for the server, and takes its neighbours', async () => {
    const log = await harness.open();
    const [first, large, small] = await Promise.allSettled([
      log.append([{ stream: 's', records: [aRecord('first')] }]),
      log.append([{ stream: 's', records: [aRecord('large', { data: { text: 'x'.repeat(2_000_000) } })] }]),
      log.append([{ stream: 's', records: [aRecord('small')] }]),
    ]);
    expect([first.status, small.status]).toEqual(['fulfilled', 'fulfilled']);
    expect(large).toMatchObject({ status: 'rejected', reason: { status: 413, code: 'record-too-large' } });
  });

  it('belongs to one event store: an emptied one, and a database with a log of its own, are refused', async () => {
    const log = await harness.open();
    await log.close();
    const other = await EventStoreServer.start();
    const elsewhere = harness.url.replace(harness.server.address, other.address);
    await expect(EventStoreLog.open(harness.database, elsewhere)).rejects.toThrow(/was emptied/);
    const { database, drop } = await createTestDatabase();
    await migrate(database, EVENT_LOG_MIGRATIONS);
    const own = new PostgresEventLog(database);
    await own.append([{ stream: 's', records: [aRecord('here')] }]);
    await expect(EventStoreLog.open(database, harness.url)).rejects.toThrow(/holds its log itself/);
    await own.close();
    await drop();
    await other.stop();
  });

  it('is reached over TLS with credentials, by a cluster’s gossip', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'suyuan-esdb-'));
    const ca = path.join(folder, 'ca.pem');
    await writeFile(ca, TEST_CERTIFICATE);
    const server = await EventStoreServer.start({
      tls: { certificate: TEST_CERTIFICATE, key: TEST_KEY },
      credentials: { username: 'suyuan', password: 'a+b' },
    });
    const parameters = `tls=true&tlsCAFile=${encodeURIComponent(ca)}`;
    const secured = await startLog(`esdb+discover://suyuan:a%2Bb@${server.address}?${parameters}`);
    const log = await secured.open();
    assertAppended(await log.append([{ stream: 's', records: [aRecord('r')] }]));
    expect((await log.readStream('s')).map((record) => record.id)).toEqual(['r']);
    await expect(EventStoreLog.open(secured.database, `esdb://suyuan:wrong@${server.address}?${parameters}`)).rejects.toThrow(
      /can't use the event store/,
    );
    await secured.stop();
    await server.stop();
    await rm(folder, { recursive: true });
  });
});
