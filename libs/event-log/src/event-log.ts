/** JSON as it goes to disk. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** A fact to be written. `id` is unique in the whole log and makes a repeat harmless. */
export interface NewRecord {
  readonly id: string;
  /** Stored type string, a constant such as `epcis.event` or `recall.activated`; never a class name. */
  readonly type: string;
  readonly data: Json;
  readonly meta: { readonly [name: string]: Json };
  /** Equal for equal content. Two records of one id and different content are a conflict; absent = not compared. */
  readonly contentHash?: string;
}

/** A fact as read back. */
export interface LogRecord extends NewRecord {
  readonly stream: string;
  /** 0-based place in its stream. */
  readonly version: number;
  /** 1-based, contiguous place in the whole log. */
  readonly position: number;
  readonly recordTime: Date;
}

/** `any`: no check; `none`: the stream must not exist; a number: the version of its last record (-1 = none). */
export type ExpectedVersion = 'any' | 'none' | number;

export interface StreamAppend {
  readonly stream: string;
  readonly expectedVersion?: ExpectedVersion;
  readonly records: readonly NewRecord[];
}

export interface AppendedRecord {
  readonly id: string;
  readonly outcome: 'appended' | 'duplicate';
  /** Where the record stands: for a duplicate, where the first one does. */
  readonly position: number;
}

/** All or nothing: after a refusal no record of the call is in the log. */
export type AppendResult =
  | { readonly kind: 'appended'; readonly position: number; readonly records: readonly AppendedRecord[] }
  | { readonly kind: 'wrong-version'; readonly stream: string; readonly expected: ExpectedVersion; readonly actual: number }
  | { readonly kind: 'id-conflict'; readonly ids: readonly string[] };

/**
 * The log of facts: append-only, a stream per key, one contiguous global order.
 * Durable when `append` resolves; a reader that follows positions never misses a record, whoever began writing first.
 */
export interface EventLog {
  append(appends: readonly StreamAppend[]): Promise<AppendResult>;
  /** Position of the last record, 0 when empty. */
  head(): Promise<number>;
  /** Records with position > `after`, in order, at most `limit`. */
  read(after: number, limit: number): Promise<LogRecord[]>;
  /** Records of one stream with version >= `fromVersion`, in order. */
  readStream(stream: string, fromVersion?: number): Promise<LogRecord[]>;
  /** The record with this id, if any. */
  find(id: string): Promise<LogRecord | undefined>;
  /** Batches after `after`, for ever, as they come; ends when `signal` aborts. */
  tail(after: number, options: { readonly batchSize: number; readonly signal: AbortSignal }): AsyncIterable<readonly LogRecord[]>;
}
