import { EventLogPort } from '@suyuan/event-log';
import { Database, inBatchSpan, Progress, Runner, RunnerRegistry } from '@suyuan/platform';
import { Injectable, Logger, OnModuleInit } from '@nestjs/common';
import { setTimeout as wait } from 'node:timers/promises';
import { type CapturedEvent, readCapturedRecord } from '../events/captured-record';
import { projectEvents } from './event-index.projector';

export const EVENT_INDEX_FOLLOWER = 'capture.event-index';
const BATCH_RECORDS = 1000;
const RESTART_MS = 1000;

/** Keeps the index of events behind EPCIS queries up with the log. */
@Injectable()
export class EventIndexFollower implements Runner, OnModuleInit {
  readonly name = EVENT_INDEX_FOLLOWER;
  private readonly logger = new Logger(EventIndexFollower.name);
  private stopping = new AbortController();
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly log: EventLogPort,
    private readonly database: Database,
    private readonly progress: Progress,
    private readonly runners: RunnerRegistry,
  ) {}

  onModuleInit(): void {
    this.runners.add(this);
  }

  async start(): Promise<void> {
    this.stopping = new AbortController();
    const position = await this.checkpoint();
    this.progress.register(this.name, position);
    this.progress.report(this.name, position);
    this.running = this.keepFollowing(this.stopping.signal);
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async keepFollowing(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.follow(signal);
      } catch (error) {
        if (signal.aborted) return;
        this.logger.error('the event index stopped and will go on from its checkpoint', error);
        await wait(RESTART_MS, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  private async follow(signal: AbortSignal): Promise<void> {
    // From the log itself, over a broker or not: what this process has captured stands there in memory.
    for await (const batch of this.log.tail(await this.checkpoint(), { batchSize: BATCH_RECORDS, signal })) {
      const position = batch.at(-1)?.position ?? 0;
      const events = batch.map(readCapturedRecord).filter((read): read is CapturedEvent => read !== undefined);
      await inBatchSpan(this.name, batch, () =>
        this.database.transaction(async (tx) => {
          // Locked, since another instance may have been here: an event is added once.
          const [before] = await tx.query<{ position: number }>(
            'SELECT position FROM capture_checkpoint WHERE name = $1 FOR UPDATE',
            [this.name],
          );
          const added = events.filter((event) => event.position > (before?.position ?? 0));
          if (added.length > 0) await projectEvents(tx, added);
          await tx.query('UPDATE capture_checkpoint SET position = $2 WHERE name = $1 AND position < $2', [this.name, position]);
        }),
      );
      this.progress.report(this.name, position);
    }
  }

  private async checkpoint(): Promise<number> {
    const [row] = await this.database.query<{ position: number }>('SELECT position FROM capture_checkpoint WHERE name = $1', [
      this.name,
    ]);
    return row?.position ?? 0;
  }
}
