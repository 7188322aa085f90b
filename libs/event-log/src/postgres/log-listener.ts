import type { Database } from '@suyuan/platform';
import type { PoolClient } from 'pg';
import { LOG_CHANNEL } from './log-lock';

const RECONNECT_MS = 500;

/**
 * Wakes followers when a commit announced itself. One connection for all followers of the process, held only while
 * there are any. A lost connection is replaced; what was announced meanwhile is found by the followers' own polling.
 */
export class LogListener {
  private readonly waiting = new Set<() => void>();
  private followers = 0;
  private closed = false;
  private client: PoolClient | undefined;
  private connecting = false;
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
    if (this.client !== undefined || this.connecting || !this.isWanted()) return;
    this.connecting = true;
    void this.listen().finally(() => {
      this.connecting = false;
      if (!this.isWanted()) this.disconnect();
      else if (this.client === undefined) this.reconnectLater();
    });
  }

  private async listen(): Promise<void> {
    let client: PoolClient | undefined;
    try {
      client = await this.database.pool.connect();
      const listening = client;
      const lost = (): void => {
        if (this.client !== listening) return;
        this.client = undefined;
        listening.release(true);
        this.reconnectLater();
      };
      client.on('error', lost);
      client.on('end', lost);
      client.on('notification', () => this.announce());
      await client.query(`LISTEN ${LOG_CHANNEL}`);
      this.client = client;
      this.announce();
    } catch {
      client?.release(true);
    }
  }

  private reconnectLater(): void {
    if (!this.isWanted()) return;
    clearTimeout(this.retry);
    this.retry = setTimeout(() => this.connect(), RECONNECT_MS);
  }

  private disconnect(): void {
    clearTimeout(this.retry);
    const client = this.client;
    this.client = undefined;
    client?.release(true);
  }
}
