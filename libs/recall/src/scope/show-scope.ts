import { toUri } from '@suyuan/gs1';
import { Scope, ScopeEntry } from '@suyuan/trace/domain';

/** A scope as answers show it: keys as URIs. */
export function showScope(scope: Scope): unknown {
  const entry = (one: ScopeEntry): unknown => ({
    ...one,
    ...(one.place === undefined ? {} : { place: toUri(one.place) }),
    ...(one.inputLots === undefined ? {} : { inputLots: one.inputLots.map(toUri) }),
  });
  return {
    ...scope,
    include: scope.include.map(entry),
    ...(scope.exclude === undefined ? {} : { exclude: scope.exclude.map(entry) }),
  };
}

/** The scope in words, one line an entry, as it is printed on the goods. */
export function scopeInWords(scope: Scope): string[] {
  return scope.include.map((entry) => {
    const parts: string[] = [];
    if (entry.gtin !== undefined) parts.push(`GTIN ${entry.gtin}`);
    if (entry.lots !== undefined)
      parts.push(
        `lot ${entry.lots.slice(0, 20).join(', ')}${entry.lots.length > 20 ? ` and ${entry.lots.length - 20} more` : ''}`,
      );
    if (entry.lotPattern !== undefined) parts.push(`lots like ${entry.lotPattern}`);
    for (const { from, to } of entry.serialRanges ?? []) parts.push(`serial ${from} to ${to}`);
    if (entry.producedBetween !== undefined)
      parts.push(`made between ${entry.producedBetween.from} and ${entry.producedBetween.to}`);
    if (entry.place !== undefined) parts.push(`made at ${entry.place}`);
    for (const lot of entry.inputLots ?? []) parts.push(`with parts or ingredients of ${toUri(lot)}`);
    return parts.join(', ');
  });
}
