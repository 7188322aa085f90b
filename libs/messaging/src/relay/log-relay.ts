import type { EventLog, LogRecord } from '@suyuan/event-log';
import { currentTraceparent, type Database, inBatchSpan, type Runner } from '@suyuan/platform';
import { setTimeout as wait } from 'node:timers/promises';
import type { MessagingPort } from '../messaging.port';
import { toRecordMessage } from '../records/record-message';
import type { StoreNames } from '../store/store-names';

export const LOG_RELAY = 'relay';

const BATCH_RECORDS = 2_000;
const AGAIN_MS = 500;

/**
 * Brings every record of the log to the records topic: at least once, in the order of its key. The checkpoint moves after
 * the broker has the records, so a crash between the two brings some of them twice.
 */
export class LogRelay implements Runner {
  readonly name = LOG_RELAY;
  private stopping = new AbortController();
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly log: EventLog,
    private readonly database: Database,
    private readonly messaging: MessagingPort,
    private readonly names: () => Promise<StoreNames>,
    private readonly onError: (error: unknown) => void,
  ) {}

  start(): Promise<void> {
    this.stopping = new AbortController();
    this.running = this.keepRelaying(this.stopping.signal);
    return Promise.resolve();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  /** Position up to which the broker has everything. */
  async position(): Promise<number> {
    const [row] = await this.database.query<{ position: number }>('SELECT position FROM messaging_checkpoint WHERE name = $1', [
      this.name,
    ]);
    return row?.position ?? 0;
  }

  private async keepRelaying(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        const names = await this.names();
        await this.messaging.ensureTopics(names.topics());
        for await (const records of this.log.tail(await this.position(), { batchSize: BATCH_RECORDS, signal }))
          await inBatchSpan(this.name, records, () => this.relay(records, names));
      } catch (error) {
        if (signal.aborted) return;
        this.onError(error);
        await wait(AGAIN_MS, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  private async relay(records: readonly LogRecord[], names: StoreNames): Promise<void> {
    await this.messaging.publish(
      names.records,
      records.map((record) => toRecordMessage(record, names.source, currentTraceparent())),
    );
    await this.database.query(
      `INSERT INTO messaging_checkpoint (name, position) VALUES ($1, $2)
       ON CONFLICT (name) DO UPDATE SET position = greatest(messaging_checkpoint.position, excluded.position)`,
      [this.name, records.at(-1)?.position ?? 0],
    );
  }
}
