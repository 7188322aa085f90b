import { Ancestry, AncestryIdentity, lotPatternMatches, Scope, ScopeEntry, timeToMicros } from '@suyuan/trace/domain';
import { describeKey, lotOf } from '@suyuan/gs1';
import { Match } from '../match';

const NOT: Match = { verdict: 'not' };
type Field = 'yes' | 'maybe' | 'no' | 'need-lot' | 'need-serial';

/**
 * Does a recall's scope reach the code whose ancestry this is? Written plainly, list by list and range by range: what the
 * compiled scopes of the till are compared with.
 */
export function matchScope(scope: Scope, ancestry: Ancestry): Match {
  const identities =
    scope.derived === false ? ancestry.identities.filter(({ relation }) => relation === 'self') : ancestry.identities;
  let best: Match = NOT;
  for (const entry of scope.include) {
    for (const identity of identities) {
      // The class code has been asked itself; what its known lots say by GTIN adds nothing.
      if (identity.relation === 'member' && entry.inputLots === undefined && entry.gtin === identity.gtin) continue;
      const match = matchOne(entry, scope.exclude ?? [], identity, identities);
      // Some lot of the class is affected: which one this is, the class code can't say.
      const someLot = ancestry.kind === 'class' && identity.relation !== 'self' && match.verdict !== 'not';
      best = stronger(best, someLot ? { verdict: 'need', need: ['lot'] } : match);
    }
  }
  return best;
}

function matchOne(
  entry: ScopeEntry,
  exclude: readonly ScopeEntry[],
  identity: AncestryIdentity,
  all: readonly AncestryIdentity[],
): Match {
  const included = combine(fieldsOf(entry, identity, all));
  if (included.verdict === 'not') return NOT;
  const excluded = exclude.map((other) => combine(fieldsOf(other, identity, all)));
  if (excluded.some((match) => match.verdict === 'affected' && match.certainty === 'certain')) return NOT;
  if (identity.relation !== 'self') {
    // No better code can be asked for of what is inside or was used up: what can't be told apart counts.
    const certain = included.verdict === 'affected' && included.certainty === 'certain' && identity.certainty === 'certain';
    return { verdict: 'affected', certainty: certain ? 'certain' : 'possible' };
  }
  const doubt = excluded.flatMap((match) => (match.verdict === 'need' ? match.need : []));
  if (doubt.length > 0)
    return { verdict: 'need', need: [...new Set([...(included.verdict === 'need' ? included.need : []), ...doubt])] };
  if (included.verdict === 'affected' && identity.certainty === 'possible') return { verdict: 'affected', certainty: 'possible' };
  return included;
}

/** All fields of an entry must agree; the first that can't tell asks for the code it lacks. */
function combine(fields: readonly Field[]): Match {
  if (fields.includes('no') || fields.length === 0) return NOT;
  const need = [
    ...(fields.includes('need-lot') ? (['lot'] as const) : []),
    ...(fields.includes('need-serial') ? (['serial'] as const) : []),
  ];
  if (need.length > 0) return { verdict: 'need', need };
  return { verdict: 'affected', certainty: fields.includes('maybe') ? 'possible' : 'certain' };
}

function fieldsOf(entry: ScopeEntry, identity: AncestryIdentity, all: readonly AncestryIdentity[]): Field[] {
  const fields: Field[] = [];
  if (entry.gtin !== undefined) fields.push(identity.gtin === entry.gtin ? 'yes' : 'no');
  if (entry.lots !== undefined) {
    const { lots } = entry;
    fields.push(lotField(identity, (lot) => lots.includes(lot)));
  }
  if (entry.lotPattern !== undefined) {
    const pattern = entry.lotPattern;
    fields.push(lotField(identity, (lot) => lotPatternMatches(pattern, lot)));
  }
  if (entry.serialRanges !== undefined) fields.push(rangesField(identity, entry.serialRanges));
  if (entry.producedBetween !== undefined || entry.place !== undefined) fields.push(creationField(entry, identity));
  if (entry.inputLots !== undefined) fields.push(inputField(entry, identity, all));
  return fields;
}

const isUnit = ({ key }: AncestryIdentity): boolean => describeKey(key).kind === 'instance';

function lotField(identity: AncestryIdentity, wanted: (lot: string) => boolean): Field {
  if (identity.lots.length === 0) return 'need-lot';
  if (!identity.lots.some((lot) => wanted(lotOf(lot) ?? ''))) return 'no';
  return identity.lots.length === 1 ? 'yes' : 'maybe';
}

function rangesField(identity: AncestryIdentity, ranges: NonNullable<ScopeEntry['serialRanges']>): Field {
  if (!isUnit(identity) || identity.serial === undefined) {
    const lots = ranges.map(({ lot }) => lot);
    // A lot code answers a range that names another lot.
    const lotKnown =
      identity.lots.length > 0 && lots.every((lot) => lot !== undefined && !identity.lots.some((known) => lotOf(known) === lot));
    return lotKnown ? 'no' : 'need-serial';
  }
  const { serial } = identity;
  let answer: Field = 'no';
  for (const range of ranges) {
    if (!inRange(serial, range)) continue;
    const wanted = range.lot;
    const byLot: Field = wanted === undefined ? 'yes' : lotField(identity, (lot) => lot === wanted);
    if (byLot === 'yes') return 'yes';
    if (byLot !== 'no') answer = byLot;
  }
  return answer;
}

/** Inclusive; numeric where both ends and the serial are digits only, else serials of the ends' length, by code point. */
function inRange(serial: string, { from, to }: { from: string; to: string }): boolean {
  const digits = /^\d+$/;
  if (digits.test(from) && digits.test(to) && digits.test(serial))
    return BigInt(serial) >= BigInt(from) && BigInt(serial) <= BigInt(to);
  return serial.length === from.length && serial.length === to.length && serial >= from && serial <= to;
}

function creationField(entry: ScopeEntry, identity: AncestryIdentity): Field {
  if (!isUnit(identity)) return 'need-serial';
  if (identity.createdAt === undefined) return 'maybe';
  if (entry.place !== undefined && identity.createdAtPlace !== entry.place) return 'no';
  if (entry.producedBetween === undefined) return 'yes';
  const at = timeToMicros(identity.createdAt) ?? 0;
  const from = timeToMicros(entry.producedBetween.from) ?? -Infinity;
  const to = timeToMicros(entry.producedBetween.to) ?? Infinity;
  return at >= from && at <= to ? 'yes' : 'no';
}

/** Made from one of these lots, or containing goods of one; without a GTIN the lots themselves count too. */
function inputField(entry: ScopeEntry, identity: AncestryIdentity, all: readonly AncestryIdentity[]): Field {
  const wanted = new Set(entry.inputLots);
  const others = all.filter(
    (other) => (entry.gtin === undefined || other !== identity) && other.lots.some((lot) => wanted.has(lot)),
  );
  if (others.length === 0) return 'no';
  if (identity.relation === 'self' && describeKey(identity.key).kind === 'class') return 'need-lot';
  return others.some((other) => other.certainty === 'certain' && other.lots.length === 1) ? 'yes' : 'maybe';
}

function stronger(a: Match, b: Match): Match {
  const rank = (match: Match): number =>
    match.verdict === 'not' ? 0 : match.verdict === 'need' ? 1 : match.certainty === 'possible' ? 2 : 3;
  if (a.verdict === 'need' && b.verdict === 'need') return { verdict: 'need', need: [...new Set([...a.need, ...b.need])] };
  return rank(b) > rank(a) ? b : a;
}
