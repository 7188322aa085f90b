import { Identifier, lotKey } from '@suyuan/gs1';
import { AncestryIdentity } from '@suyuan/trace/domain';

/** The lot that the spelling of an instance's code states, a lot key. */
export function statedLot({ kind, gtin, lot }: Identifier): string | undefined {
  return kind === 'instance' && gtin !== undefined && lot !== undefined ? lotKey(gtin, lot) : undefined;
}

/** A code that carries lot and serial states the lot, whether or not anybody captured it: it counts beside those claimed. */
export function withLot(identity: AncestryIdentity, stated: string | undefined): AncestryIdentity {
  return stated === undefined || identity.lots.includes(stated) ? identity : { ...identity, lots: [...identity.lots, stated] };
}

/**
 * A piece of a stated lot that the graph knows nothing of may be any piece of that lot: what some of the lot was made from
 * or contains, it was possibly made from or contains.
 */
export function possibleOrigins(
  ofLot: readonly AncestryIdentity[],
  known: readonly AncestryIdentity[],
): readonly AncestryIdentity[] {
  const keys = new Set(known.map(({ key }) => key));
  return ofLot
    .filter(({ relation, key }) => relation !== 'self' && !keys.has(key))
    .map((identity) => ({ ...identity, certainty: 'possible' }));
}
