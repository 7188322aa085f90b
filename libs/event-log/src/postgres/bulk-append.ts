import type { Database, Transaction } from '@suyuan/platform';
import { randomBytes } from 'node:crypto';
import type { BulkAppend, BulkConflict, BulkResult, StagedRecord } from '../event-log';
import { type HeldHead, moveHead, takeHead } from './log-lock';
import { assertLoggable } from './log-rows';
import { copyRecord, copyText, inChunks, serialRecord } from './serial-record';

const CONFLICTS_LISTED_MAX = 1000;
/** Followed by the second of its making and a random part. */
const PREFIX = 'event_log_staged_';
/** No upload takes longer; what is older was left by a process that died. */
const ABANDONED_AFTER_S = 24 * 3600;

/**
 * Staged rows go by COPY into a table of their own, each `stage` a short transaction: a slow upload holds neither a
 * connection nor a lock. The table is unlogged, for what is staged has been promised to nobody.
 */
export class PostgresBulkAppend implements BulkAppend {
  private stagedCount = 0;

  private constructor(
    private readonly database: Database,
    private readonly table: string,
  ) {}

  static async begin(database: Database): Promise<PostgresBulkAppend> {
    await dropAbandoned(database);
    const table = `${PREFIX}${Math.floor(Date.now() / 1000)}_${randomBytes(8).toString('hex')}`;
    await database.query(`
      CREATE UNLOGGED TABLE ${table} (
        ordinal bigint NOT NULL, stream text COLLATE "C" NOT NULL, id text COLLATE "C" NOT NULL,
        type text COLLATE "C" NOT NULL, content_hash text COLLATE "C", data json NOT NULL, meta json NOT NULL
      ) WITH (autovacuum_enabled = off)`);
    return new PostgresBulkAppend(database, table);
  }

  async stage(records: readonly StagedRecord[]): Promise<void> {
    for (const record of records) assertLoggable(record.stream, [record.id]);
    const first = this.stagedCount;
    await this.database.transaction((tx) =>
      tx.copyIn(
        `COPY ${this.table} (ordinal, stream, id, type, content_hash, data, meta) FROM STDIN`,
        inChunks(lines(records, first)),
      ),
    );
    this.stagedCount += records.length;
  }

  async staged(ids: readonly string[]): Promise<Map<string, string>> {
    // Seldom asked for (declarations of events in the same document), so the index is made by the first who asks.
    await this.database.query(`CREATE INDEX IF NOT EXISTS ${this.table}_id ON ${this.table} (id, ordinal)`);
    const rows = await this.database.query<{ id: string; content_hash: string | null }>(
      `SELECT DISTINCT ON (id) id, content_hash FROM ${this.table} WHERE id = ANY($1::text[]) ORDER BY id, ordinal`,
      [ids],
    );
    return new Map(rows.flatMap((row) => (row.content_hash === null ? [] : [[row.id, row.content_hash] as const])));
  }

  async commit(options: { readonly skipConflicts?: boolean } = {}): Promise<BulkResult> {
    try {
      await this.database.query(`ANALYZE ${this.table} (id, stream, ordinal)`);
      return await this.database.transaction((tx) => this.publish(tx, options.skipConflicts ?? false));
    } finally {
      await this.discard();
    }
  }

  async discard(): Promise<void> {
    await this.database.query(`DROP TABLE IF EXISTS ${this.table}`);
  }

  private async publish(tx: Transaction, skipConflicts: boolean): Promise<BulkResult> {
    // The long look-ups run before the lock; under it they are repeated only if somebody wrote one of our ids or streams.
    const [seen] = await tx.query<{ position: number }>('SELECT position FROM event_log_head');
    await this.place(tx);
    const head = await takeHead(tx);
    if (await touchedSince(tx, seen?.position ?? 0, head)) {
      await tx.query('DROP TABLE staged_place');
      await this.place(tx);
    }
    const result = await judge(tx, head, skipConflicts);
    if (result.kind === 'id-conflict' || result.appended === 0) return result;
    await tx.query(
      `INSERT INTO event_log (position, record_time, stream, version, id, type, content_hash, data, meta)
       SELECT $1::bigint + p.place, $2, s.stream, p.version, s.id, s.type, s.content_hash, s.data, s.meta
       FROM staged_place p JOIN ${this.table} s ON s.ordinal = p.ordinal WHERE NOT p.duplicate ORDER BY p.place`,
      [head.position, head.recordTime],
    );
    await moveHead(tx, result.position, head.recordTime);
    return result;
  }

  /** Who holds each id (an older record of the log, or the first of this batch that names it), and every record's place. */
  private async place(tx: Transaction): Promise<void> {
    await tx.query(`
      CREATE TEMP TABLE staged_place ON COMMIT DROP AS
      WITH judged AS (
        SELECT s.ordinal, s.id, s.stream, l.position AS known,
          l.id IS NOT NULL OR row_number() OVER same_id > 1 AS duplicate,
          s.content_hash <> CASE WHEN l.id IS NULL THEN first_value(s.content_hash) OVER same_id ELSE l.content_hash END AS conflict
        FROM ${this.table} s LEFT JOIN event_log l ON l.id = s.id
        WINDOW same_id AS (PARTITION BY s.id ORDER BY s.ordinal)
      ), stream_end AS (
        SELECT d.stream, coalesce(v.version, -1) AS version FROM (SELECT DISTINCT stream FROM judged WHERE NOT duplicate) d
        LEFT JOIN LATERAL (SELECT e.version FROM event_log e WHERE e.stream = d.stream ORDER BY e.version DESC LIMIT 1) v ON true
      )
      SELECT j.*, row_number() OVER (PARTITION BY j.duplicate ORDER BY j.ordinal) AS place,
        e.version + row_number() OVER (PARTITION BY j.duplicate, j.stream ORDER BY j.ordinal) AS version
      FROM judged j LEFT JOIN stream_end e ON e.stream = j.stream`);
    await tx.query('ANALYZE staged_place');
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

async function touchedSince(tx: Transaction, position: number, head: HeldHead): Promise<boolean> {
  if (head.position === position) return false;
  const [answer] = await tx.query<{ touched: boolean }>(
    `SELECT EXISTS (SELECT FROM event_log l WHERE l.position > $1
       AND (l.id IN (SELECT id FROM staged_place) OR l.stream IN (SELECT stream FROM staged_place))) AS touched`,
    [position],
  );
  return answer?.touched ?? true;
}

async function judge(tx: Transaction, head: HeldHead, skipConflicts: boolean): Promise<BulkResult> {
  const [counts] = await tx.query<{ fresh: number; duplicates: number; conflicts: number; known: number | null }>(`
    SELECT count(*) FILTER (WHERE NOT duplicate) AS fresh, count(*) FILTER (WHERE duplicate AND conflict IS NOT TRUE) AS duplicates,
      count(*) FILTER (WHERE conflict) AS conflicts, max(known) FILTER (WHERE conflict IS NOT TRUE) AS known FROM staged_place`);
  if (counts === undefined) throw new Error('a count always has a row');
  const conflicts =
    counts.conflicts === 0
      ? []
      : await tx.query<{ id: string; ordinal: number } & BulkConflict>(
          `SELECT id, ordinal FROM staged_place WHERE conflict ORDER BY ordinal LIMIT ${CONFLICTS_LISTED_MAX}`,
        );
  const refused = counts.conflicts > 0 && !skipConflicts;
  return {
    kind: refused ? 'id-conflict' : 'appended',
    position: counts.fresh > 0 && !refused ? head.position + counts.fresh : (counts.known ?? head.position),
    appended: refused ? 0 : counts.fresh,
    duplicates: counts.duplicates,
    conflictCount: counts.conflicts,
    conflicts,
  };
}

function* lines(records: readonly StagedRecord[], first: number): Generator<string> {
  let ordinal = first;
  for (const record of records) {
    yield `${ordinal}\t${copyText(record.stream)}\t${copyRecord(serialRecord(record))}\n`;
    ordinal += 1;
  }
}
