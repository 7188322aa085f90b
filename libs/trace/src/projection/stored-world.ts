import { describeKey, isTradeItem } from '@suyuan/gs1';
import { Sql } from '@suyuan/platform';
import { Fact } from '../domain/facts/fact';
import { PlaceParties } from '../domain/facts/parties';
import { ThingState } from '../domain/lineage/graph-source';
import { Claims } from '../domain/world/cohort';
import { ContentRow } from '../domain/world/rows';
import { newThing } from '../domain/world/thing';
import { World } from '../domain/world/world';
import { GraphNames } from './graph-names';
import { StockRows } from './stock-rows';
import { ThingStates } from './thing-states';

/** Stored states of some nodes with everything a step on them may move or ask: containers above, contents below. */
export interface StoredNodes {
  readonly things: ReadonlyMap<string, ThingState>;
  readonly contents: readonly ContentRow[];
  /** Products whose class-level stock is among the nodes. */
  readonly products: ReadonlySet<string>;
}

export async function loadNodes(
  sql: Sql,
  schema: string,
  names: GraphNames,
  states: ThingStates,
  keys: readonly string[],
  products: readonly string[],
): Promise<StoredNodes> {
  const named = await states.of(keys);
  const below = await states.inside(named.map(({ key }) => key));
  const things = new Map([...named, ...below].map((thing) => [thing.key, thing]));
  const above = [...new Set([...things.values()].flatMap(({ containers }) => containers))].filter((key) => !things.has(key));
  for (const thing of await states.of(above)) things.set(thing.key, thing);
  const contents = await new StockRows(sql, schema, names).inContainers([...things.keys()]);
  return { things, contents, products: new Set([...products, ...contents.map(({ cohort }) => cohort.product)]) };
}

/** A world that goes on from stored states. `factsOf`: the new ones, which claim lots for things not stored yet. */
export async function worldFrom(
  sql: Sql,
  schema: string,
  names: GraphNames,
  stored: StoredNodes,
  options: { placeParties: PlaceParties; includes: (node: string) => boolean; factsOf: (key: string) => readonly Fact[] },
): Promise<World> {
  const world = new World(options.placeParties, options.factsOf, options.includes);
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
  const products = [...stored.products].filter((product) => options.includes(`stock:${product}`));
  for (const row of await new StockRows(sql, schema, names).loose(products))
    world.stock(row.cohort.product).restore(row.uom, row.account, row.amount);
  return world;
}

function thingFrom(world: World, state: ThingState): ReturnType<typeof newThing> {
  const { kind } = describeKey(state.key);
  const thing = newThing(state.key, world.intern(state.cohort), {
    isTradeItem: isTradeItem(state.key),
    isCarrier: kind === 'logistic-unit' || kind === 'returnable',
  });
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
