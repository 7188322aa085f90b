import { setTimeout as sleep } from 'node:timers/promises';
import { Inbox } from './inbox';
import type { LogSource } from './log-source';
import type { Numbering } from './numbering';
import type { StoreGateway, StorePosition } from './store-gateway';

const RENEW_MS = 1000;
const RETRY_MS = 250;

/**
 * Follows `$all` and has its events numbered, in the one process that holds the lease; in the others it waits for its turn.
 * After any failure it begins again where the index stands.
 */
export class Sequencer {
  private readonly closing = new AbortController();
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly source: LogSource,
    private readonly numbering: Numbering,
    private readonly gateway: StoreGateway,
    private readonly prefix: string,
    /** Told what went wrong, each time. */
    private readonly onTrouble: (error: unknown) => void,
  ) {}

  start(): void {
    this.running = this.run();
  }

  async close(): Promise<void> {
    this.closing.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { signal } = this.closing;
    while (!signal.aborted) {
      try {
        const from = await this.source.hold();
        if (from !== undefined) await this.follow(from);
      } catch (error) {
        if (!signal.aborted) this.onTrouble(error);
        // Perhaps another process has the connection that we lack.
        await this.source.release().catch(() => undefined);
      }
      await sleep(RETRY_MS, undefined, { signal }).catch(() => undefined);
    }
    await this.source.release().catch(() => undefined);
  }

  /** Until the lease is lost; throws when the subscription ends or a batch can't be taken. */
  private async follow(begin: StorePosition): Promise<void> {
    const { signal } = this.closing;
    const inbox = new Inbox(this.prefix);
    const subscription = this.gateway.subscribe(begin.commit < 0 ? undefined : begin, this.prefix, inbox);
    inbox.attach(subscription);
    try {
      let from = begin;
      let renewedAt = performance.now();
      while (!signal.aborted) {
        const { members, upTo } = await inbox.next(RENEW_MS, signal);
        if (upTo !== undefined) {
          await this.numbering.take(members, from, upTo);
          from = upTo;
        }
        if (performance.now() - renewedAt < RENEW_MS) continue;
        if ((await this.source.hold()) === undefined) return;
        renewedAt = performance.now();
      }
    } finally {
      subscription.close();
    }
  }
}
