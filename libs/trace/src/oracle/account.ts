/** Where goods are booked: a state of custody, or one of the two origins `created` and `unexplained`. */
export interface Account {
  readonly state: string;
  readonly party: string | null;
  readonly place: string | null;
  readonly from: string | null;
}

export const account = (
  state: string,
  party: string | null = null,
  place: string | null = null,
  from: string | null = null,
): Account => ({ state, party, place, from });

export const held = (party: string | null, place: string | null): Account => account('held', party, place);
export const onTheWay = (from: string | null, to: string | null): Account => account('in_transit', to, null, from);
export const UNEXPLAINED = account('unexplained');
export const UNKNOWN = account('unknown');

export const isGone = ({ state }: Account): boolean => ['sold', 'consumed', 'destroyed', 'decommissioned'].includes(state);

/** Accounts are taken in this order where several could be drawn on: unknown parties and places first. */
export const nameOf = ({ state, party, place, from }: Account): string =>
  [state, party, place, from].map((x) => x ?? '').join('\n');
export const isSame = (a: Account, b: Account): boolean => nameOf(a) === nameOf(b);
