import { Blocklist, BlocklistDelta, ProductRule } from './blocklist';
import { encodeFull, hashOfFull } from './codec';

/** What changed between two lists. */
export function deltaBetween(base: Blocklist, next: Blocklist): BlocklistDelta {
  const rules = [...next.rules.values()].filter((rule) => !isEqual(base.rules.get(rule.gtin), rule));
  return {
    base: base.version,
    version: next.version,
    removedRules: [...base.rules.keys()].filter((gtin) => !next.rules.has(gtin)).sort(),
    rules: rules.sort((a, b) => (a.gtin < b.gtin ? -1 : 1)),
    removedHashes: without(base.hashes, next.hashes),
    addedHashes: without(next.hashes, base.hashes),
    hash: hashOfFull(encodeFull(next)),
  };
}

/** The list that a delta leads to. Throws `RangeError` when it is for another list, or leads elsewhere than it says. */
export function applyDelta(base: Blocklist, delta: BlocklistDelta): Blocklist {
  if (delta.base !== base.version) throw new RangeError(`the delta is from version ${delta.base}, not ${base.version}`);
  const rules = new Map(base.rules);
  for (const gtin of delta.removedRules) rules.delete(gtin);
  for (const rule of delta.rules) rules.set(rule.gtin, rule);
  const kept = without(base.hashes, delta.removedHashes);
  const hashes = new Float64Array(kept.length + delta.addedHashes.length);
  hashes.set(kept);
  hashes.set(delta.addedHashes, kept.length);
  const next = { version: delta.version, rules, hashes: hashes.sort() };
  if (hashOfFull(encodeFull(next)) !== delta.hash) throw new RangeError('the delta does not lead to the list it names');
  return next;
}

function isEqual(a: ProductRule | undefined, b: ProductRule): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** Both ascending. */
function without(hashes: Float64Array, others: Float64Array): Float64Array {
  let at = 0;
  return hashes.filter((hash) => {
    while (at < others.length && (others[at] ?? 0) < hash) at += 1;
    return others[at] !== hash;
  });
}
