import type { Database } from '@suyuan/platform';
import { randomBytes } from 'node:crypto';
import type { StagedRecord } from '../event-log';
import { assertLoggable } from './log-rows';
import { copyRecord, copyText, inChunks, serialRecord } from './serial-record';

/** Followed by the second of its making and a random part. */
const PREFIX = 'event_log_staged_';
/** No upload takes longer; what is older was left by a process that died. */
const ABANDONED_AFTER_S = 24 * 3600;

/**
 * Where a bulk append's records wait. They go by COPY into a table of their own, each `stage` a short transaction: a slow
 * upload holds neither a connection nor a lock. The table is unlogged, for what is staged has been promised to nobody.
 */
export class StagingTable {
  private stagedCount = 0;

  private constructor(
    private readonly database: Database,
    /** Columns ordinal (from 0), stream, id, type, content_hash, data, meta. */
    readonly name: string,
  ) {}

  static async begin(database: Database): Promise<StagingTable> {
    await dropAbandoned(database);
    const name = `${PREFIX}${Math.floor(Date.now() / 1000)}_${randomBytes(8).toString('hex')}`;
    await database.query(`
      CREATE UNLOGGED TABLE ${name} (
        ordinal bigint NOT NULL, stream text COLLATE "C" NOT NULL, id text COLLATE "C" NOT NULL,
        type text COLLATE "C" NOT NULL, content_hash text COLLATE "C", data json NOT NULL, meta json NOT NULL
      ) WITH (autovacuum_enabled = off)`);
    return new StagingTable(database, name);
  }

  async stage(records: readonly StagedRecord[]): Promise<void> {
    for (const record of records) assertLoggable(record.stream, [record.id]);
    const first = this.stagedCount;
    await this.database.transaction((tx) =>
      tx.copyIn(
        `COPY ${this.name} (ordinal, stream, id, type, content_hash, data, meta) FROM STDIN`,
        inChunks(lines(records, first)),
      ),
    );
    this.stagedCount += records.length;
  }

  /** Content hash of the first record of each id. */
  async staged(ids: readonly string[]): Promise<Map<string, string>> {
    // Seldom asked for (declarations of events in the same document), so the index is made by the first who asks.
    await this.database.query(`CREATE INDEX IF NOT EXISTS ${this.name}_id ON ${this.name} (id, ordinal)`);
    const rows = await this.database.query<{ id: string; content_hash: string | null }>(
      `SELECT DISTINCT ON (id) id, content_hash FROM ${this.name} WHERE id = ANY($1::text[]) ORDER BY id, ordinal`,
      [ids],
    );
    return new Map(rows.flatMap((row) => (row.content_hash === null ? [] : [[row.id, row.content_hash] as const])));
  }

  /** For the planner, before the records are looked up together. */
  async analyze(): Promise<void> {
    await this.database.query(`ANALYZE ${this.name} (id, stream, ordinal)`);
  }

  async drop(): Promise<void> {
    await this.database.query(`DROP TABLE IF EXISTS ${this.name}`);
  }
}

async function dropAbandoned(database: Database): Promise<void> {
  const left = await database.query<{ name: string }>(
    `SELECT relname AS name FROM pg_class
     WHERE relkind = 'r' AND relname ~ '^${PREFIX}[0-9]+_' AND split_part(relname, '_', 4)::bigint < $1`,
    [Math.floor(Date.now() / 1000) - ABANDONED_AFTER_S],
  );
  for (const { name } of left) await database.query(`DROP TABLE IF EXISTS ${name}`);
}

function* lines(records: readonly StagedRecord[], first: number): Generator<string> {
  let ordinal = first;
  for (const record of records) {
    yield `${ordinal}\t${copyText(record.stream)}\t${copyRecord(serialRecord(record))}\n`;
    ordinal += 1;
  }
}
