import { Logger } from '@nestjs/common';
import type { Database, Session } from '@suyuan/platform';
import { LOG_CHANNEL } from './log-lock';

const RECONNECT_MS = 500;
const DEAF =
  'SUYUAN_DATABASE_URL is a pooler, where commits are not announced: followers look once a second; set SUYUAN_DATABASE_DIRECT_URL';

/**
 * Wakes followers when a commit announced itself. One connection for all followers of the process, held only while
 * there are any. A lost connection is replaced; what was announced meanwhile is found by the followers' own polling.
 * Through a pooler nothing can be heard: then the polling is all there is, and the operator is told so once.
 */
export class LogListener {
  private readonly waiting = new Set<() => void>();
  private followers = 0;
  private closed = false;
  private session: Session | undefined;
  private connecting = false;
  private deaf = false;
  private retry: NodeJS.Timeout | undefined;
  /** Counts announcements, so that one which comes between a read and the wait after it is not slept through. */
  private announced = 0;

  constructor(private readonly database: Database) {}

  follow(): void {
    this.followers += 1;
    this.connect();
  }

  unfollow(): void {
    this.followers -= 1;
    if (this.followers === 0) this.disconnect();
  }

  /** Gives the connection back for good, whoever still follows. */
  close(): void {
    this.closed = true;
    this.disconnect();
  }

  get announcements(): number {
    return this.announced;
  }

  /** Resolves at the first announcement after `seen`, at the latest after `timeoutMs`, at once when aborted. */
  async next(seen: number, timeoutMs: number, signal: AbortSignal): Promise<void> {
    if (this.announced !== seen || signal.aborted) return;
    await new Promise<void>((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', wake);
        this.waiting.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, timeoutMs);
      signal.addEventListener('abort', wake);
      this.waiting.add(wake);
    });
  }

  private isWanted(): boolean {
    return this.followers > 0 && !this.closed;
  }

  private announce(): void {
    this.announced += 1;
    for (const wake of [...this.waiting]) wake();
  }

  private connect(): void {
    if (this.session !== undefined || this.connecting || this.deaf || !this.isWanted()) return;
    this.connecting = true;
    void this.listen().finally(() => {
      this.connecting = false;
      if (!this.isWanted()) this.disconnect();
      else if (this.session === undefined) this.reconnectLater();
    });
  }

  private async listen(): Promise<void> {
    let session: Session | undefined;
    try {
      session = await this.database.session();
      if (session === undefined) {
        this.deaf = true;
        new Logger('EventLog').warn(DEAF);
        return;
      }
      const listening = session;
      listening.onLost(() => {
        if (this.session !== listening) return;
        this.session = undefined;
        this.reconnectLater();
      });
      listening.onNotification(() => this.announce());
      await listening.query(`LISTEN ${LOG_CHANNEL}`);
      this.session = listening;
      this.announce();
    } catch {
      session?.close();
    }
  }

  private reconnectLater(): void {
    if (!this.isWanted() || this.deaf) return;
    clearTimeout(this.retry);
    this.retry = setTimeout(() => this.connect(), RECONNECT_MS);
  }

  private disconnect(): void {
    clearTimeout(this.retry);
    this.session?.close();
    this.session = undefined;
  }
}
