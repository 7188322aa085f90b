import { describeKey, gtinOf, lotKey, lotOf } from '@suyuan/gs1';
import { Certainty, Scope, ScopeEntry } from '../trace-reader';
import { timeToMicros } from '../facts/time';
import { Cohort, cohortName } from '../world/cohort';
import { GraphSource, PostingPage, ThingPage, ThingState } from './graph-source';
import { lotPatternMatches } from './lot-pattern';
import { reachForward, Selection } from './reach';
import { isInRange } from './serial-range';

const PAGE = 5_000;

/**
 * The goods that a recall's scope names, before anything made from them. Fields of one entry narrow, values of one field
 * widen, entries widen; `exclude` takes away. Whole lots stay cohorts; only unit-level fields make us look at serials.
 */
export async function selectScope(source: GraphSource, scope: Scope): Promise<Selection> {
  const selection = new Selection();
  for (const entry of scope.include) await selectEntry(source, entry, scope.exclude ?? [], selection);
  return selection;
}

async function selectEntry(
  source: GraphSource,
  entry: ScopeEntry,
  exclude: readonly ScopeEntry[],
  selection: Selection,
): Promise<void> {
  const base =
    entry.inputLots === undefined
      ? await productsAsSelection(source, entry)
      : await derivedSelection(source, entry, entry.inputLots);
  const unitLevel =
    needsUnits(entry) || exclude.some((other) => needsUnits(other) || other.lots !== undefined || other.lotPattern !== undefined);
  for (const { cohort, certainty } of base.cohorts.values()) {
    if (
      !productMatches(entry, cohort.product) ||
      exclude.some((other) => !needsUnits(other) && wholeProductMatches(other, cohort.product))
    )
      continue;
    if (!unitLevel) selection.addCohort(cohort, certainty);
    else if (cohort.kind === 'stock') await addStock(source, entry, cohort, selection);
    else if (entry.serialRanges === undefined || entry.gtin === undefined)
      await addUnits(source, entry, exclude, cohort, certainty, selection);
  }
  // Serials of a range are found by their serials, however large their lots are.
  for (const range of entry.gtin === undefined ? [] : (entry.serialRanges ?? [])) {
    for (const thing of await source.serials(entry.gtin ?? '', range)) {
      const certainty = base.cohorts.get(cohortName(thing.cohort))?.certainty;
      if (certainty === undefined || !unitMatches(entry, thing) || exclude.some((other) => unitMatches(other, thing))) continue;
      selection.addThing(thing.key, unitCertainty(entry, thing, certainty));
    }
  }
  for (const thing of await source.things([...base.things.keys()])) {
    if (unitMatches(entry, thing) && !exclude.some((other) => unitMatches(other, thing)))
      selection.addThing(thing.key, base.things.get(thing.key) ?? 'possible');
  }
}

async function productsAsSelection(source: GraphSource, entry: ScopeEntry): Promise<Selection> {
  const base = new Selection();
  if (entry.gtin === undefined) return base;
  const products = (await source.productsOfClass(entry.gtin)).filter((product) => productMatches(entry, product));
  // A range may reach serials whose lot nobody reported, and a lot may be claimed beside the one that is shown.
  const wanted =
    entry.lots === undefined ? products : [...new Set([...products, ...entry.lots.map((lot) => lotKey(entry.gtin ?? '', lot))])];
  for (const cohort of await source.cohortsOf(wanted))
    base.addCohort(cohort, cohort.conflicted && entry.lots !== undefined ? 'possible' : 'certain');
  const chosen = new Set(wanted);
  for (const thing of await source.conflicted(wanted))
    if (!chosen.has(thing.cohort.product)) base.addThing(thing.key, 'possible');
  return base;
}

async function derivedSelection(source: GraphSource, entry: ScopeEntry, inputLots: readonly string[]): Promise<Selection> {
  const start = new Selection();
  for (const cohort of await source.cohortsOf(inputLots)) start.addCohort(cohort, cohort.conflicted ? 'possible' : 'certain');
  for (const thing of await source.conflicted(inputLots)) start.addThing(thing.key, 'possible');
  const { wholes } = await reachForward(source, start);
  for (const [key, certainty] of wholes) start.addThing(key, certainty);
  if (entry.gtin === undefined) return start;
  const narrowed = new Selection();
  for (const { cohort, certainty } of start.cohorts.values())
    if (gtinOf(cohort.product) === entry.gtin) narrowed.addCohort(cohort, certainty);
  for (const [key, certainty] of start.things) if (gtinOf(key) === entry.gtin) narrowed.addThing(key, certainty);
  return narrowed;
}

async function addUnits(
  source: GraphSource,
  entry: ScopeEntry,
  exclude: readonly ScopeEntry[],
  cohort: Cohort,
  certainty: Certainty,
  selection: Selection,
): Promise<void> {
  for (let after: string | undefined = ''; after !== undefined;) {
    const page: ThingPage = await source.thingsOf([cohort], after, PAGE);
    for (const thing of page.things) {
      if (unitMatches(entry, thing) && !exclude.some((other) => unitMatches(other, thing)))
        selection.addThing(thing.key, unitCertainty(entry, thing, certainty));
    }
    after = page.next;
  }
}

/** Class-level goods carry no serial: a serial range can't tell, a production window or place can, if all were made there. */
async function addStock(source: GraphSource, entry: ScopeEntry, cohort: Cohort, selection: Selection): Promise<void> {
  if (entry.producedBetween === undefined && entry.place === undefined) {
    selection.addCohort(cohort, entry.serialRanges === undefined ? 'certain' : 'possible');
    return;
  }
  let [inside, outside] = [0, 0];
  for (let after: string | undefined = ''; after !== undefined;) {
    const page: PostingPage = await source.postingsPage([cohort], ['created'], after, PAGE);
    for (const { atMicros, account } of page.postings) {
      if (withinWindow(entry, atMicros) && (entry.place === undefined || account.place === entry.place)) inside += 1;
      else outside += 1;
    }
    after = page.next;
  }
  if (inside === 0 && outside > 0) return;
  selection.addCohort(cohort, inside > 0 && outside === 0 && entry.serialRanges === undefined ? 'certain' : 'possible');
}

function needsUnits(entry: ScopeEntry): boolean {
  return entry.serialRanges !== undefined || entry.producedBetween !== undefined || entry.place !== undefined;
}

function wholeProductMatches(entry: ScopeEntry, product: string): boolean {
  return (
    (entry.gtin !== undefined || entry.lots !== undefined) && productMatches(entry, product) && entry.inputLots === undefined
  );
}

/** Does the product-level part of an entry (GTIN, lots, pattern) speak of this product? */
function productMatches(entry: ScopeEntry, product: string): boolean {
  if (entry.gtin !== undefined && gtinOf(product) !== entry.gtin) return false;
  const lot = lotOf(product);
  if (entry.lots !== undefined && (lot === undefined || !entry.lots.includes(lot))) return false;
  return entry.lotPattern === undefined || (lot !== undefined && lotPatternMatches(entry.lotPattern, lot));
}

function unitMatches(entry: ScopeEntry, thing: ThingState): boolean {
  if (entry.inputLots === undefined && !productMatchesUnit(entry, thing)) return false;
  if (entry.serialRanges !== undefined && !entry.serialRanges.some((range) => serialInRange(thing, range))) return false;
  if (creationUnknown(thing)) return true; // it may have been made then and there: never a false clear
  if (entry.producedBetween !== undefined && !withinWindow(entry, thing.createdMicros ?? 0)) return false;
  return entry.place === undefined || thing.createdPlace === entry.place;
}

function creationUnknown(thing: ThingState): boolean {
  return thing.createdMicros === undefined;
}

function unitCertainty(entry: ScopeEntry, thing: ThingState, certainty: Certainty): Certainty {
  return (entry.producedBetween !== undefined || entry.place !== undefined) && creationUnknown(thing) ? 'possible' : certainty;
}

function productMatchesUnit(entry: ScopeEntry, thing: ThingState): boolean {
  return productMatches(entry, thing.cohort.product) || thing.lots.some((lot) => productMatches(entry, lot));
}

function withinWindow(entry: ScopeEntry, atMicros: number): boolean {
  if (entry.producedBetween === undefined) return true;
  const from = timeToMicros(entry.producedBetween.from);
  const to = timeToMicros(entry.producedBetween.to);
  return (from === undefined || atMicros >= from) && (to === undefined || atMicros <= to);
}

function serialInRange(thing: ThingState, range: { from: string; to: string; lot?: string }): boolean {
  const { serial } = describeKey(thing.key);
  if (serial === undefined) return false;
  if (range.lot !== undefined && !thing.lots.some((lot) => lotOf(lot) === range.lot)) return false;
  return isInRange(serial, range);
}
