import type { AppendResult, BulkAppend, EventLog, LogRecord, RecordPlace, StreamAppend, TailOptions } from './event-log';

/** The event log as an injection token: `constructor(private readonly log: EventLogPort)`. */
export abstract class EventLogPort implements EventLog {
  abstract append(appends: readonly StreamAppend[]): Promise<AppendResult>;
  abstract bulk(): Promise<BulkAppend>;
  abstract head(): Promise<number>;
  abstract read(after: number, limit: number): Promise<LogRecord[]>;
  abstract readStream(stream: string, fromVersion?: number): Promise<LogRecord[]>;
  abstract find(id: string): Promise<LogRecord | undefined>;
  abstract locate(ids: readonly string[]): Promise<ReadonlyMap<string, RecordPlace>>;
  abstract tail(after: number, options: TailOptions): AsyncIterable<readonly LogRecord[]>;
  /** Ends every `tail` and gives the connections back. The log can't be followed afterwards. */
  abstract close(): Promise<void>;
}
