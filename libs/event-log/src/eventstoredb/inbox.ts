import type { IncomingEvent, StorePosition, StoreSubscription, SubscriptionSink } from './store-gateway';
import { type ArrivedMember, toMember } from './unit';

/** What is waiting for one transaction. */
export interface Arrived {
  readonly members: readonly ArrivedMember[];
  /** `$all` has nothing more of ours up to here; undefined when nothing came. */
  readonly upTo: StorePosition | undefined;
}

/** Events and bytes at which the subscription is held back. */
const EVENTS_MAX = 1000;
const BYTES_MAX = 4 * 1024 * 1024;
/** How long members of a unit wait for the others: a transaction for each would cost more than all the rest. */
const LINGER_MS = 10;
const LINGER_BULK_MS = 50;

/** Between the subscription, which brings events one by one, and the numbering, which takes them in batches. */
export class Inbox implements SubscriptionSink {
  private members: ArrivedMember[] = [];
  private bytes = 0;
  private upTo: StorePosition | undefined;
  private end: { readonly error: unknown } | undefined;
  /** How many members of each unit have not come. */
  private readonly missing = new Map<string, number>();
  /** There is something to take, and no reason to wait for more. */
  private isReady = false;
  private lingering: NodeJS.Timeout | undefined;
  private wake: (() => void) | undefined;
  private isPaused = false;
  private subscription: StoreSubscription | undefined;

  constructor(private readonly prefix: string) {}

  attach(subscription: StoreSubscription): void {
    this.subscription = subscription;
  }

  event(event: IncomingEvent): void {
    this.upTo = event.position;
    const member = toMember(event, this.prefix);
    const isWhole = member === undefined || this.add(member);
    const isFull = this.members.length >= EVENTS_MAX || this.bytes >= BYTES_MAX;
    if (isFull && !this.isPaused) {
      this.isPaused = true;
      this.subscription?.pause();
    }
    if (isFull || isWhole) this.ready();
    else this.lingering ??= setTimeout(() => this.ready(), member.isBulk ? LINGER_BULK_MS : LINGER_MS);
  }

  /** Wakes nobody: that there is nothing of ours can wait. */
  checkpoint(position: StorePosition): void {
    this.upTo = position;
  }

  ended(error: unknown): void {
    this.end = { error };
    this.ready();
  }

  /** What has come, at the latest after `timeoutMs`. Throws what ended the subscription once all before is taken. */
  async next(timeoutMs: number, signal: AbortSignal): Promise<Arrived> {
    if (!this.isReady && !signal.aborted) {
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          clearTimeout(timer);
          signal.removeEventListener('abort', wake);
          this.wake = undefined;
          resolve();
        };
        const timer = setTimeout(wake, timeoutMs);
        signal.addEventListener('abort', wake);
        this.wake = wake;
      });
    }
    if (this.upTo === undefined && this.end !== undefined) throw this.end.error;
    const arrived = { members: this.members, upTo: this.upTo };
    this.empty();
    if (this.isPaused) {
      this.isPaused = false;
      this.subscription?.resume();
    }
    return arrived;
  }
  /** @returns whether it was the last one of its unit, as far as is known here */
  private add(member: ArrivedMember): boolean {
    this.members.push(member);
    this.bytes += member.sizeBytes;
    const missing = (this.missing.get(member.unit) ?? member.of) - 1;
    if (missing <= 0) this.missing.delete(member.unit);
    else this.missing.set(member.unit, missing);
    return missing <= 0;
  }

  private ready(): void {
    this.isReady = true;
    this.wake?.();
  }

  private empty(): void {
    clearTimeout(this.lingering);
    this.lingering = undefined;
    this.members = [];
    this.bytes = 0;
    this.upTo = undefined;
    this.missing.clear();
    this.isReady = this.end !== undefined;
  }
}
