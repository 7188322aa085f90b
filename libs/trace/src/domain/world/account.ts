import { CustodyState } from '../trace-reader';

/**
 * Where goods are booked. Beside the custody states there are two origins, from which goods come: `created` and, for
 * things whose creation nobody reported, `unexplained`. Entries of a cohort always sum to zero over all accounts.
 */
export interface Account {
  readonly state: CustodyState | 'created' | 'unexplained';
  /** Holder; consignee when in transit; seller when sold. */
  readonly party: string | null;
  readonly place: string | null;
  /** Sender, in transit only. */
  readonly from: string | null;
}

export function accountName(account: Account): string {
  return `${account.state}\n${account.party ?? ''}\n${account.place ?? ''}\n${account.from ?? ''}`;
}

export const held = (party: string | null, place: string | null): Account => ({ state: 'held', party, place, from: null });
export const inTransit = (from: string | null, to: string | null): Account => ({
  state: 'in_transit',
  party: to,
  place: null,
  from,
});
export const gone = (
  state: 'sold' | 'consumed' | 'destroyed' | 'decommissioned',
  party: string | null,
  place: string | null,
): Account => ({
  state,
  party,
  place,
  from: null,
});
/** Goods come into being: `party` made them at `place`. */
export const created = (party: string | null, place: string | null): Account => ({ state: 'created', party, place, from: null });
export const UNEXPLAINED: Account = { state: 'unexplained', party: null, place: null, from: null };
export const UNKNOWN: Account = { state: 'unknown', party: null, place: null, from: null };

export function isGone(account: Account): boolean {
  return (
    account.state === 'sold' ||
    account.state === 'consumed' ||
    account.state === 'destroyed' ||
    account.state === 'decommissioned'
  );
}
