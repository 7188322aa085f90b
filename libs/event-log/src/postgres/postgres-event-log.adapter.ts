import { type Database, isDatabaseAway } from '@suyuan/platform';
import type { AppendResult, BulkAppend, LogRecord, RecordPlace, StreamAppend, TailOptions } from '../event-log';
import { EventLogPort } from '../event-log.port';
import { LogSlice, type PlacedRecord } from './append-plan';
import { PostgresBulkAppend } from './bulk-append';
import { GroupCommit } from './group-commit';
import { insertRecords } from './insert-records';
import { moveHead, takeHead } from './log-lock';
import { LogTail } from './log-tail';
import { assertLoggable, LOG_COLUMNS, LOG_COLUMNS_WITHOUT_DATA, type LogRow, toRecord } from './log-rows';
import type { SizedRecord } from './recent-records';
import { type SerialAppend, serialAppend } from './serial-record';

/** What is left unread where nobody looks at it. */
export interface LogReading {
  readonly withoutDataOf?: readonly string[];
}

/** Records in one commit, unless a single call brings more. */
const GROUP_RECORDS_MAX = 2000;
/** About how much shorter a document is on disk, where it is packed. */
const DATA_PACKED = 3;

/**
 * The event log in one PostgreSQL table. Any number of processes may write: positions are given out under the lock of
 * the head row, which is taken last, when all a group needs is serialised and only the insert is left.
 */
export class PostgresEventLog extends EventLogPort {
  private readonly commits = new GroupCommit<readonly SerialAppend[], AppendResult>(
    (calls) => this.commitGroup(calls),
    GROUP_RECORDS_MAX,
  );
  private readonly followers: LogTail;

  /** `withoutDataOf`: types of records that are read for their `meta` alone; asked for its `data`, such a record throws. */
  constructor(
    private readonly database: Database,
    private readonly options: LogReading = {},
  ) {
    super();
    this.followers = new LogTail(database, (after, limit) => this.readSized(after, limit), isDatabaseAway);
  }

  override async append(appends: readonly StreamAppend[]): Promise<AppendResult> {
    let size = 0;
    for (const { stream, records } of appends) {
      assertLoggable(stream, idsOf(records));
      size += records.length;
    }
    return this.commits.submit(appends.map(serialAppend), size);
  }

  override async bulk(): Promise<BulkAppend> {
    return PostgresBulkAppend.begin(this.database);
  }

  override async head(): Promise<number> {
    const [head] = await this.database.query<{ position: number }>('SELECT position FROM event_log_head');
    return head?.position ?? 0;
  }

  override async read(after: number, limit: number): Promise<LogRecord[]> {
    return (await this.readSized(after, limit)).map(({ record }) => record);
  }

  override async readStream(stream: string, fromVersion = 0): Promise<LogRecord[]> {
    if (stream.includes('\u0000')) return [];
    // Index: event_log_stream_version_key.
    const rows = await this.database.query<LogRow>(
      `SELECT ${LOG_COLUMNS} FROM event_log WHERE stream = $1 AND version >= $2 ORDER BY version`,
      [stream, fromVersion],
    );
    return rows.map(toRecord);
  }

  override async find(id: string): Promise<LogRecord | undefined> {
    if (id.includes('\u0000')) return undefined;
    const [row] = await this.database.query<LogRow>(`SELECT ${LOG_COLUMNS} FROM event_log WHERE id = $1`, [id]);
    return row === undefined ? undefined : toRecord(row);
  }

  override async locate(ids: readonly string[]): Promise<Map<string, RecordPlace>> {
    const rows = await this.database.query<PlaceRow>(
      'SELECT id, position, content_hash FROM event_log WHERE id = ANY($1::text[])',
      [ids.filter((id) => !id.includes('\u0000'))],
    );
    return new Map(rows.map((row) => [row.id, toPlace(row)]));
  }

  override tail(after: number, options: TailOptions): AsyncGenerator<readonly LogRecord[]> {
    return this.followers.follow(after, options);
  }

  override close(): Promise<void> {
    this.followers.close();
    return Promise.resolve();
  }

  private async readSized(after: number, limit: number): Promise<SizedRecord[]> {
    const left = this.options.withoutDataOf;
    // Index: event_log_pkey.
    const rows = await this.database.query<LogRow & { size_bytes: number }>(
      `SELECT ${left === undefined ? LOG_COLUMNS : LOG_COLUMNS_WITHOUT_DATA}, pg_column_size(data) AS size_bytes
       FROM event_log WHERE position > $1 ORDER BY position LIMIT $2`,
      [after, limit, ...(left === undefined ? [] : [left])],
    );
    return rows.map((row) => ({ record: toRecord(row), sizeBytes: row.size_bytes }));
  }

  private async commitGroup(calls: readonly (readonly SerialAppend[])[]): Promise<AppendResult[]> {
    const ids = new Set<string>();
    const streams = new Set<string>();
    for (const appends of calls) {
      for (const { stream, records } of appends) {
        streams.add(stream);
        for (const record of records) ids.add(record.id);
      }
    }
    const { answers, written } = await this.database.transaction(async (tx) => {
      const head = await takeHead(tx);
      // A statement of its own: its snapshot must be younger than the lock, or it would miss the writer before us.
      const places = await tx.query<PlaceRow & { stream: string | null; version: number }>(
        `SELECT id, position, content_hash, NULL AS stream, 0 AS version FROM event_log WHERE id = ANY($1::text[])
         UNION ALL
         SELECT NULL, 0, NULL, asked.stream, last.version FROM unnest($2::text[]) AS asked (stream)
         CROSS JOIN LATERAL (SELECT e.version FROM event_log e WHERE e.stream = asked.stream ORDER BY e.version DESC LIMIT 1) last`,
        [[...ids], [...streams]],
      );
      const known = new Map<string, RecordPlace>();
      const versions = new Map<string, number>();
      for (const row of places) {
        if (row.stream === null) known.set(row.id, toPlace(row));
        else versions.set(row.stream, row.version);
      }
      const slice = new LogSlice(head.position, known, versions);
      const answers = calls.map((appends) => slice.judge(appends));
      if (slice.granted.length > 0) {
        await insertRecords(tx, slice.granted, head.recordTime);
        await moveHead(tx, head.position + slice.granted.length, head.recordTime);
      }
      return { answers, written: slice.granted.map((placed) => asRead(placed, head.recordTime)) };
    });
    this.followers.offer(written);
    return answers;
  }
}

/** A record as the log will give it to who reads it: the followers here need not ask. */
function asRead({ position, stream, version, record }: PlacedRecord, recordTime: Date): SizedRecord {
  const { id, type, data, meta, contentHash = null } = record;
  const row = { position, id, stream, version, type, data, meta, content_hash: contentHash, record_time: recordTime };
  return { record: toRecord(row), sizeBytes: data.length / DATA_PACKED };
}

interface PlaceRow {
  readonly id: string;
  readonly position: number;
  readonly content_hash: string | null;
}

function toPlace(row: PlaceRow): RecordPlace {
  return row.content_hash === null ? { position: row.position } : { position: row.position, contentHash: row.content_hash };
}

function* idsOf(records: readonly { readonly id: string }[]): Generator<string> {
  for (const record of records) yield record.id;
}
