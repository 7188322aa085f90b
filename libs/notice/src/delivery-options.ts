import { RETRY_PAUSES_MS } from './domain/retry-schedule';

/** How the sender of webhooks behaves. Durations in milliseconds. */
export interface WebhookOptions {
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
}

export const DEFAULT_WEBHOOK_OPTIONS: WebhookOptions = {
  timeoutMs: 15_000,
  leaseMs: 20_000,
  pollMs: 500,
  sweepMs: 5_000,
  concurrency: 256,
  concurrencyPerHost: 8,
  pausesMs: RETRY_PAUSES_MS,
};
