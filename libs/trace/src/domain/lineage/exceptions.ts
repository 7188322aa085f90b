import { Fact, effectiveFacts } from '../facts/fact';
import { stocksOf, thingsOf } from '../facts/mentions';
import { fromNano } from '../facts/quantity';
import { microsToTime } from '../facts/time';
import { Account } from '../world/account';
import { Posting, WorldException } from '../world/ledger';

/** A fact that does not fit, as questions are answered (TRACE.md section 7). */
export interface ExceptionRow {
  readonly type: string;
  /** The thing, or the product whose quantity does not fit. */
  readonly key: string;
  readonly party: string | null;
  /** The events that prove it. */
  readonly eventIds: readonly string[];
  /** RFC 3339. */
  readonly at: string;
  readonly amount?: number;
  readonly uom?: string;
}

/** Goods in transit longer than this were never received, as far as anybody said. */
export const LANE_LIMIT_MICROS = 14 * 24 * 3_600_000_000;

/** What the replay objected to. */
export function raisedExceptions(raised: Iterable<WorldException>): ExceptionRow[] {
  return [...raised].map(({ atMicros, amount, uom, ...row }) => ({
    ...row,
    at: microsToTime(atMicros),
    ...(amount === undefined ? {} : { amount: fromNano(amount) }),
    ...(uom === undefined ? {} : { uom }),
  }));
}

/**
 * What is judged on balances and the clock as they stand at `asOfMicros`: more left than was ever there (`overdraw`), more
 * arrived than was ever sent (`unmatched_receipt`), both netted per party, and what is on its way for too long.
 */
export function standingExceptions(postings: Iterable<Posting>, asOfMicros: number): ExceptionRow[] {
  const all = [...postings];
  return [
    ...belowZero(all, 'held', 'overdraw'),
    ...belowZero(all, 'in_transit', 'unmatched_receipt'),
    ...neverReceived(all, asOfMicros),
  ];
}

/** Events dated later than the question: they count from their time on. */
export function futureExceptions(facts: Iterable<Fact>, asOfMicros: number): ExceptionRow[] {
  const later = effectiveFacts(facts).filter(({ event }) => event.eventTimeMicros > asOfMicros);
  return later.flatMap(({ event, capturingParty }) =>
    [...new Set([...thingsOf(event).map(({ key }) => key), ...stocksOf(event)])].map((key) => ({
      type: 'event_in_future',
      key,
      party: capturingParty,
      eventIds: [event.eventId],
      at: microsToTime(event.eventTimeMicros),
    })),
  );
}

/** Oldest first, then by type, key, party and proof. */
export function sortedExceptions(rows: readonly ExceptionRow[]): ExceptionRow[] {
  const name = ({ at, type, key, party, eventIds, uom }: ExceptionRow): string =>
    [at, type, key, party ?? '', ...eventIds, uom ?? ''].join('\n');
  return [...rows]
    .map((row) => [name(row), row] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, row]) => row);
}

function belowZero(postings: readonly Posting[], state: Account['state'], type: string): ExceptionRow[] {
  const rows: ExceptionRow[] = [];
  for (const group of grouped(postings, ({ account }) => (account.state === state ? [account.party] : undefined))) {
    const [first] = group;
    const total = sum(group);
    if (first === undefined || total >= 0n) continue;
    const byEvent = new Map<string, { delta: bigint; atMicros: number }>();
    for (const { eventId, delta, atMicros } of group)
      byEvent.set(eventId, { delta: (byEvent.get(eventId)?.delta ?? 0n) + delta, atMicros });
    const lowering = [...byEvent].filter(([, { delta }]) => delta < 0n);
    const atMicros = lowering.reduce((latest, [, event]) => Math.max(latest, event.atMicros), 0);
    const eventIds = lowering.map(([eventId]) => eventId);
    rows.push({ ...rowOf(first, type, eventIds, atMicros, -total), party: first.account.party });
  }
  return rows;
}

/** `since`: the last time that a lane's balance left zero. */
function neverReceived(postings: readonly Posting[], asOfMicros: number): ExceptionRow[] {
  const rows: ExceptionRow[] = [];
  const lane = ({ account }: Posting): unknown[] | undefined =>
    account.state === 'in_transit' ? [account.party, account.from] : undefined;
  for (const group of grouped(postings, lane)) {
    const [first] = group;
    const total = sum(group);
    if (first === undefined || total <= 0n) continue;
    let running = 0n;
    let sinceMicros = first.atMicros;
    const byTime = new Map<number, Posting[]>();
    for (const posting of group) {
      const same = byTime.get(posting.atMicros);
      if (same === undefined) byTime.set(posting.atMicros, [posting]);
      else same.push(posting);
    }
    for (const [atMicros, some] of [...byTime].sort(([a], [b]) => a - b)) {
      const before = running;
      running += sum(some);
      if (before === 0n && running !== 0n) sinceMicros = atMicros;
    }
    if (asOfMicros - sinceMicros <= LANE_LIMIT_MICROS) continue;
    const eventIds = (byTime.get(sinceMicros) ?? []).map(({ eventId }) => eventId);
    const { party, from } = first.account;
    rows.push({ ...rowOf(first, 'never_received', eventIds, sinceMicros, total), party: from ?? party });
  }
  return rows;
}

function rowOf(
  { cohort, uom }: Posting,
  type: string,
  eventIds: string[],
  atMicros: number,
  amount: bigint,
): Omit<ExceptionRow, 'party'> {
  return {
    type,
    key: cohort.product,
    eventIds: [...new Set(eventIds)].sort(),
    at: microsToTime(atMicros),
    amount: fromNano(amount),
    uom,
  };
}

function grouped(postings: readonly Posting[], by: (posting: Posting) => unknown[] | undefined): Iterable<Posting[]> {
  const groups = new Map<string, Posting[]>();
  for (const posting of postings) {
    const names = by(posting);
    if (names === undefined) continue;
    const name = JSON.stringify([posting.cohort.product, posting.uom, ...names]);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [posting]);
    else group.push(posting);
  }
  return groups.values();
}

function sum(postings: readonly Posting[]): bigint {
  return postings.reduce((total, { delta }) => total + delta, 0n);
}
