/** How many requests a caller may make: `perSecond` in the long run, `burst` at once. */
export interface Budget {
  readonly perSecond: number;
  readonly burst: number;
}

/** API.md: keyless `check` has a budget of at least 1,000 requests/s per address. */
export const KEYLESS_BUDGET: Budget = { perSecond: 2_000, burst: 4_000 };
/** A caller with a key is known and can be talked to: the budget only stops a runaway loop. */
export const KEYED_BUDGET: Budget = { perSecond: 5_000, burst: 20_000 };

interface Bucket {
  tokens: number;
  atMs: number;
}

/** Token buckets by caller. Time is an argument; memory is bounded by forgetting buckets that are full again. */
export class RequestBudget {
  private readonly buckets = new Map<string, Bucket>();

  constructor(
    private readonly budget: Budget,
    private readonly callersMax = 50_000,
  ) {}

  /** 0 when the request may pass, else the seconds to wait (at least 1). */
  take(caller: string, nowMs: number, cost = 1): number {
    const bucket = this.refilled(caller, nowMs);
    if (bucket.tokens < cost) return Math.max(1, Math.ceil((cost - bucket.tokens) / this.budget.perSecond));
    bucket.tokens -= cost;
    return 0;
  }

  get callers(): number {
    return this.buckets.size;
  }

  private refilled(caller: string, nowMs: number): Bucket {
    const known = this.buckets.get(caller);
    if (known === undefined) {
      if (this.buckets.size >= this.callersMax) this.forgetIdle(nowMs);
      const fresh = { tokens: this.budget.burst, atMs: nowMs };
      this.buckets.set(caller, fresh);
      return fresh;
    }
    const elapsedMs = Math.max(0, nowMs - known.atMs);
    known.tokens = Math.min(this.budget.burst, known.tokens + (elapsedMs / 1000) * this.budget.perSecond);
    known.atMs = nowMs;
    return known;
  }

  private forgetIdle(nowMs: number): void {
    const refillMs = (this.budget.burst / this.budget.perSecond) * 1000;
    for (const [caller, bucket] of this.buckets) if (nowMs - bucket.atMs >= refillMs) this.buckets.delete(caller);
    // All of them busy: the oldest goes, it gains one burst at most.
    const oldest = this.buckets.keys().next();
    if (this.buckets.size >= this.callersMax && !oldest.done) this.buckets.delete(oldest.value);
  }
}
