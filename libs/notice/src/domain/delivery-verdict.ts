import { retryAfterMs } from './retry-schedule';

/** What one HTTP attempt brought back: a status, or why there was none. */
export interface AttemptOutcome {
  readonly status?: number;
  readonly retryAfter?: string;
  readonly error?: string;
  /** The receiver will never take it: trying again would be a nuisance. */
  readonly refused?: string;
}

export type DeliveryVerdict =
  | { readonly kind: 'delivered' }
  /** The receiver wants nothing more at this address (410). */
  | { readonly kind: 'gone'; readonly reason: string }
  /** Never to be tried again, though the address stands for other notices. */
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'retry'; readonly reason: string; readonly retryAfterMs: number };

/**
 * What an attempt means (Standard Webhooks 1.0): any 2xx took it; 410 switches the endpoint off; all else, redirects included,
 * is tried again. A redirect is never followed: it could lead past the address check.
 */
export function judge(outcome: AttemptOutcome, nowMs: number): DeliveryVerdict {
  const { status } = outcome;
  if (outcome.refused !== undefined) return { kind: 'refused', reason: outcome.refused };
  if (status === undefined) return { kind: 'retry', reason: outcome.error ?? 'no answer', retryAfterMs: 0 };
  if (status >= 200 && status < 300) return { kind: 'delivered' };
  if (status === 410) return { kind: 'gone', reason: 'the receiver answered 410 Gone' };
  const asked = status === 429 || status === 503 ? retryAfterMs(outcome.retryAfter, nowMs) : undefined;
  return { kind: 'retry', reason: `the receiver answered ${status}`, retryAfterMs: asked ?? 0 };
}
