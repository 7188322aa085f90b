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
  /** When the log took it, to the millisecond; never decreases with position. Records written together share it. */
  readonly recordTime: Date;
}

/** `any`: no check; `none`: the stream must not exist; a number: the version of its last record (-1 = none). */
export type ExpectedVersion = 'any' | 'none' | number;

export interface StreamAppend {
  readonly stream: string;
  /**
   * Default `any`. Compared with the stream as it is when this entry's turn comes, so a second entry for one stream in a
   * call sees the first. Not compared when every record is a duplicate: a repeated call is answered as the first was.
   */
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

/** Where a record of a known id stands, without its content. */
export interface RecordPlace {
  readonly position: number;
  readonly contentHash?: string;
}

/** A record on its way through a bulk append; stream versions are not checked. */
export interface StagedRecord extends NewRecord {
  readonly stream: string;
}

/** A staged record whose id is taken by other content; `ordinal` counts staged records from 0. */
export interface BulkConflict {
  readonly id: string;
  readonly ordinal: number;
}

/** What became of a bulk append; nothing was written if it says `id-conflict`. At most 1,000 conflicts are listed. */
export interface BulkResult {
  readonly kind: 'appended' | 'id-conflict';
  /** Of the last record written, else of the last duplicate's first. */
  readonly position: number;
  readonly appended: number;
  readonly duplicates: number;
  readonly conflictCount: number;
  readonly conflicts: readonly BulkConflict[];
}

/**
 * One all-or-nothing append of any number of records in bounded memory: `stage` as often as needed, then `commit` once
 * (or `discard`). Staged records are invisible, and lost in a crash, until `commit` resolves.
 */
export interface BulkAppend {
  stage(records: readonly StagedRecord[]): Promise<void>;
  /** `skipConflicts`: leave out records whose id is taken by other content, and write the rest. */
  commit(options?: { readonly skipConflicts?: boolean }): Promise<BulkResult>;
  /** Content hash of the first staged record of each id; absent where nothing, or nothing with a hash, is staged. */
  staged(ids: readonly string[]): Promise<ReadonlyMap<string, string>>;
  discard(): Promise<void>;
}

export interface TailOptions {
  readonly batchSize: number;
  readonly signal: AbortSignal;
  /** Who follows, where records may be brought to it by other ways than the log's own. */
  readonly follower?: string;
  /** Types of records that are followed for their place alone: asked for its `data`, such a record may throw. */
  readonly withoutDataOf?: readonly string[];
}

/**
 * The log of facts: append-only, a stream per key, one contiguous global order.
 * Durable when `append` resolves; a reader that follows positions never misses a record, whoever began writing first.
 */
export interface EventLog {
  /** Throws `RangeError` for an id or stream that no log can hold (empty, NUL, over 1,500 bytes of UTF-8). */
  append(appends: readonly StreamAppend[]): Promise<AppendResult>;
  /** Begins a bulk append. */
  bulk(): Promise<BulkAppend>;
  /** Position of the last record, 0 when empty. */
  head(): Promise<number>;
  /** Records with position > `after`, in order, at most `limit`. */
  read(after: number, limit: number): Promise<LogRecord[]>;
  /** Records of one stream with version >= `fromVersion`, in order. */
  readStream(stream: string, fromVersion?: number): Promise<LogRecord[]>;
  /** The record with this id, if any. */
  find(id: string): Promise<LogRecord | undefined>;
  /** Places of those of `ids` that are in the log. */
  locate(ids: readonly string[]): Promise<ReadonlyMap<string, RecordPlace>>;
  /**
   * Batches after `after`, for ever, as they come; ends when `signal` aborts. The next batch is asked for when the effects
   * of the last one are durable.
   */
  tail(after: number, options: TailOptions): AsyncIterable<readonly LogRecord[]>;
}
