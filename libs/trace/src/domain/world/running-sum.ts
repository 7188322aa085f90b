/** What comes to one account at one instant; negative touches take a line away that no longer stands. */
export interface SumChange {
  readonly atMicros: number;
  readonly delta: bigint;
  readonly touches: number;
  readonly unknowns: number;
}

/** The sum of an account's changes, as questions of now need it. */
export interface RunningSum {
  /** Nano-units. */
  readonly amount: bigint;
  readonly touches: number;
  readonly unknowns: number;
  /** The earliest time from which the amount has not been zero, without a break; of no meaning where it is zero. */
  readonly sinceMicros: number;
  /** The last change. */
  readonly lastMicros: number;
  /** The first time that some, nobody said how many, came. */
  readonly unknownMicros: number | undefined;
}

/** Sums all changes of an account, in whatever order they are given. */
export function sumOf(changes: readonly SumChange[]): RunningSum | undefined {
  const sorted = [...changes].sort((a, b) => a.atMicros - b.atMicros);
  return continueSum(undefined, sorted);
}

/**
 * Goes on from a sum. Changes of one instant are one change (TRACE.md 7a: non-zero without a break), so what comes at the
 * very instant of the last change can't always be told from the sum alone.
 * @param changes in order of time
 * @returns undefined where the account has to be summed anew
 */
export function continueSum(sum: RunningSum | undefined, changes: readonly SumChange[]): RunningSum | undefined {
  let amount = sum?.amount ?? 0n;
  let touches = sum?.touches ?? 0;
  let unknowns = sum?.unknowns ?? 0;
  let sinceMicros = sum?.sinceMicros ?? 0;
  let lastMicros = sum?.lastMicros ?? -Infinity;
  let unknownMicros = sum?.unknownMicros;
  for (let next = 0; next < changes.length;) {
    const atMicros = changes[next]?.atMicros ?? 0;
    if (atMicros < lastMicros) return undefined;
    const before = amount;
    for (let change = changes[next]; change !== undefined && change.atMicros === atMicros; change = changes[++next]) {
      if (sum !== undefined && (change.touches < 0 || change.unknowns < 0)) return undefined;
      amount += change.delta;
      touches += change.touches;
      unknowns += change.unknowns;
      if (change.unknowns > 0 && unknownMicros === undefined) unknownMicros = atMicros;
    }
    // At the instant of the last change, only a sum that is zero neither way is sure to have kept its `since`.
    if (atMicros === lastMicros && (before === 0n || amount === 0n)) return undefined;
    if (before === 0n && amount !== 0n) sinceMicros = atMicros;
    lastMicros = atMicros;
  }
  return { amount, touches, unknowns, sinceMicros, lastMicros, unknownMicros };
}
