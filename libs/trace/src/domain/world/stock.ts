import { Account, accountName, created, gone, held, inTransit } from './account';
import { Cohort } from './cohort';
import { Ledger, Moment } from './ledger';

interface Balance {
  readonly account: Account;
  amount: bigint;
}

/**
 * The loose, class-level goods of one product: a double-entry ledger (TRACE.md section 5). Goods inside containers are
 * booked by the container. Balances may fall below zero: evidence is never clamped, what is missing is judged later.
 */
export class Stock {
  private readonly balances = new Map<string, Balance>();

  constructor(
    readonly cohort: Cohort,
    private readonly ledger: Ledger,
  ) {}

  create(uom: string, amount: bigint, party: string | null, place: string | null, moment: Moment): void {
    this.move(uom, created(party, place), held(party, place), amount, moment);
  }

  /** "Some" came into being; that they did is booked too, for it is an origin of the lot. */
  createUnknown(uom: string, party: string | null, place: string | null, moment: Moment): void {
    this.noteUnknown(uom, created(party, place), moment);
    this.noteUnknown(uom, held(party, place), moment);
  }

  ship(uom: string, amount: bigint, party: string | null, place: string | null, to: string | null, moment: Moment): void {
    this.move(uom, held(party, place), inTransit(party, to), amount, moment);
  }

  /**
   * Draws on what is on its way to the receiver (from the named sender, where one is named), then on shipments that named
   * no consignee; what is left over makes `in_transit` negative until its shipment is captured.
   */
  receive(uom: string, amount: bigint, from: string | null, party: string | null, place: string | null, moment: Moment): void {
    const to = held(party, place);
    const fromSender = (account: Account): boolean => account.state === 'in_transit' && (from === null || account.from === from);
    let left = this.draw(uom, amount, (account) => fromSender(account) && account.party === party, to, moment);
    left = this.draw(uom, left, (account) => fromSender(account) && account.party === null, to, moment);
    if (left > 0n) this.move(uom, inTransit(from, party), to, left, moment);
  }

  /** A customer's return: in transit to this party, then its own sales, then other sellers' (TRACE.md 7a). */
  takeBack(uom: string, amount: bigint, party: string | null, place: string | null, moment: Moment): void {
    const to = held(party, place);
    let left = this.draw(uom, amount, (account) => account.state === 'in_transit' && account.party === party, to, moment);
    left = this.draw(uom, left, (account) => account.state === 'sold' && account.party === party, to, moment);
    left = this.draw(uom, left, (account) => account.state === 'sold', to, moment);
    if (left > 0n) this.move(uom, inTransit(null, party), to, left, moment);
  }

  /** Back to the consignor, up to what is on its way from it. */
  voidShipping(uom: string, amount: bigint, party: string | null, place: string | null, to: string | null, moment: Moment): void {
    const own = (account: Account): boolean => account.state === 'in_transit' && account.from === party;
    const back = held(party, place);
    const left = to === null ? amount : this.draw(uom, amount, (account) => own(account) && account.party === to, back, moment);
    this.draw(uom, left, own, back, moment);
  }

  /** Sold, used up or ended where it was held. */
  leave(
    uom: string,
    amount: bigint,
    state: 'sold' | 'consumed' | 'destroyed' | 'decommissioned',
    party: string | null,
    place: string | null,
    moment: Moment,
  ): void {
    this.move(uom, held(party, place), gone(state, party, place), amount, moment);
  }

  /** Out of loose stock into a container that is booked under `account`. */
  pack(uom: string, amount: bigint, from: Account, account: Account, moment: Moment): void {
    this.add(uom, from, -amount);
    this.ledger.move(this.cohort, uom, from, account, amount, moment);
  }

  /** Out of a container that is booked under `account` into loose stock. */
  unpack(uom: string, amount: bigint, account: Account, to: Account, moment: Moment): void {
    this.add(uom, to, amount);
    this.ledger.move(this.cohort, uom, account, to, amount, moment);
  }

  /** "Some" came to an account. */
  noteUnknown(uom: string, account: Account, moment: Moment): void {
    this.ledger.noteUnknown(this.cohort, uom, account, moment);
  }

  /** Every account with its balance. */
  *loose(): Generator<{ uom: string; account: Account; amount: bigint }> {
    for (const [name, { account, amount }] of this.balances) yield { uom: name.slice(0, name.indexOf('\n')), account, amount };
  }

  /** Takes a stored balance up again. */
  restore(uom: string, account: Account, amount: bigint): void {
    this.add(uom, account, amount);
  }

  /** Loose goods of a party over all its places; never below zero. */
  looseHeldBy(party: string | null, uom: string): bigint {
    return this.sum(uom, (account) => account.state === 'held' && account.party === party);
  }

  looseOnTheWayTo(party: string | null, uom: string): bigint {
    return this.sum(uom, (account) => account.state === 'in_transit' && account.party === party);
  }

  private sum(uom: string, wanted: (account: Account) => boolean): bigint {
    let total = 0n;
    for (const [name, { account, amount }] of this.balances) if (name.startsWith(`${uom}\n`) && wanted(account)) total += amount;
    return total > 0n ? total : 0n;
  }

  private move(uom: string, from: Account, to: Account, amount: bigint, moment: Moment): void {
    this.add(uom, from, -amount);
    this.add(uom, to, amount);
    this.ledger.move(this.cohort, uom, from, to, amount, moment);
  }

  /** Takes up to `amount` from the accounts in name order; gives back what could not be had. */
  private draw(uom: string, amount: bigint, wanted: (account: Account) => boolean, to: Account, moment: Moment): bigint {
    let left = amount;
    const candidates = [...this.balances].filter(
      ([name, balance]) => name.startsWith(`${uom}\n`) && balance.amount > 0n && wanted(balance.account),
    );
    candidates.sort(([a], [b]) => (a < b ? -1 : 1));
    for (const [, balance] of candidates) {
      if (left <= 0n) break;
      const taken = balance.amount < left ? balance.amount : left;
      this.move(uom, balance.account, to, taken, moment);
      left -= taken;
    }
    return left;
  }

  private add(uom: string, account: Account, delta: bigint): void {
    const name = `${uom}\n${accountName(account)}`;
    const balance = this.balances.get(name);
    if (balance === undefined) this.balances.set(name, { account, amount: delta });
    else balance.amount += delta;
  }
}
