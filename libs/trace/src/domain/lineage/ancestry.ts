import { describeKey, gtinOf } from '@suyuan/gs1';
import { Ancestry, AncestryIdentity, Certainty } from '../trace-reader';
import { Cohort, cohortName, isMade, transformationsOf } from '../world/cohort';
import { GraphSource, LineageLine, lineName, sortedBy, ThingState } from './graph-source';
import { edgeCertainty, grouped, inputFamilies, isItself, isSoleOrigin, Selection } from './reach';
import { microsToTime } from '../facts/time';

/** Everything a code was made from, transitively, beginning with itself and what is inside it. */
export interface Origins {
  /** Things by key, with how surely they are in it; the start and its contents are here too. */
  readonly things: Map<string, { state: ThingState; certainty: Certainty; relation: AncestryIdentity['relation'] }>;
  readonly cohorts: Selection;
  readonly relations: Map<string, AncestryIdentity['relation']>;
  readonly transformations: Map<string, readonly LineageLine[]>;
  /** Keys of the things that something was made from; the rest is what was asked for and what is inside it. */
  readonly ancestors: Set<string>;
}

interface Node {
  readonly cohort: Cohort;
  readonly thing: ThingState | undefined;
  readonly certainty: Certainty;
}

const weaker = (a: Certainty, b: Certainty): Certainty => (a === 'certain' && b === 'certain' ? 'certain' : 'possible');

/** The mirror image of `reachForward`: B is reached from A exactly when A is among the origins of B. */
export async function originsOf(source: GraphSource, key: string): Promise<Origins> {
  const origins: Origins = {
    things: new Map(),
    cohorts: new Selection(),
    relations: new Map(),
    transformations: new Map(),
    ancestors: new Set(),
  };
  let frontier = await startOf(source, key, origins);
  while (frontier.length > 0) {
    const inputs = new WaveInputs();
    const makers = new Makers(await linesMaking(source, frontier));
    const stocks = frontier.filter(({ cohort }) => cohort.kind === 'stock').map(({ cohort }) => cohort.product);
    const stockOrigins = await source.stockOrigins(stocks);
    for (const node of frontier) {
      for (const way of makers.waysInto(node, stockOrigins)) {
        origins.transformations.set(way.output.transformation, way.lines);
        inputs.add(node, way);
      }
    }
    frontier = await addInputs(source, origins, inputs);
  }
  return origins;
}

/** A transformation that a node came out of, with the output line that it is. */
interface Way {
  readonly lines: readonly LineageLine[];
  readonly output: LineageLine;
  readonly certainty: Certainty;
}

/**
 * What went into the goods of one wave, each with its surest way. Serials of one transformation share its inputs, so these
 * are gone through once for each kind of output and certainty, and not once for each serial.
 */
class WaveInputs {
  readonly things = new Map<string, Certainty>();
  readonly stocks = new Map<string, { cohort: Cohort; certainty: Certainty }>();
  /** Inputs left out so far, because the node that was asked is the input itself, reworked. */
  private readonly left = new Map<string, LineageLine[]>();

  add(node: Node, { lines, output, certainty }: Way): void {
    const isOwn = (line: LineageLine): boolean =>
      node.thing === undefined || output.cohort.kind === 'stock' ? isItself(line, output) : line.thing === node.thing.key;
    const sure = weaker(node.certainty, certainty);
    const name = `${sure} ${output.cohort.kind} ${output.transformation}`;
    const asked = this.left.get(name) ?? lines.filter(({ side }) => side === 'input');
    if (asked.length === 0) return;
    const families = inputFamilies(lines);
    for (const input of asked) if (!isOwn(input)) this.note(input, weaker(sure, edgeCertainty(families, input, output)));
    this.left.set(name, asked.filter(isOwn));
  }

  private note(input: LineageLine, certainty: Certainty): void {
    if (input.thing === undefined) {
      const name = cohortName(input.cohort);
      if (this.stocks.get(name)?.certainty !== 'certain') this.stocks.set(name, { cohort: input.cohort, certainty });
    } else if (this.things.get(input.thing) !== 'certain') this.things.set(input.thing, certainty);
  }
}

/** The lines of a wave's transformations, found by what came out. */
class Makers {
  private readonly byCohort = new Map<string, LineageLine>();
  private readonly byProduct = new Map<string, LineageLine[]>();

  constructor(private readonly transformations: ReadonlyMap<string, readonly LineageLine[]>) {
    for (const lines of transformations.values()) {
      for (const line of lines) {
        if (line.side !== 'output') continue;
        const name = `${line.transformation}\n${cohortName(line.cohort)}`;
        if (!this.byCohort.has(name)) this.byCohort.set(name, line);
        if (line.cohort.kind !== 'stock') continue;
        const known = this.byProduct.get(line.cohort.product);
        if (known === undefined) this.byProduct.set(line.cohort.product, [line]);
        else known.push(line);
      }
    }
  }

  waysInto({ cohort, thing }: Node, stockOrigins: ReadonlyMap<string, readonly string[]>): Way[] {
    const ways: Way[] = [];
    for (const name of transformationsOf(cohort)) {
      const output = this.byCohort.get(`${name}\n${cohortName(cohort)}`);
      if (output !== undefined) ways.push({ lines: this.linesOf(output), output, certainty: 'certain' });
    }
    if (isMade(cohort)) return ways;
    const found = new Map<string, LineageLine>();
    for (const product of new Set([cohort.product, ...(thing?.lots ?? [])]))
      for (const output of this.byProduct.get(product) ?? []) found.set(output.transformation, output);
    for (const output of found.values()) {
      const lines = this.linesOf(output);
      const sole = cohort.kind === 'stock' && isSoleOrigin(lines, cohort.product, stockOrigins);
      ways.push({ lines, output, certainty: sole ? 'certain' : 'possible' });
    }
    return ways;
  }

  private linesOf({ transformation }: LineageLine): readonly LineageLine[] {
    return this.transformations.get(transformation) ?? [];
  }
}

async function startOf(source: GraphSource, key: string, origins: Origins): Promise<Node[]> {
  const nodes: Node[] = [];
  const { kind, gtin } = describeKey(key);
  if (kind === 'lot' || (kind === 'class' && gtin !== undefined)) {
    const products = kind === 'lot' ? [key] : await source.productsOfClass(gtin ?? '');
    const cohorts = await source.cohortsOf(products);
    // Serials of one lot may have different origins: of the lot as a whole each is only possible.
    for (const cohort of cohorts)
      addCohort(origins, cohort, cohorts.length === 1 ? 'certain' : 'possible', kind === 'lot' ? 'self' : 'member', nodes);
    const conflicted = await source.conflicted(products);
    const wholes = conflicted.map((state) => state.key);
    for (const { part, partCohort } of await source.partsIn(cohorts, wholes)) {
      if (part === undefined) addCohort(origins, partCohort, 'possible', 'content', nodes);
      else for (const state of await source.things([part])) addThing(origins, state, 'possible', 'content', nodes);
    }
    for (const state of conflicted) addThing(origins, state, 'possible', kind === 'lot' ? 'self' : 'member', nodes);
    return nodes;
  }
  for (const state of await source.things([key])) addThing(origins, state, 'certain', 'self', nodes);
  const inside = await source.contentsOf([key]);
  for (const state of inside.things) addThing(origins, state, 'certain', 'content', nodes);
  for (const { cohort } of inside.quantities) addCohort(origins, cohort, 'certain', 'content', nodes);
  return nodes;
}

async function linesMaking(source: GraphSource, frontier: readonly Node[]): Promise<Map<string, LineageLine[]>> {
  const named = new Set(frontier.flatMap(({ cohort }) => transformationsOf(cohort)));
  const products = new Set(
    frontier.filter(({ cohort }) => !isMade(cohort)).flatMap((node) => [node.cohort.product, ...(node.thing?.lots ?? [])]),
  );
  const lines = [...(await source.linesOf([...named])), ...(await source.makersOfStock([...products]))];
  // A transformation may be found both ways, in rows of its own each time.
  return grouped([...new Map(lines.map((line) => [lineName(line), line])).values()]);
}

/** @returns what is news: the next wave */
async function addInputs(source: GraphSource, origins: Origins, { things, stocks }: WaveInputs): Promise<Node[]> {
  const next: Node[] = [];
  for (const key of things.keys()) origins.ancestors.add(key);
  if (things.size > 0)
    for (const state of await source.things([...things.keys()]))
      addThing(origins, state, things.get(state.key) ?? 'possible', 'ancestor', next);
  for (const { cohort, certainty } of stocks.values()) addCohort(origins, cohort, certainty, 'ancestor', next);
  const products = [...stocks.values()].map(({ cohort }) => cohort.product);
  // Goods used without serials may have been any serial of the lot.
  if (products.length > 0)
    for (const cohort of await source.cohortsOf(products))
      if (cohort.kind === 'units') addCohort(origins, cohort, 'possible', 'ancestor', next);
  return next;
}

function addThing(
  origins: Origins,
  state: ThingState,
  certainty: Certainty,
  relation: AncestryIdentity['relation'],
  next: Node[],
): void {
  const known = origins.things.get(state.key);
  if (known !== undefined && (known.certainty === 'certain' || certainty === 'possible')) return;
  origins.things.set(state.key, { state, certainty, relation: known?.relation ?? relation });
  next.push({ cohort: state.cohort, thing: state, certainty });
}

function addCohort(
  origins: Origins,
  cohort: Cohort,
  certainty: Certainty,
  relation: AncestryIdentity['relation'],
  next: Node[],
): void {
  if (!origins.cohorts.addCohort(cohort, certainty)) return;
  const name = cohortName(cohort);
  if (!origins.relations.has(name)) origins.relations.set(name, relation);
  next.push({ cohort, thing: undefined, certainty });
}

/** The origins as identities that a recall's scope is matched against; the code itself comes first. */
export async function ancestryOf(source: GraphSource, key: string): Promise<Ancestry> {
  const { kind } = describeKey(key);
  const origins = await originsOf(source, key);
  const self = origins.things.get(key);
  const first = self === undefined ? bareIdentity(key, 'certain', 'self') : thingIdentity(self);
  const identities: AncestryIdentity[] = [];
  for (const entry of origins.things.values()) if (entry.state.key !== key) identities.push(thingIdentity(entry));
  for (const [name, { cohort, certainty }] of origins.cohorts.cohorts) {
    if (cohort.product !== key)
      identities.push(bareIdentity(cohort.product, certainty, origins.relations.get(name) ?? 'ancestor'));
  }
  return {
    key,
    kind,
    identities: [first, ...sortedBy(identities, ({ key: name, relation, certainty }) => [name, certainty, relation].join('\n'))],
  };
}

function thingIdentity({
  state,
  certainty,
  relation,
}: {
  state: ThingState;
  certainty: Certainty;
  relation: AncestryIdentity['relation'];
}): AncestryIdentity {
  const { gtin, serial } = describeKey(state.key);
  return {
    key: state.key,
    ...(gtin === undefined ? {} : { gtin }),
    ...(serial === undefined ? {} : { serial }),
    lots: state.lots,
    ...(state.createdMicros === undefined ? {} : { createdAt: microsToTime(state.createdMicros) }),
    ...(state.createdPlace === null ? {} : { createdAtPlace: state.createdPlace }),
    certainty,
    relation,
  };
}

function bareIdentity(key: string, certainty: Certainty, relation: AncestryIdentity['relation']): AncestryIdentity {
  const { kind, serial } = describeKey(key);
  const gtin = gtinOf(key);
  return {
    key,
    ...(gtin === undefined ? {} : { gtin }),
    ...(serial === undefined ? {} : { serial }),
    lots: kind === 'lot' ? [key] : [],
    certainty,
    relation,
  };
}
