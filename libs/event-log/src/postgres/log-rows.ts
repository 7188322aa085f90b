import type { Json, LogRecord } from '../event-log';

/** A row of `event_log`; documents come as text. */
export interface LogRow {
  readonly position: number;
  readonly id: string;
  readonly stream: string;
  readonly version: number;
  readonly type: string;
  /** Null: not asked for. */
  readonly data: string | null;
  readonly meta: string;
  readonly content_hash: string | null;
  readonly record_time: Date;
}

const columns = (data: string): string =>
  `position, id, stream, version, type, ${data} AS data, meta::text AS meta, content_hash, record_time`;

export const LOG_COLUMNS = columns('data::text');

/** The same for who never looks at `data`, the larger document, in records of the types that `$3` lists. */
export const LOG_COLUMNS_WITHOUT_DATA = columns('CASE WHEN type = ANY($3::text[]) THEN NULL ELSE data::text END');

/**
 * The documents are parsed when they are first asked for: most followers want one of the two, and of most records none.
 * As own members with getters they are copied, compared and serialised like any others.
 */
export function toRecord(row: LogRow): LogRecord {
  const { position, id, stream, version, type } = row;
  let data = row.data === null ? undefined : later<Json>(row.data);
  let meta = later<LogRecord['meta']>(row.meta);
  return {
    id,
    type,
    get data() {
      if (data === undefined) throw new Error('this log was opened for who never looks at data of this type');
      return (data = read(data)).value;
    },
    get meta() {
      return (meta = read(meta)).value;
    },
    ...(row.content_hash === null ? {} : { contentHash: row.content_hash }),
    stream,
    version,
    position,
    recordTime: row.record_time,
  };
}

type Later<Value> = { readonly text: string } | { readonly value: Value };

const later = <Value>(text: string): Later<Value> => ({ text });
const read = <Value>(document: Later<Value>): { readonly value: Value } =>
  'value' in document ? document : { value: JSON.parse(document.text) as Value };

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
