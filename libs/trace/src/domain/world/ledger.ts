import { Account, accountName } from './account';
import { Cohort, cohortName } from './cohort';

/** The instant of a step, and who recorded it. */
export interface Moment {
  readonly atMicros: number;
  readonly eventId: string;
  readonly recordedBy: string | null;
}

/** One line of the double-entry ledger: `delta` nano-units of a cohort come to (or leave) an account at an instant. */
export interface Posting {
  readonly cohort: Cohort;
  readonly uom: string;
  readonly account: Account;
  readonly atMicros: number;
  readonly eventId: string;
  /** Net change; zero where goods came and left within one event, which still proves who had them. */
  delta: bigint;
  /** How many things and quantities were booked: the line is gone when none is left, not when it nets to zero. */
  touches: number;
  /** How often "some, unknown how many" came here (EPCIS: quantity absent). */
  unknowns: number;
}

export type WorldExceptionType =
  | 'duplicate_commission'
  | 'sold_twice'
  | 'seen_after_end'
  | 'seen_after_sale'
  | 'missing_unpack'
  | 'unpack_without_pack'
  | 'containment_cycle'
  | 'unrecorded_transfer'
  | 'unmatched_receipt'
  | 'unknown_origin'
  | 'lot_conflict';

/** A fact that does not fit (TRACE.md section 7), with the events that prove it. */
export interface WorldException {
  readonly type: WorldExceptionType;
  /** The thing, or the product whose quantity does not fit. */
  readonly key: string;
  /** Who recorded it: the capturing party, else the party of the event's place. */
  readonly party: string | null;
  readonly eventIds: readonly string[];
  readonly atMicros: number;
  /** Nano-units, where a quantity is missing. */
  readonly amount?: bigint;
  readonly uom?: string;
}

/** What a replay books and objects to. Entries of a cohort and unit always sum to zero. */
export class Ledger {
  readonly exceptions: WorldException[] = [];
  private readonly entries = new Map<string, Posting>();
  private last: { readonly moment: Moment; readonly out: Posting; readonly in: Posting } | undefined;

  get postings(): Iterable<Posting> {
    return this.entries.values();
  }

  /** Moves `amount` from one account to another; `touches` says of how many things it is the sum. */
  move(cohort: Cohort, uom: string, from: Account, to: Account, amount: bigint, moment: Moment, touches = 1): void {
    const { last } = this;
    // An event moves its things one after the other along one way: the two lines are mostly those of the thing before.
    if (
      last?.moment === moment &&
      last.out.cohort === cohort &&
      last.out.uom === uom &&
      alike(last.out.account, from) &&
      alike(last.in.account, to)
    ) {
      add(last.out, -amount, touches);
      add(last.in, amount, touches);
      return;
    }
    this.last = {
      moment,
      out: this.enter(cohort, uom, from, -amount, moment, touches),
      in: this.enter(cohort, uom, to, amount, moment, touches),
    };
  }

  /** Notes that an unknown quantity came to an account. */
  noteUnknown(cohort: Cohort, uom: string, account: Account, moment: Moment): void {
    this.enter(cohort, uom, account, 0n, moment, 1).unknowns += 1;
  }

  raise(
    type: WorldExceptionType,
    key: string,
    moment: Moment,
    eventIds: readonly string[],
    missing?: { amount: bigint; uom: string },
  ): void {
    const ids = [...new Set(eventIds.filter((id) => id !== ''))];
    this.exceptions.push({
      type,
      key,
      party: moment.recordedBy,
      eventIds: ids,
      atMicros: moment.atMicros,
      ...missing,
    });
  }

  private enter(cohort: Cohort, uom: string, account: Account, delta: bigint, moment: Moment, touches: number): Posting {
    const name = `${cohortName(cohort)}\n${uom}\n${accountName(account)}\n${moment.eventId}`;
    const known = this.entries.get(name);
    if (known !== undefined) {
      add(known, delta, touches);
      return known;
    }
    const posting: Posting = {
      cohort,
      uom,
      account,
      atMicros: moment.atMicros,
      eventId: moment.eventId,
      delta,
      touches,
      unknowns: 0,
    };
    this.entries.set(name, posting);
    return posting;
  }
}

function add(posting: Posting, delta: bigint, touches: number): void {
  posting.delta += delta;
  posting.touches += touches;
}

function alike(a: Account, b: Account): boolean {
  return a.state === b.state && a.party === b.party && a.place === b.place && a.from === b.from;
}
