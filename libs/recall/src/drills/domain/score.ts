import { sum } from '../../domain/sums';
/** Facts of a drill that its score is made of. Times RFC 3339. */
export interface DrillFacts {
  readonly activatedAt: string | undefined;
  /** When the graph first said who has the goods. */
  readonly resolvedAt: string | undefined;
  /** One per holder. */
  readonly tasks: readonly {
    readonly sentAt: string | undefined;
    readonly acknowledgedAt: string | undefined;
    readonly accountedAt: string | undefined;
  }[];
  readonly totals: readonly {
    readonly product: string;
    readonly uom: string;
    readonly produced: number;
    readonly declared: number;
    readonly unaccounted: number;
  }[];
  /** Goods of which nobody knows the holder. */
  readonly holes: number;
}

export interface DrillScore {
  readonly holders: number;
  readonly secondsToHolderList: number | null;
  /** Seconds from notice to acknowledgement; null where not so many answered. */
  readonly acknowledged: {
    readonly count: number;
    readonly p50: number | null;
    readonly p90: number | null;
    readonly p100: number | null;
  };
  /** Holders that said what they have, and when the last of them did, in seconds from the activation. */
  readonly accounted: { readonly count: number; readonly seconds: number | null };
  /** Quantity that is accounted for, of all that was produced: 0 to 1. */
  readonly quantityAccounted: number;
  /** Declared less produced, of all that was produced. */
  readonly massBalanceError: number;
  readonly traceHoles: number;
  readonly passed: boolean;
}

/** BRCGS Food 9, 3.9: a trace with its quantities within four hours. */
const LIMIT_SECONDS = 4 * 3_600;

/** What a drill shows of a firm's readiness. Pure. */
export function scoreOf({ activatedAt, resolvedAt, tasks, totals, holes }: DrillFacts): DrillScore {
  const since = (from: string | undefined, to: string | undefined): number | null =>
    from === undefined || to === undefined ? null : Math.max(0, (Date.parse(to) - Date.parse(from)) / 1_000);
  const waits = tasks.flatMap(({ sentAt, acknowledgedAt }) => since(sentAt, acknowledgedAt) ?? []).sort((a, b) => a - b);
  const percentile = (share: number): number | null => {
    const rank = Math.ceil(share * tasks.length);
    return rank === 0 || waits.length < rank ? null : (waits[rank - 1] ?? null);
  };
  const accounts = tasks.flatMap(({ accountedAt }) => accountedAt ?? []).sort();
  const produced = sum(totals.map((one) => one.produced));
  const declared = sum(totals.map((one) => one.declared));
  const quantityAccounted = produced === 0 ? 0 : Math.max(0, Math.min(1, declared / produced));
  const all = accounts.length === tasks.length && tasks.length > 0;
  const seconds = all ? since(activatedAt, accounts[accounts.length - 1]) : null;
  return {
    holders: tasks.length,
    secondsToHolderList: since(activatedAt, resolvedAt),
    acknowledged: { count: waits.length, p50: percentile(0.5), p90: percentile(0.9), p100: percentile(1) },
    accounted: { count: accounts.length, seconds },
    quantityAccounted,
    massBalanceError: produced === 0 ? 0 : (declared - produced) / produced,
    traceHoles: holes,
    passed: all && seconds !== null && seconds <= LIMIT_SECONDS && declared === produced && holes === 0,
  };
}
