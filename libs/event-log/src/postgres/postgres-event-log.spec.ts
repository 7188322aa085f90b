import { Database, migrate, type Transaction } from '@suyuan/platform';
import { createTestDatabase } from '@suyuan/testkit';
import type { AppendResult, EventLog, LogRecord, StreamAppend } from '../event-log';
import { aRecord, describeEventLogContract, type EventLogHarness, follow, slowWriterIsNeverSkipped } from '../event-log.contract';
import { EVENT_LOG_MIGRATIONS } from '../event-log.migrations';
import { PostgresEventLog } from './postgres-event-log.adapter';

/** Every transaction takes its time, after its first statement and before its commit. */
class SlowDatabase extends Database {
  delayMs = 0;

  override transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    return super.transaction(async (tx) => {
      await tx.query('SELECT 1');
      await this.pause();
      const result = await work(tx);
      await this.pause();
      return result;
    });
  }

  pause(): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, this.delayMs));
  }
}

interface PostgresHarness extends EventLogHarness {
  readonly url: string;
  readonly database: Database;
}

async function startPostgresEventLog(
  make = (database: SlowDatabase): EventLog => new PostgresEventLog(database),
): Promise<PostgresHarness> {
  const { database, url, drop } = await createTestDatabase();
  await migrate(database, EVENT_LOG_MIGRATIONS);
  const opened: { log: EventLog; database: Database }[] = [];
  const open = (delayMs: number): Promise<EventLog> => {
    const own = new SlowDatabase(Database.connect(url, { max: 4 }).pool, url);
    own.delayMs = delayMs;
    const log = make(own);
    opened.push({ log, database: own });
    return Promise.resolve(log);
  };
  return {
    url,
    database,
    open: () => open(0),
    openSlow: open,
    stop: async () => {
      for (const each of opened) {
        if (each.log instanceof PostgresEventLog) await each.log.close();
        await each.database.close();
      }
      await drop();
    },
  };
}

describeEventLogContract('postgres', () => startPostgresEventLog());

/** The protection taken out: positions come from a sequence, as early as the transaction begins. */
class SequenceNumberedLog extends PostgresEventLog {
  constructor(private readonly slow: SlowDatabase) {
    super(slow);
  }

  override async append(appends: readonly StreamAppend[]): Promise<AppendResult> {
    return Database.prototype.transaction.call(this.slow, async (tx) => {
      let position = 0;
      for (const { stream, records } of appends) {
        for (const record of records) {
          const [next] = await tx.query<{ n: number }>(`SELECT nextval('naive_position') AS n`);
          position = next?.n ?? 0;
          await this.slow.pause();
          await tx.query(
            `INSERT INTO event_log (position, id, stream, version, type, data, meta, record_time) VALUES ($1::bigint, $2, $3, $1::bigint::int, $4, '{}', '{}', now())`,
            [position, record.id, stream, record.type],
          );
        }
      }
      return { kind: 'appended', position, records: [] };
    }) as Promise<AppendResult>;
  }
}

describe('event log on postgres, beyond the contract', () => {
  it('would lose a slow writer if positions came from a sequence', async () => {
    const harness = await startPostgresEventLog((database) => new SequenceNumberedLog(database));
    try {
      await harness.database.query('CREATE SEQUENCE naive_position');
      await expect(slowWriterIsNeverSkipped(harness)).rejects.toThrow(/began-first/);
    } finally {
      await harness.stop();
    }
  });

  it('gives a follower what was written here as a reader elsewhere finds it', async () => {
    const harness = await startPostgresEventLog();
    const stop = new AbortController();
    try {
      const [here, elsewhere] = [await harness.open(), await harness.open()];
      const following = here.tail(0, { batchSize: 100, signal: stop.signal })[Symbol.asyncIterator]();
      const first = following.next();
      await elsewhere.append([{ stream: 's', records: [aRecord('of-another-process')] }]);
      const given = [...((await first).value as LogRecord[])];
      const odd = { ...aRecord('own'), data: { text: 'a\u0000\\"é\ud83d\ude00', nothing: null }, contentHash: 'h' };
      await here.append([{ stream: 's', records: [odd, aRecord('own-2')] }]);
      while (given.length < 3) given.push(...((await following.next()).value as LogRecord[]));
      expect(given).toEqual(await elsewhere.read(0, 10));
    } finally {
      stop.abort();
      await harness.stop();
    }
  });

  it('leaves data unread where nobody looks at it, and says so to who does', async () => {
    const harness = await startPostgresEventLog((database) => new PostgresEventLog(database, { withoutDataOf: ['large'] }));
    try {
      const log = await harness.open();
      await log.append([{ stream: 's', records: [{ ...aRecord('a'), type: 'large' }, aRecord('b')] }]);
      const [large, other] = await log.read(0, 10);
      expect(large?.meta).toEqual(aRecord('a').meta);
      expect(() => large?.data).toThrow('never looks at data');
      expect(other?.data).toEqual(aRecord('b').data);
    } finally {
      await harness.stop();
    }
  });

  it('refuses to change what is written', async () => {
    const harness = await startPostgresEventLog();
    try {
      const log = await harness.open();
      await log.append([{ stream: 's', records: [aRecord('r')] }]);
      await expect(harness.database.query(`UPDATE event_log SET type = 'other'`)).rejects.toThrow('append-only');
      await expect(harness.database.query('DELETE FROM event_log')).rejects.toThrow('append-only');
      await expect(harness.database.query('TRUNCATE event_log')).rejects.toThrow('append-only');
    } finally {
      await harness.stop();
    }
  });

  it('goes on following after its connections were cut', async () => {
    const harness = await startPostgresEventLog();
    try {
      const [log, reader] = [await harness.open(), await harness.open()];
      const following = follow(reader, 3);
      await log.append([{ stream: 's', records: [aRecord('before')] }]);
      await new Promise((resolve) => setTimeout(resolve, 100));
      await harness.database.query(
        'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
      );
      for (const id of ['after-1', 'after-2']) {
        let written = false;
        while (!written)
          written = await log.append([{ stream: 's', records: [aRecord(id)] }]).then(
            () => true,
            () => false,
          );
      }
      expect((await following).map((record) => record.id)).toEqual(['before', 'after-1', 'after-2']);
    } finally {
      await harness.stop();
    }
  });

  it('clears away what a dead process had staged', async () => {
    const harness = await startPostgresEventLog();
    try {
      const log = await harness.open();
      await harness.database.query('CREATE TABLE event_log_staged_1700000000_abc (ordinal bigint)');
      const underWay = await log.bulk();
      const bulk = await log.bulk();
      const tables = await harness.database.query(`SELECT relname FROM pg_class WHERE relname LIKE 'event_log_staged%'`);
      expect(tables).toHaveLength(2);
      await Promise.all([underWay.discard(), bulk.discard()]);
    } finally {
      await harness.stop();
    }
  });
});
