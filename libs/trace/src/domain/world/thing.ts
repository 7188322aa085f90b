import { ONE } from '../facts/quantity';
import { Account } from './account';
import { Cohort } from './cohort';

/** Goods of a cohort that move together, as the ledger books them. */
export interface LoadLine {
  readonly cohort: Cohort;
  readonly uom: string;
  /** Nano-units. */
  readonly amount: bigint;
  /** Of how many things and contents the amount is the sum. */
  readonly touches: number;
}

/** A serialised thing: a trade item, a logistic unit, a returnable, an asset, or something under an opaque key. */
export interface Thing {
  readonly key: string;
  /** How many things it stands for, itself included: alike in all that was ever said of them, and with nothing inside. */
  readonly count: number;
  readonly cohort: Cohort;
  /** Trade items can be parts of one another; a pallet is never a product. */
  readonly isTradeItem: boolean;
  /** Logistic units and returnables let their contents go when they are decommissioned. */
  readonly isCarrier: boolean;
  /** Its own custody; while it is inside something, that of the outermost container holds instead. Undefined: never seen. */
  custody: Account | undefined;
  /** Where goods in transit were seen last. */
  lastSeen: string | null;
  custodySinceMicros: number;
  custodyEventId: string;
  /** Where it stood before it was shipped: a voided shipment brings it back there. */
  shippedFrom: string | null;
  /** The event that sold or ended it. */
  goneBy: string | undefined;
  creationEventId: string | undefined;
  creationMicros: number | undefined;
  creationPlace: string | null;
  parent: Thing | undefined;
  parentSinceMicros: number;
  parentEventId: string;
  readonly children: Map<string, Thing>;
  /** Class-level contents, nano-units by `product\nuom`. */
  readonly contents: Map<string, bigint>;
  /** What else is inside, at any depth, when the world was taken up without it: it moves along and is not asked. */
  unseen: readonly LoadLine[];
}

export function newThing(key: string, cohort: Cohort, kind: { isTradeItem: boolean; isCarrier: boolean }, count = 1): Thing {
  return {
    key,
    count,
    cohort,
    ...kind,
    custody: undefined,
    lastSeen: null,
    custodySinceMicros: 0,
    custodyEventId: '',
    shippedFrom: null,
    goneBy: undefined,
    creationEventId: undefined,
    creationMicros: undefined,
    creationPlace: null,
    parent: undefined,
    parentSinceMicros: 0,
    parentEventId: '',
    children: new Map(),
    contents: new Map(),
    unseen: [],
  };
}

/** What it and those it stands for weigh by themselves, nano-units. */
export function ownAmount({ count }: Thing): bigint {
  return count === 1 ? ONE : BigInt(count) * ONE;
}

export function outermost(thing: Thing): Thing {
  let top = thing;
  while (top.parent !== undefined) top = top.parent;
  return top;
}

export function isInside(thing: Thing, container: Thing): boolean {
  for (let at: Thing | undefined = thing; at !== undefined; at = at.parent) if (at === container) return true;
  return false;
}

/** The thing and everything inside it, at any depth. Iterative: depth is the data's, not ours. */
export function withContents(thing: Thing): Thing[] {
  const all = [thing];
  for (let next = 0; next < all.length; next++) {
    const container = all[next];
    if (container !== undefined) for (const child of container.children.values()) all.push(child);
  }
  return all;
}
