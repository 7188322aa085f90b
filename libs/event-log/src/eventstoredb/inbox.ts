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

/** Between the subscription, which brings events one by one, and the numbering, which takes them in batches. */
export class Inbox implements SubscriptionSink {
  private members: ArrivedMember[] = [];
  private bytes = 0;
  private upTo: StorePosition | undefined;
  private end: { readonly error: unknown } | undefined;
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
    if (member !== undefined) {
      this.members.push(member);
      this.bytes += member.sizeBytes;
    }
    if (!this.isPaused && (this.members.length >= EVENTS_MAX || this.bytes >= BYTES_MAX)) {
      this.isPaused = true;
      this.subscription?.pause();
    }
    this.wake?.();
  }

  /** Wakes nobody: that there is nothing of ours can wait. */
  checkpoint(position: StorePosition): void {
    this.upTo = position;
  }

  ended(error: unknown): void {
    this.end = { error };
    this.wake?.();
  }

  /** What has come, at the latest after `timeoutMs`. Throws what ended the subscription once all before is taken. */
  async next(timeoutMs: number, signal: AbortSignal): Promise<Arrived> {
    if (this.members.length === 0 && this.end === undefined && !signal.aborted) {
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
    this.members = [];
    this.bytes = 0;
    this.upTo = undefined;
    if (this.isPaused) {
      this.isPaused = false;
      this.subscription?.resume();
    }
    return arrived;
  }
}
