import type { Database } from '@suyuan/platform';
import type { LogRecord } from '../event-log';
import { LogListener } from './log-listener';
import { RecentRecords, type SizedRecord } from './recent-records';

/** Followers look by themselves this often, in case an announcement was lost with its connection. */
const POLL_MS = 1000;
const RETRY_MS = 250;
/** On disk, compressed; several times as much in memory. */
const RECENT_BYTES_MAX = 8 * 1024 * 1024;

/** The followers of one process: they share what is read and the connection on which a commit announces itself. */
export class LogTail {
  readonly listener: LogListener;
  private readonly closing = new AbortController();
  private readonly recent: RecentRecords;
  /** Up to where each follower has been given the records. */
  private readonly given = new Set<{ position: number }>();

  constructor(
    database: Database,
    read: (after: number, limit: number) => Promise<SizedRecord[]>,
    /** Errors after which the same read may well succeed; others are the follower's to see. */
    private readonly isPassing: (error: unknown) => boolean,
  ) {
    this.listener = new LogListener(database);
    this.recent = new RecentRecords(read, RECENT_BYTES_MAX);
  }

  async *follow(
    after: number,
    options: { readonly batchSize: number; readonly signal: AbortSignal },
  ): AsyncGenerator<readonly LogRecord[]> {
    const signal = AbortSignal.any([options.signal, this.closing.signal]);
    const given = { position: after };
    this.given.add(given);
    this.listener.follow();
    try {
      while (!signal.aborted) {
        const seen = this.listener.announcements;
        const batch = await this.read(given.position, options.batchSize, signal);
        const last = batch.at(-1);
        if (last === undefined) {
          await this.listener.next(seen, POLL_MS, signal);
          continue;
        }
        if (signal.aborted) return;
        given.position = last.position;
        this.release();
        yield batch;
      }
    } finally {
      this.given.delete(given);
      this.listener.unfollow();
    }
  }

  /** Records that this process has just committed, in order. */
  offer(records: readonly SizedRecord[]): void {
    if (this.given.size > 0) this.recent.offer(records);
  }

  /** Ends every follower and gives the connection back. */
  close(): void {
    this.closing.abort();
    this.listener.close();
  }

  private release(): void {
    let least = Infinity;
    for (const { position } of this.given) least = Math.min(least, position);
    this.recent.release(least);
  }

  /** Waits out a lost connection. */
  private async read(after: number, limit: number, signal: AbortSignal): Promise<readonly LogRecord[]> {
    for (;;) {
      try {
        return await this.recent.after(after, limit);
      } catch (error) {
        if (signal.aborted) return [];
        if (!this.isPassing(error)) throw error;
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  }
}
