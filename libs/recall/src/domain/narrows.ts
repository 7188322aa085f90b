import { Scope, ScopeEntry } from '@suyuan/trace/domain';

/** May the new scope leave goods out that the old one reached? Only what provably reaches all of them is no narrowing. */
export function narrows(before: Scope, after: Scope): boolean {
  const excluded = new Set((before.exclude ?? []).map((entry) => JSON.stringify(entry)));
  return (
    !before.include.every((old) => after.include.some((entry) => covers(entry, old))) ||
    (after.exclude ?? []).some((entry) => !excluded.has(JSON.stringify(entry))) ||
    (after.derived === false && before.derived !== false)
  );
}

/** Different fields narrow, so that one that is not named is no narrower; values of one field widen. */
function covers(entry: ScopeEntry, old: ScopeEntry): boolean {
  if (entry.gtin !== old.gtin) return false;
  const lists = (['lots', 'serialRanges', 'inputLots'] as const).every((field) => holdsAll(entry[field], old[field]));
  const single = (['lotPattern', 'producedBetween', 'place'] as const).every(
    (field) => entry[field] === undefined || JSON.stringify(entry[field]) === JSON.stringify(old[field]),
  );
  return lists && single;
}

function holdsAll(values: readonly unknown[] | undefined, old: readonly unknown[] | undefined): boolean {
  if (values === undefined) return true;
  const known = new Set(values.map((value) => JSON.stringify(value)));
  return old !== undefined && old.every((value) => known.has(JSON.stringify(value)));
}
