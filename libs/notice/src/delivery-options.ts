import { RETRY_PAUSES_MS } from './domain/retry-schedule';

/** How the senders behave. Durations in milliseconds. */
export interface DeliveryOptions {
  /** For one attempt, name look-up to the head of the answer. */
  readonly timeoutMs: number;
  /** How long a delivery belongs to the process that took it; longer than an attempt can last. */
  readonly leaseMs: number;
  /** How often the queue is looked at when nothing wakes the sender. */
  readonly pollMs: number;
  /** How often parties without a webhook are asked for again, and outcomes told again that nobody confirmed. */
  readonly sweepMs: number;
  /** Attempts under way at one time, in all and to one host: a receiver that hangs holds up its own notices only. */
  readonly concurrency: number;
  readonly concurrencyPerHost: number;
  /** Pauses before the second, third, … attempt. */
  readonly pausesMs: readonly number[];
  /** After so many failed attempts the next channel of the party gets the notice too; the failing one goes on. */
  readonly fallAfterFailures: number;
}

export const DEFAULT_DELIVERY_OPTIONS: DeliveryOptions = {
  timeoutMs: 15_000,
  leaseMs: 20_000,
  pollMs: 500,
  sweepMs: 5_000,
  concurrency: 256,
  concurrencyPerHost: 8,
  pausesMs: RETRY_PAUSES_MS,
  fallAfterFailures: 3,
};
