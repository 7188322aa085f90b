import { gtinOf } from '@suyuan/gs1';
import { Scope } from '@suyuan/trace/domain';
import { CompiledScope } from './compiled-scope';

/** Everything that is no GTIN's: logistic units, returnables, assets, opaque things. One family, so that it stays small. */
export const NO_GTIN = '*';

/**
 * The coarsest name of a thing: its GTIN, else `*`. Recalls and lineage are indexed by it; a code is looked at closer
 * only when its family can be concerned (docs/check.md).
 */
export function familyOf(key: string): string {
  return gtinOf(key) ?? NO_GTIN;
}

/** A recall that blocks at the till: real, activated, not withdrawn. Termination frees nothing (API.md, "check"). */
export interface BlockingRecall {
  readonly id: string;
  readonly title: string;
  readonly state: string;
  readonly instructions: string;
  /** RFC 3339; the newest is shown first. */
  readonly decidedAt: string;
  readonly scope: CompiledScope;
  /** Held while an inquiry lasts, nothing decided yet: what it reaches is possibly affected, never certainly. */
  readonly onlyPossible?: boolean;
  /** GTINs of the goods that it reaches at all, whatever was made from them; a pallet or box of them has none and is reached. */
  readonly onlyGtins?: ReadonlySet<string>;
}

/** A producer's hold is no word about others' products, though its goods went into them. */
export function mayReach({ onlyGtins }: BlockingRecall, key: string): boolean {
  const gtin = gtinOf(key);
  return onlyGtins === undefined || gtin === undefined || onlyGtins.has(gtin);
}

/** The order in which answers list recalls: newest decision first. */
export function byDecision(a: BlockingRecall, b: BlockingRecall): number {
  if (a.decidedAt !== b.decidedAt) return a.decidedAt < b.decidedAt ? 1 : -1;
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}

/** The families whose goods a scope can name; what it reaches through lineage begins in one of them. */
export function familiesOf({ include, exclude = [] }: Scope): Set<string> {
  const families = new Set<string>();
  for (const { gtin, inputLots = [] } of include) {
    if (gtin !== undefined) families.add(gtin);
    for (const lot of inputLots) families.add(familyOf(lot));
  }
  // An exclusion by origin is judged on the origins: they must be looked up as well.
  for (const { inputLots = [] } of exclude) for (const lot of inputLots) families.add(familyOf(lot));
  return families;
}
