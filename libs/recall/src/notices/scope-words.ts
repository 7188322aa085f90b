import { toUri } from '@suyuan/gs1';
import { Scope, ScopeEntry } from '@suyuan/trace/domain';
import { fill } from './fill';
import { NoticePhrases } from './notice-phrases';

/** So many lots of one entry are spelt out; a notice is read by people, machines take the predicate. */
const LOTS_SPELT_OUT = 20;

/** The scope as a shopkeeper reads it, one text an entry, codes as they are printed on the goods. */
export function scopeWords(scope: Scope, phrases: NoticePhrases): string {
  const parts = scope.include.map((entry) => entryWords(entry, phrases));
  const except = (scope.exclude ?? []).map((entry) => entryWords(entry, phrases));
  return [
    ...parts,
    ...(except.length === 0 ? [] : [fill(phrases.scope.except, { value: except.join(phrases.comma) })]),
    ...(scope.derived === false ? [] : [phrases.scope.derived]),
  ].join(phrases.semicolon);
}

function entryWords(entry: ScopeEntry, { scope: words, comma }: NoticePhrases): string {
  const { lots = [], serialRanges = [], inputLots = [], producedBetween } = entry;
  const spelt = lots.slice(0, LOTS_SPELT_OUT).join(comma);
  const more = lots.length > LOTS_SPELT_OUT ? fill(words.more, { value: String(lots.length) }) : '';
  return [
    ...(entry.gtin === undefined ? [] : [fill(words.gtin, { value: entry.gtin })]),
    ...(lots.length === 0 ? [] : [fill(words.lots, { value: spelt }) + more]),
    ...(entry.lotPattern === undefined ? [] : [fill(words.lotPattern, { value: entry.lotPattern })]),
    ...serialRanges.map(
      ({ from, to, lot }) => fill(words.serials, { from, to }) + (lot === undefined ? '' : fill(words.inLot, { value: lot })),
    ),
    ...(producedBetween === undefined ? [] : [fill(words.produced, producedBetween)]),
    ...(entry.place === undefined ? [] : [fill(words.place, { value: toUri(entry.place) })]),
    ...inputLots.map((lot) => fill(words.inputLot, { value: toUri(lot) })),
  ].join(comma);
}
