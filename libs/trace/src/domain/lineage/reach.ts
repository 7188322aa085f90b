import { gtinOf } from '@suyuan/gs1';
import { Certainty } from '../trace-reader';
import { Cohort, cohortName, isMade, stockCohort } from '../world/cohort';
import { GraphSource, LineageLine } from './graph-source';

/** Goods picked out: whole cohorts where possible, single things where not. */
export class Selection {
  readonly cohorts = new Map<string, { cohort: Cohort; certainty: Certainty }>();
  readonly things = new Map<string, Certainty>();

  /** @returns true when this is news: a new cohort, or a possible one that became certain */
  addCohort(cohort: Cohort, certainty: Certainty): boolean {
    const name = cohortName(cohort);
    const known = this.cohorts.get(name);
    if (known !== undefined && (known.certainty === 'certain' || certainty === 'possible')) return false;
    this.cohorts.set(name, { cohort, certainty });
    return true;
  }

  addThing(key: string, certainty: Certainty): boolean {
    const known = this.things.get(key);
    if (known !== undefined && (known === 'certain' || certainty === 'possible')) return false;
    this.things.set(key, certainty);
    return true;
  }
}

/** What was reached and by which transformations. */
export interface Reach {
  readonly selection: Selection;
  /** Trade items that contain affected goods: named in the answer, and affected as a whole. */
  readonly wholes: Map<string, Certainty>;
  readonly transformations: Map<string, readonly LineageLine[]>;
  /** What of the selection was made from it: names of cohorts, keys of things. The rest is what was asked for. */
  readonly derived: Set<string>;
}

const weaker = (a: Certainty, b: Certainty): Certainty => (a === 'certain' && b === 'certain' ? 'certain' : 'possible');

/**
 * Everything made from the selected goods, transitively, and every trade item that contains them (TRACE.md section 6).
 * The relation is over cohorts: all serials of one transformation share their ancestors, so units are never walked.
 */
export async function reachForward(source: GraphSource, start: Selection): Promise<Reach> {
  const reach: Reach = { selection: start, wholes: new Map(), transformations: new Map(), derived: new Set() };
  let cohorts = [...start.cohorts.values()];
  let things = [...start.things].map(([key, certainty]) => ({ key, certainty }));
  while (cohorts.length > 0 || things.length > 0) {
    const nextCohorts: typeof cohorts = [];
    const nextThings: typeof things = [];
    const addCohort = (cohort: Cohort, certainty: Certainty): void => {
      reach.derived.add(cohortName(cohort));
      if (start.addCohort(cohort, certainty)) nextCohorts.push({ cohort, certainty });
    };
    const byProduct = unitsByProduct(cohorts);
    const asked = [...cohorts.map(({ cohort }) => cohort), ...[...byProduct.keys()].map(stockCohort)];
    const keys = things.map(({ key }) => key);
    for (const [transformation, lines] of grouped(await source.consumers(asked, keys))) {
      reach.transformations.set(transformation, lines);
      const best = surestInputs(lines, reachedInputs(lines, cohorts, things, byProduct));
      const lots: { output: LineageLine; certainty: Certainty }[] = [];
      for (const output of lines.filter(({ side }) => side === 'output')) {
        const certainty = best(output);
        if (certainty === undefined) continue;
        // What serials were made from is no question of their lot.
        if (output.cohort.kind === 'units') addCohort(output.cohort, certainty);
        else lots.push({ output, certainty });
      }
      await addWholeLots(source, lots, lines, addCohort, (key) => {
        reach.derived.add(key);
        if (start.addThing(key, 'possible')) nextThings.push({ key, certainty: 'possible' });
      });
    }
    for (const part of await source.wholesOf(
      cohorts.map(({ cohort }) => cohort),
      keys,
    )) {
      const certainty = partCertainty(part.part, part.partCohort, start);
      if (reach.wholes.get(part.whole) !== 'certain') reach.wholes.set(part.whole, certainty);
    }
    cohorts = nextCohorts;
    things = nextThings;
  }
  return reach;
}

/** A reworked thing does not descend from itself: it went in, and nothing but it came out of its cohort. */
export function isItself(input: LineageLine, output: LineageLine): boolean {
  return output.count === 1 && output.cohort.kind === 'units' && cohortName(input.cohort) === cohortName(output.cohort);
}

/**
 * How surely an output comes from some reached input. All outputs of a kind share the answer, but for a reworked serial,
 * which does not come from itself: many inputs into many outputs are not gone through pair by pair.
 */
function surestInputs(
  lines: readonly LineageLine[],
  inputs: readonly { line: LineageLine; certainty: Certainty }[],
): (output: LineageLine) => Certainty | undefined {
  const families = inputFamilies(lines);
  const own = new Set(inputs.map(({ line }) => cohortName(line.cohort)));
  const shared = new Map<string, Certainty | undefined>();
  const surest = (output: LineageLine): Certainty | undefined => {
    let best: Certainty | undefined;
    for (const { line, certainty } of inputs) {
      if (best === 'certain') break;
      if (!isItself(line, output)) best = weaker(certainty, edgeCertainty(families, line, output));
    }
    return best;
  };
  return (output) => {
    const { kind } = output.cohort;
    if (kind === 'units' && own.has(cohortName(output.cohort))) return surest(output);
    if (!shared.has(kind)) shared.set(kind, surest(output));
    return shared.get(kind);
  };
}

/** A class-level output can't be told apart: its class quantity, and its serials that no transformation made, `possible`. */
async function addWholeLots(
  source: GraphSource,
  lots: readonly { output: LineageLine; certainty: Certainty }[],
  lines: readonly LineageLine[],
  addCohort: (cohort: Cohort, certainty: Certainty) => void,
  addThing: (key: string) => void,
): Promise<void> {
  if (lots.length === 0) return;
  const products = [...new Set(lots.map(({ output }) => output.cohort.product))];
  const origins = await source.stockOrigins(products);
  for (const { output, certainty } of lots)
    addCohort(output.cohort, isSoleOrigin(lines, output.cohort.product, origins) ? certainty : 'possible');
  for (const cohort of await source.cohortsOf(products)) {
    if (cohort.kind === 'units' && !isMade(cohort)) addCohort(cohort, 'possible');
  }
  for (const thing of await source.conflicted(products)) if (!isMade(thing.cohort)) addThing(thing.key);
}

/** All class-level goods of the product came out of this transformation: where there are several origins, none is certain. */
export function isSoleOrigin(
  lines: readonly LineageLine[],
  product: string,
  stockOrigins: ReadonlyMap<string, readonly string[]>,
): boolean {
  const own = outputEvents(lines).get(product);
  return (stockOrigins.get(product) ?? []).every((eventId) => own?.has(eventId) ?? false);
}

/** Only a memory of what was read, for transformations that put out very many lots: lines never change. */
const OUTPUT_EVENTS = new WeakMap<readonly LineageLine[], ReadonlyMap<string, ReadonlySet<string>>>();

/** The events that put out each product. */
function outputEvents(lines: readonly LineageLine[]): ReadonlyMap<string, ReadonlySet<string>> {
  const known = OUTPUT_EVENTS.get(lines);
  if (known !== undefined) return known;
  const events = new Map<string, Set<string>>();
  for (const { side, cohort, eventId } of lines) {
    if (side !== 'output') continue;
    const of = events.get(cohort.product);
    if (of === undefined) events.set(cohort.product, new Set([eventId]));
    else of.add(eventId);
  }
  OUTPUT_EVENTS.set(lines, events);
  return events;
}

/** Units cohorts made by transformations, whose product's class-level consumption may be theirs. */
function unitsByProduct(cohorts: readonly { cohort: Cohort }[]): Map<string, true> {
  return new Map(cohorts.filter(({ cohort }) => cohort.kind === 'units').map(({ cohort }) => [cohort.product, true]));
}

function reachedInputs(
  lines: readonly LineageLine[],
  cohorts: readonly { cohort: Cohort; certainty: Certainty }[],
  things: readonly { key: string; certainty: Certainty }[],
  byProduct: ReadonlyMap<string, true>,
): { line: LineageLine; certainty: Certainty }[] {
  const ofCohort = new Map(cohorts.map(({ cohort, certainty }) => [cohortName(cohort), certainty]));
  const ofThing = new Map(things.map(({ key, certainty }) => [key, certainty]));
  const found: { line: LineageLine; certainty: Certainty }[] = [];
  for (const line of lines.filter(({ side }) => side === 'input')) {
    const byKey = line.thing === undefined ? undefined : ofThing.get(line.thing);
    const byCohort = ofCohort.get(cohortName(line.cohort));
    const direct = byCohort === 'certain' ? byCohort : (byKey ?? byCohort);
    if (direct !== undefined) found.push({ line, certainty: direct });
    else if (line.cohort.kind === 'stock' && byProduct.has(line.cohort.product)) found.push({ line, certainty: 'possible' });
  }
  return found;
}

/** By class, the products of it that went into a transformation. */
export type InputFamilies = ReadonlyMap<string, ReadonlySet<string>>;

const FAMILIES = new WeakMap<readonly LineageLine[], InputFamilies>();

export function inputFamilies(lines: readonly LineageLine[]): InputFamilies {
  const known = FAMILIES.get(lines);
  if (known !== undefined) return known;
  const families = new Map<string, Set<string>>();
  FAMILIES.set(lines, families);
  for (const { side, cohort } of lines) {
    if (side !== 'input') continue;
    const family = familyOf(cohort);
    const same = families.get(family);
    if (same === undefined) families.set(family, new Set([cohort.product]));
    else same.add(cohort.product);
  }
  return families;
}

const familyOf = ({ product }: Cohort): string => gtinOf(product) ?? product;

/** `certain` when the output can only contain it: a single input lot of that class, or instance to instance. */
export function edgeCertainty(families: InputFamilies, input: LineageLine, output: LineageLine): Certainty {
  if (input.cohort.kind === 'units' && output.cohort.kind === 'units') return 'certain';
  return (families.get(familyOf(input.cohort))?.size ?? 1) > 1 ? 'possible' : 'certain';
}

function partCertainty(part: string | undefined, cohort: Cohort, selection: Selection): Certainty {
  const single = part === undefined ? undefined : selection.things.get(part);
  return single === 'certain' || selection.cohorts.get(cohortName(cohort))?.certainty === 'certain' ? 'certain' : 'possible';
}

export function grouped(lines: readonly LineageLine[]): Map<string, LineageLine[]> {
  const groups = new Map<string, LineageLine[]>();
  for (const line of lines) {
    const group = groups.get(line.transformation);
    if (group === undefined) groups.set(line.transformation, [line]);
    else group.push(line);
  }
  return groups;
}
