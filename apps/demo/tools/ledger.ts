/** Where goods of one lot are with one party, as the demo expects the server to find them. */
export interface Standing {
  held: number;
  inTransit: number;
  sold: number;
  consumed: number;
}

/** Lot (`F2405`) by party number: what the authored events must come to. Kept by hand in the story, checked against the answers. */
export type Standings = Record<string, Record<string, Standing>>;

/** The story's own books, so that what the server answers is compared with something that did not come from the server. */
export class Ledger {
  readonly standings: Standings = {};
  /** Lot (`F2405`) by party number: what it sent on to others, whether it has arrived or not. */
  readonly sentOn: Record<string, Record<string, number>> = {};
  /** What a delivery reported late will change. */
  readonly late: { readonly lot: string; readonly from: number; readonly to: number; readonly quantity: number }[] = [];

  made(lot: string, party: number, quantity: number): void {
    this.of(lot, party).held += quantity;
  }

  /** Sent and received. */
  moved(lot: string, from: number, to: number, quantity: number): void {
    this.leaves(lot, from, quantity);
    this.of(lot, to).held += quantity;
  }

  /** Sent, and not there yet. */
  sent(lot: string, from: number, to: number, quantity: number): void {
    this.leaves(lot, from, quantity);
    this.of(lot, to).inTransit += quantity;
  }

  /** Sent long ago, but not known when the recall begins. */
  sentUnreported(lot: string, from: number, to: number, quantity: number): void {
    this.late.push({ lot, from, to, quantity });
  }

  sold(lot: string, party: number, quantity: number): void {
    this.of(lot, party).held -= quantity;
    this.of(lot, party).sold += quantity;
  }

  returned(lot: string, party: number, quantity: number): void {
    this.sold(lot, party, -quantity);
  }

  consumed(lot: string, party: number, quantity: number): void {
    this.of(lot, party).held -= quantity;
    this.of(lot, party).consumed += quantity;
  }

  private leaves(lot: string, from: number, quantity: number): void {
    this.of(lot, from).held -= quantity;
    const byParty = (this.sentOn[lot] ??= {});
    byParty[String(from)] = (byParty[String(from)] ?? 0) + quantity;
  }

  private of(lot: string, party: number): Standing {
    const byParty = (this.standings[lot] ??= {});
    return (byParty[String(party)] ??= { held: 0, inTransit: 0, sold: 0, consumed: 0 });
  }
}
