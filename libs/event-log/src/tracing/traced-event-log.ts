import { currentTraceparent, inSpan, SpanKind, TRACEPARENT } from '@suyuan/platform';
import type {
  AppendResult,
  BulkAppend,
  BulkResult,
  LogRecord,
  NewRecord,
  RecordPlace,
  StagedRecord,
  StreamAppend,
  TailOptions,
} from '../event-log';
import { EventLogPort } from '../event-log.port';

/**
 * An event log whose records remember, in `meta.traceparent`, the trace in which they were first written. It is no part of
 * what a record says: ids and content hashes are made before and know nothing of it, and a repeat, which writes nothing,
 * leaves the first one's in place.
 */
export class TracedEventLog extends EventLogPort {
  constructor(private readonly log: EventLogPort) {
    super();
  }

  override async append(appends: readonly StreamAppend[]): Promise<AppendResult> {
    if (currentTraceparent() === undefined) return this.log.append(appends);
    const count = appends.reduce((sum, { records }) => sum + records.length, 0);
    return inSpan('append', { kind: SpanKind.PRODUCER, attributes: { 'suyuan.records': count } }, async () => {
      const traceparent = currentTraceparent();
      return this.log.append(appends.map((one) => ({ ...one, records: stamped(one.records, traceparent) })));
    });
  }

  override async bulk(): Promise<BulkAppend> {
    const bulk = await this.log.bulk();
    return currentTraceparent() === undefined ? bulk : new TracedBulkAppend(bulk);
  }

  override head(): Promise<number> {
    return this.log.head();
  }

  override read(after: number, limit: number): Promise<LogRecord[]> {
    return this.log.read(after, limit);
  }

  override readStream(stream: string, fromVersion?: number): Promise<LogRecord[]> {
    return this.log.readStream(stream, fromVersion);
  }

  override find(id: string): Promise<LogRecord | undefined> {
    return this.log.find(id);
  }

  override locate(ids: readonly string[]): Promise<ReadonlyMap<string, RecordPlace>> {
    return this.log.locate(ids);
  }

  override tail(after: number, options: TailOptions): AsyncIterable<readonly LogRecord[]> {
    return this.log.tail(after, options);
  }

  override close(): Promise<void> {
    return this.log.close();
  }
}

class TracedBulkAppend implements BulkAppend {
  constructor(private readonly bulk: BulkAppend) {}

  stage(records: readonly StagedRecord[]): Promise<void> {
    return this.bulk.stage(stamped(records, currentTraceparent()));
  }

  commit(options?: { readonly skipConflicts?: boolean }): Promise<BulkResult> {
    return inSpan('append', { kind: SpanKind.PRODUCER }, () => this.bulk.commit(options));
  }

  staged(ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
    return this.bulk.staged(ids);
  }

  discard(): Promise<void> {
    return this.bulk.discard();
  }
}

function stamped<R extends NewRecord>(records: readonly R[], traceparent: string | undefined): readonly R[] {
  if (traceparent === undefined) return records;
  return records.map((record) => ({ ...record, meta: { ...record.meta, [TRACEPARENT]: traceparent } }));
}
