import type { AppendResult, BulkAppend, LogRecord, RecordPlace, StreamAppend, TailOptions } from '@suyuan/event-log';
import { EventLogPort } from '@suyuan/event-log';
import { feedRecords, FeedParts } from './record-feed';

/** An event log whose named followers are fed by the broker; everything else, and unnamed followers, go to the log itself. */
export class FedEventLog extends EventLogPort {
  constructor(
    private readonly log: EventLogPort,
    private readonly parts: () => Promise<FeedParts>,
  ) {
    super();
  }

  override append(appends: readonly StreamAppend[]): Promise<AppendResult> {
    return this.log.append(appends);
  }

  override bulk(): Promise<BulkAppend> {
    return this.log.bulk();
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

  override async *tail(after: number, options: TailOptions): AsyncGenerator<readonly LogRecord[]> {
    if (options.follower === undefined) yield* this.log.tail(after, options);
    else yield* feedRecords(await this.parts(), options.follower, after, options);
  }

  override close(): Promise<void> {
    return this.log.close();
  }
}
