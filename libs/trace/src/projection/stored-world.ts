import { CanonicalEvent } from '@suyuan/epcis';
import { describeKey, isTradeItem } from '@suyuan/gs1';
import { Sql } from '@suyuan/platform';
import { Fact } from '../domain/facts/fact';
import { stocksOf, thingsOf } from '../domain/facts/mentions';
import { PlaceParties } from '../domain/facts/parties';
import { ThingState } from '../domain/lineage/graph-source';
import { EACH } from '../domain/facts/quantity';
import { Claims, cohortName, stockCohort } from '../domain/world/cohort';
import { ContentRow } from '../domain/world/rows';
import { LoadLine, newThing, ownAmount, Thing } from '../domain/world/thing';
import { World } from '../domain/world/world';
import { GraphNames } from './graph-names';
import { StockRows } from './stock-rows';
import { ThingStates } from './thing-states';

/** Stored states of some nodes with what a step on them may move or ask. */
export interface StoredNodes {
  readonly things: ReadonlyMap<string, ThingState>;
  readonly contents: readonly ContentRow[];
  /** By container all that is inside it, also of what was not read. */
  readonly weights: ReadonlyMap<string, readonly LoadLine[]>;
  /** Products whose class-level stock is among the nodes. */
  readonly products: ReadonlySet<string>;
}

/**
 * Reads what the facts name, the containers above it, and of what is inside it only what they tell apart: a pallet that is
 * shipped moves as the sum of what is in it, one that is emptied lets each go by itself.
 * @param stands whether a thing stands for the others of its bundle, or for itself alone: the others are not read
 */
export async function loadNodes(
  sql: Sql,
  schema: string,
  names: GraphNames,
  states: ThingStates,
  facts: readonly Fact[],
  stands: (key: string) => boolean,
): Promise<StoredNodes> {
  const keys = new Set<string>();
  for (const { event } of facts) for (const { key } of thingsOf(event)) if (stands(key)) keys.add(key);
  const named = new Map((await states.of(keys)).map((thing) => [thing.key, thing]));
  const { emptied, opened } = readInside(facts, named);
  const below = [...(await states.firstChildren([...emptied])), ...(await states.firstsInside([...opened]))];
  const things = new Map([...named.values(), ...below].map((thing) => [thing.key, thing]));
  const above = [...new Set([...things.values()].flatMap(({ containers }) => containers))].filter((key) => !things.has(key));
  for (const thing of await states.of(above)) things.set(thing.key, thing);
  const stocks = new StockRows(sql, schema, names);
  const contents = await stocks.inContainers([...things.keys()]);
  return {
    things,
    contents,
    weights: await stocks.weightsOf([...things.keys()]),
    products: new Set([...facts.flatMap(({ event }) => stocksOf(event)), ...contents.map(({ cohort }) => cohort.product)]),
  };
}

/** Containers whose direct contents a step lets go one by one, and things of which everything inside is told apart. */
function readInside(
  facts: readonly Fact[],
  named: ReadonlyMap<string, ThingState>,
): { emptied: ReadonlySet<string>; opened: ReadonlySet<string> } {
  const emptied = new Set<string>();
  const opened = inTradeItems(facts, named);
  for (const { event } of facts) {
    if (event.bizStep === 'decommissioning') for (const { key } of thingsOf(event)) emptied.add(key);
    if (isContainment(event) && event.action === 'DELETE' && event.parent !== undefined && event.children.length === 0)
      emptied.add(event.parent.key);
    // What went in is named to the last part.
    for (const { key } of event.inputs) opened.add(key);
  }
  return { emptied, opened };
}

/**
 * Things that are inside a trade item, or that these facts may put into one, however they follow each other: of a trade
 * item every part is named, so what comes out of one or goes into one is read to the last part.
 */
function inTradeItems(facts: readonly Fact[], named: ReadonlyMap<string, ThingState>): Set<string> {
  const inside = new Set<string>();
  for (const { key, containers } of named.values()) if (containers.some(isTradeItem)) inside.add(key);
  const packings = facts.flatMap(({ event }) =>
    isContainment(event) && event.parent !== undefined ? [{ parent: event.parent.key, children: event.children }] : [],
  );
  for (let before = -1; before !== inside.size;) {
    before = inside.size;
    for (const { parent, children } of packings)
      if (isTradeItem(parent) || inside.has(parent)) for (const { key } of children) inside.add(key);
  }
  return inside;
}

const isContainment = ({ type }: CanonicalEvent): boolean => type === 'AggregationEvent' || type === 'AssociationEvent';

/** A world that goes on from stored states. `factsOf`: the new ones, which claim lots for things not stored yet. */
export async function worldFrom(
  sql: Sql,
  schema: string,
  names: GraphNames,
  stored: StoredNodes,
  options: {
    placeParties: PlaceParties;
    includes: (node: string) => boolean;
    factsOf: (key: string) => readonly Fact[];
    alikeOf: (key: string) => readonly string[];
  },
): Promise<World> {
  const world = new World(options.placeParties, options.factsOf, options.includes, options.includes, options.alikeOf);
  const wanted = [...stored.things.values()].filter(({ key }) => options.includes(key));
  for (const state of wanted) world.adopt(thingFrom(world, state), claimsFrom(state));
  for (const state of wanted) {
    const parent = state.parent === undefined ? undefined : world.things.get(state.parent);
    const child = world.things.get(state.key);
    if (parent !== undefined && child !== undefined) world.adoptStay(child, parent, state.parentSinceMicros, state.parentEventId);
  }
  for (const { container, cohort, uom, amount } of stored.contents) {
    if (options.includes(container)) world.thing(container).contents.set(`${cohort.product}\n${uom}`, amount);
  }
  for (const thing of world.things.values()) thing.unseen = unseenIn(world, thing, stored.weights);
  const products = [...stored.products].filter((product) => options.includes(`stock:${product}`));
  for (const row of await new StockRows(sql, schema, names).loose(products))
    world.stock(row.cohort.product).restore(row.uom, row.account, row.amount);
  return world;
}

/** What is inside a thing beyond its own contents and the children that were taken up, with what is in those. */
function unseenIn(world: World, thing: Thing, weights: StoredNodes['weights']): LoadLine[] {
  const whole = weights.get(thing.key);
  if (whole === undefined) return [];
  const left = new Map(
    whole.map(({ cohort, uom, amount, touches }) => [
      `${cohortName(cohort)}\n${uom}`,
      { cohort: world.intern(cohort), uom, amount, touches },
    ]),
  );
  const take = ({ cohort, uom, amount, touches }: LoadLine): void => {
    const line = left.get(`${cohortName(cohort)}\n${uom}`);
    if (line === undefined) throw new Error(`${thing.key} weighs less than what is in it`);
    line.amount -= amount;
    line.touches -= touches;
  };
  for (const [name, amount] of thing.contents) {
    const [product = '', uom = EACH] = name.split('\n');
    if (amount !== 0n) take({ cohort: stockCohort(product), uom, amount, touches: 1 });
  }
  for (const child of thing.children.values()) {
    take({ cohort: child.cohort, uom: EACH, amount: ownAmount(child), touches: child.count });
    for (const line of weights.get(child.key) ?? []) take(line);
  }
  return [...left.values()].filter(({ amount, touches }) => amount !== 0n || touches !== 0);
}

function thingFrom(world: World, state: ThingState): ReturnType<typeof newThing> {
  const { kind } = describeKey(state.key);
  const thing = newThing(
    state.key,
    world.intern(state.cohort),
    { isTradeItem: isTradeItem(state.key), isCarrier: kind === 'logistic-unit' || kind === 'returnable' },
    world.alikeOf(state.key).length,
  );
  thing.custody = state.parent === undefined ? state.custody : undefined;
  thing.lastSeen = state.lastSeen;
  thing.shippedFrom = state.shippedFrom;
  thing.custodySinceMicros = state.sinceMicros;
  thing.custodyEventId = state.eventId;
  thing.goneBy = state.goneBy;
  thing.creationEventId = state.creationEventId;
  thing.creationMicros = state.createdMicros;
  thing.creationPlace = state.createdPlace;
  return thing;
}

function claimsFrom(state: ThingState): Claims {
  return {
    lots: state.lots.map((lot) => ({ lot, eventId: '' })),
    madeBy: state.cohort.madeBy === '' ? [] : state.cohort.madeBy.split(' '),
    created: state.createdMicros !== undefined,
  };
}
