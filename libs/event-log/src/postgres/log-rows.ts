import type { Json, LogRecord } from '../event-log';

/** A row of `event_log`; `json` columns come parsed. */
export interface LogRow {
  readonly position: number;
  readonly id: string;
  readonly stream: string;
  readonly version: number;
  readonly type: string;
  readonly data: Json;
  readonly meta: { readonly [name: string]: Json };
  readonly content_hash: string | null;
  readonly record_time: Date;
}

export const LOG_COLUMNS = 'position, id, stream, version, type, data, meta, content_hash, record_time';

export function toRecord(row: LogRow): LogRecord {
  return {
    id: row.id,
    type: row.type,
    data: row.data,
    meta: row.meta,
    ...(row.content_hash === null ? {} : { contentHash: row.content_hash }),
    stream: row.stream,
    version: row.version,
    position: row.position,
    recordTime: row.record_time,
  };
}

const LENGTH_MAX_BYTES = 1500;

/** NUL, which PostgreSQL text can't hold, and half characters, which would all be stored as the same one. */
const UNSTORABLE = /[\0\p{Surrogate}]/u;

/**
 * Both unique indexes hold these texts, and an index row is bounded (2.7 kB). Callers who take ids from outside check
 * first and tell their own caller.
 */
export function isLoggableKey(text: string): boolean {
  return text.length > 0 && !UNSTORABLE.test(text) && Buffer.byteLength(text) <= LENGTH_MAX_BYTES;
}

export function assertLoggable(stream: string, ids: Iterable<string>): void {
  if (!isLoggableKey(stream))
    throw new RangeError(`stream name must have 1 to ${LENGTH_MAX_BYTES} bytes of well-formed text without NUL`);
  for (const id of ids) {
    if (!isLoggableKey(id))
      throw new RangeError(`record id must have 1 to ${LENGTH_MAX_BYTES} bytes of well-formed text without NUL`);
  }
}
