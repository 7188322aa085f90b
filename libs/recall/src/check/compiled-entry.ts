import { AncestryIdentity, lotPatternMatches, ScopeEntry, timeToMicros } from '@suyuan/trace/domain';
import { describeKey, lotOf } from '@suyuan/gs1';
import { Field } from './match';
import { SerialIntervals } from './serial-intervals';

/** One entry of a scope: lists as hash sets, ranges sorted, times read, once. */
export interface CompiledEntry {
  readonly source: ScopeEntry;
  readonly lots: ReadonlySet<string> | undefined;
  /** By serial: the lots that the ranges which hold it name; undefined for a range that names none. */
  readonly ranges: SerialIntervals<string | undefined> | undefined;
  /** The lots that the ranges name; undefined when one names none, so that any lot may be meant. */
  readonly rangeLots: ReadonlySet<string> | undefined;
  readonly window: { readonly from: number; readonly to: number } | undefined;
  readonly inputLots: ReadonlySet<string> | undefined;
}

export function compileEntry(source: ScopeEntry): CompiledEntry {
  const { lots, serialRanges, producedBetween, inputLots } = source;
  const named = serialRanges?.map(({ lot }) => lot);
  return {
    source,
    lots: lots === undefined ? undefined : new Set(lots),
    ranges:
      serialRanges === undefined
        ? undefined
        : new SerialIntervals(serialRanges.map(({ from, to, lot }) => ({ from, to, value: lot }))),
    rangeLots: named === undefined || named.includes(undefined) ? undefined : new Set(named.filter((lot) => lot !== undefined)),
    window:
      producedBetween === undefined
        ? undefined
        : { from: timeToMicros(producedBetween.from) ?? -Infinity, to: timeToMicros(producedBetween.to) ?? Infinity },
    inputLots: inputLots === undefined ? undefined : new Set(inputLots),
  };
}

/** What each field of the entry says of the identity; `all` are the identities of the code, for fields about origins. */
export function fieldsOf(entry: CompiledEntry, identity: AncestryIdentity, all: readonly AncestryIdentity[]): Field[] {
  const { gtin, lotPattern, place } = entry.source;
  // The cheapest and by far the most frequent no.
  if (gtin !== undefined && identity.gtin !== gtin) return ['no'];
  const fields: Field[] = gtin === undefined ? [] : ['yes'];
  const { lots } = entry;
  if (lots !== undefined) fields.push(lotField(identity, (lot) => lots.has(lot)));
  if (lotPattern !== undefined) fields.push(lotField(identity, (lot) => lotPatternMatches(lotPattern, lot)));
  if (entry.ranges !== undefined) fields.push(rangesField(entry, entry.ranges, identity));
  if (entry.window !== undefined || place !== undefined) fields.push(creationField(entry, identity));
  if (entry.inputLots !== undefined) fields.push(inputField(entry, entry.inputLots, identity, all));
  return fields;
}

const kindOf = ({ key }: AncestryIdentity): string => describeKey(key).kind;

function lotField(identity: AncestryIdentity, isWanted: (lot: string) => boolean): Field {
  if (identity.lots.length === 0) return 'need-lot';
  if (!identity.lots.some((lot) => isWanted(lotOf(lot) ?? ''))) return 'no';
  return identity.lots.length === 1 ? 'yes' : 'maybe';
}

function rangesField(entry: CompiledEntry, ranges: SerialIntervals<string | undefined>, identity: AncestryIdentity): Field {
  if (identity.serial === undefined || kindOf(identity) !== 'instance') {
    // A lot code answers a range that names another lot.
    const { rangeLots } = entry;
    const isOtherLot =
      rangeLots !== undefined && identity.lots.length > 0 && !identity.lots.some((lot) => rangeLots.has(lotOf(lot) ?? ''));
    return isOtherLot ? 'no' : 'need-serial';
  }
  let answer: Field = 'no';
  for (const wanted of ranges.at(identity.serial)) {
    const byLot: Field = wanted === undefined ? 'yes' : lotField(identity, (lot) => lot === wanted);
    if (byLot === 'yes') return 'yes';
    if (byLot !== 'no') answer = byLot;
  }
  return answer;
}

function creationField({ source: { place }, window }: CompiledEntry, identity: AncestryIdentity): Field {
  if (kindOf(identity) !== 'instance') return 'need-serial';
  if (identity.createdAt === undefined) return 'maybe';
  if (place !== undefined && identity.createdAtPlace !== place) return 'no';
  if (window === undefined) return 'yes';
  const at = timeToMicros(identity.createdAt) ?? 0;
  return at >= window.from && at <= window.to ? 'yes' : 'no';
}

/** Made from one of these lots, or containing goods of one; without a GTIN the lots themselves count too. */
function inputField(
  { source }: CompiledEntry,
  wanted: ReadonlySet<string>,
  identity: AncestryIdentity,
  all: readonly AncestryIdentity[],
): Field {
  const others = all.filter(
    (other) => (source.gtin === undefined || other !== identity) && other.lots.some((lot) => wanted.has(lot)),
  );
  if (others.length === 0) return 'no';
  // A class code gathers the origins of all its lots: it can't say that this piece has them.
  if (identity.relation === 'self' && kindOf(identity) === 'class') return 'need-lot';
  return others.some((other) => other.certainty === 'certain' && other.lots.length === 1) ? 'yes' : 'maybe';
}
