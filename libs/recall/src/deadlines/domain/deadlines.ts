import { RecallState } from '../../domain/recall.state';
import { Limit, MetBy, Regime, RegimeTimer } from '../../regimes/regime';

/** Adds a limit to an instant in a regime's time zone and calendar. Both RFC 3339. */
export type AddLimit = (limit: Limit, from: string, regime: Regime) => { readonly at: string; readonly note?: string };

export type DeadlineStatus = 'waiting' | 'running' | 'met' | 'met_late' | 'missed' | 'overdue';

/** One clock of one regime on one recall; a recurring duty has one for each round. Times RFC 3339. */
export interface Deadline {
  /** `regime:timer`, with `:round` when it recurs. Stable. */
  readonly key: string;
  readonly regime: string;
  readonly name: string;
  readonly duty: RegimeTimer['duty'];
  readonly anchor: RegimeTimer['anchor'];
  readonly limit: Limit;
  /** What of the recall meets it; absent where nothing here can tell. */
  readonly met?: MetBy;
  readonly dueAt?: string;
  readonly metAt?: string;
  readonly status: DeadlineStatus;
  readonly evidence: RegimeTimer['evidence'];
  readonly source: string;
  /** What the calendar could not say. */
  readonly note?: string;
}

/** Rounds of a recurring duty that are looked at: a recall of ten years with monthly reports has fewer. */
const ROUNDS_MAX = 400;

/**
 * The clocks of a recall at an instant. Pure: the recall's facts and the profiles decide; nothing is kept. What nobody
 * can see from here whether it was done (a stop of sale on a shop floor) is `running`, then `overdue`, never `missed`.
 */
export function deadlinesOf(state: RecallState, regimes: readonly Regime[], add: AddLimit, now: string): Deadline[] {
  return regimes.flatMap((regime) => regime.timers.flatMap((timer) => clockOf(state, regime, timer, add, now)));
}

/** When the next unmet deadline that can be noticed as missed falls due, if any is left. */
export function nextDeadline(deadlines: readonly Deadline[]): string | undefined {
  return deadlines
    .flatMap(({ status, dueAt, met }) => (status === 'running' && met !== undefined && dueAt !== undefined ? [dueAt] : []))
    .sort(byTime)[0];
}

function clockOf(state: RecallState, regime: Regime, timer: RegimeTimer, add: AddLimit, now: string): Deadline[] {
  const from = anchorOf(state, timer.anchor);
  const limit = ofClass(timer.byClass, state) ?? timer.limit;
  const every = ofClass(timer.everyByClass, state) ?? timer.every;
  const { name, duty, anchor, evidence, source } = timer;
  const face = { regime: regime.id, name, duty, anchor, ...given({ met: timer.met }), evidence, source };
  if (from === undefined) return [{ ...face, key: `${regime.id}:${name}`, limit, status: 'waiting' }];
  if (every === undefined) {
    const { at: dueAt, note } = add(limit, from, regime);
    const key = `${regime.id}:${name}`;
    const metAt = metBy(state, timer, regime.id, from);
    return [{ ...face, key, limit, dueAt, ...given({ metAt, note }), status: statusOf(state, timer, key, dueAt, metAt, now) }];
  }
  return roundsOf(state, regime, timer, { from, limit, every, add, now }).map((round) => ({ ...face, ...round }));
}

/** The rounds of a recurring duty up to the first that is neither due nor done, while the recall runs. */
function roundsOf(
  state: RecallState,
  regime: Regime,
  timer: RegimeTimer,
  { from, limit, every, add, now }: { from: string; limit: Limit; every: Limit; add: AddLimit; now: string },
): Pick<Deadline, 'key' | 'limit' | 'dueAt' | 'metAt' | 'status' | 'note'>[] {
  const over = state.completedAt ?? state.terminatedAt;
  const rounds: Pick<Deadline, 'key' | 'limit' | 'dueAt' | 'metAt' | 'status' | 'note'>[] = [];
  let since = from;
  for (let round = 1; round <= ROUNDS_MAX; round++) {
    const { at: dueAt, note } = add({ ...every, count: limit.count + (round - 1) * every.count, unit: every.unit }, from, regime);
    if (over !== undefined && before(over, dueAt)) break;
    const key = `${regime.id}:${timer.name}:${round}`;
    const metAt = reportAfter(state, 'progress', regime.id, since);
    const met = metAt !== undefined && !before(dueAt, metAt) ? metAt : undefined;
    const status = statusOf(state, timer, key, dueAt, met, now);
    rounds.push({ key, limit: every, dueAt, ...given({ metAt: met, note }), status });
    if (status === 'running' && before(now, dueAt)) break;
    since = dueAt;
  }
  return rounds;
}

function statusOf(
  state: RecallState,
  timer: RegimeTimer,
  key: string,
  dueAt: string,
  metAt: string | undefined,
  now: string,
): DeadlineStatus {
  if (metAt !== undefined) return before(dueAt, metAt) ? 'met_late' : 'met';
  if (state.missed.includes(key)) return 'missed';
  if (timer.met === undefined) return before(dueAt, now) ? 'overdue' : 'running';
  return 'running';
}

/** When the duty was done, as far as the recall's own facts say so. */
function metBy(state: RecallState, timer: RegimeTimer, regime: string, from: string): string | undefined {
  switch (timer.met) {
    case undefined:
      return undefined;
    case 'planned':
      return state.plan === undefined || state.plan.status === 'returned' ? undefined : state.plan.filedAt;
    case 'published':
      return state.publishedAt;
    case 'activated':
      return state.activatedAt;
    case 'completed':
      return state.completedAt;
    case 'terminated':
      return state.terminatedAt;
    case 'progress-report':
      return reportAfter(state, 'progress', regime, from);
    case 'final-report':
      return reportAfter(state, 'final', regime, from);
  }
}

/** The first report of a kind filed at or after `since`; one without a regime is for all. */
function reportAfter(state: RecallState, kind: 'progress' | 'final', regime: string, since: string): string | undefined {
  return state.reports.find(
    (report) => report.kind === kind && (report.regime === undefined || report.regime === regime) && !before(report.at, since),
  )?.at;
}

function anchorOf(state: RecallState, anchor: RegimeTimer['anchor']): string | undefined {
  switch (anchor) {
    case 'signal':
    case 'notified':
    case 'assessed':
      return state.knownAt;
    case 'decided':
      return state.decidedAt;
    case 'planned':
      return state.plan?.filedAt;
    case 'published':
      return state.publishedAt;
    case 'activated':
      return state.activatedAt;
    case 'amended':
      return state.amendedAt;
    case 'completed':
      return state.completedAt;
    case 'terminated':
      return state.terminatedAt;
  }
}

function ofClass(limits: Readonly<Record<string, Limit>> | undefined, { content }: RecallState): Limit | undefined {
  return content?.class === undefined ? undefined : limits?.[content.class];
}

function given<T extends object>(members: T): { [Name in keyof T]?: NonNullable<T[Name]> } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as {
    [Name in keyof T]?: NonNullable<T[Name]>;
  };
}

const byTime = (one: string, other: string): number => Date.parse(one) - Date.parse(other);
const before = (one: string, other: string): boolean => Date.parse(one) < Date.parse(other);
