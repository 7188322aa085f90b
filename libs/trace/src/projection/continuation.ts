import { Transaction } from '@suyuan/platform';
import { Fact } from '../domain/facts/fact';
import { stockNode, stocksOf, thingsOf } from '../domain/facts/mentions';
import { PlaceParties } from '../domain/facts/parties';
import { stepsInOrder } from '../domain/facts/step';
import { apply } from '../domain/world/apply';
import { claimsOf } from '../domain/world/cohort';
import { factsByThing, objectToLots } from '../domain/world/replay';
import { rowsOf, WorldRows } from '../domain/world/rows';
import { World } from '../domain/world/world';
import { Bundle, standsForItsBundle } from './bundle';
import { GraphNames } from './graph-names';
import { isAfter, Mark, markOf, OrderBook } from './order-book';
import { loadNodes, StoredNodes, worldFrom } from './stored-world';
import { ThingStates } from './thing-states';

/** Where a graph's rows are and what their ids stand for. */
export interface GraphPlace {
  readonly tx: Transaction;
  readonly schema: string;
  readonly names: GraphNames;
}

/** Which of the new facts can go on from stored states, and what they come on top of. */
export interface Sorting {
  /** Later than everything that ever reached what they touch, and claiming nothing new of what is stored. */
  readonly inOrder: readonly Fact[];
  readonly late: readonly Fact[];
  readonly stored: StoredNodes;
}

/**
 * Sorts new events into those that continue the stored world and those that need a replay. Events that touch common goods
 * are judged together: one late event among them makes all of them late.
 * @param bundles of what the facts name, with the marks of what reached them last
 */
export async function sortFacts(
  { tx, schema, names }: GraphPlace,
  states: ThingStates,
  facts: readonly Fact[],
  voided: ReadonlySet<string>,
  bundleOf: (key: string) => Bundle | undefined,
): Promise<Sorting> {
  const stands = (key: string): boolean => standsForItsBundle(key, bundleOf(key));
  const stored = await loadNodes(tx, schema, names, states, facts, stands);
  const groups = new Groups();
  const named = new Set<string>();
  for (const { event } of facts) {
    const own = `event:${event.eventId}`;
    for (const { key } of thingsOf(event)) {
      if (!stands(key)) continue;
      named.add(key);
      groups.join(own, key);
    }
    for (const product of stocksOf(event)) groups.join(own, stockNode(product));
  }
  for (const { key, parent } of stored.things.values()) if (parent !== undefined) groups.join(key, parent);
  for (const { container, cohort } of stored.contents) groups.join(container, stockNode(cohort.product));

  const latest = new Map<string, Mark>();
  const note = (node: string, mark: Mark | undefined): void => {
    if (mark === undefined) return;
    const group = groups.of(node);
    const known = latest.get(group);
    if (known === undefined || isAfter(mark, known)) latest.set(group, mark);
  };
  for (const key of new Set([...named, ...stored.things.keys()])) note(key, bundleOf(key)?.mark);
  for (const [node, mark] of await new OrderBook(tx, schema, names).marks([...stored.products].map(stockNode))) note(node, mark);
  const steps = stepsInOrder(facts);
  const byThing = factsByThing(steps, stands);
  const late = new Set<string>();
  for (const step of steps) {
    const group = groups.of(`event:${step.fact.event.eventId}`);
    const mark = latest.get(group);
    if (step.fact.declaration || voided.has(step.fact.event.eventId) || (mark !== undefined && !isAfter(markOf(step), mark)))
      late.add(group);
  }
  for (const state of stored.things.values()) {
    const telling = byThing.get(state.key);
    if (telling === undefined) continue;
    const claims = claimsOf(state.key, telling);
    const knownMakers = state.cohort.madeBy.split(' ');
    const news =
      claims.lots.some(({ lot }) => !state.lots.includes(lot)) || claims.madeBy.some((name) => !knownMakers.includes(name));
    if (news || (claims.created && state.createdMicros === undefined)) late.add(groups.of(state.key));
  }
  const isLate = ({ event }: Fact): boolean => late.has(groups.of(`event:${event.eventId}`));
  return { inOrder: facts.filter((fact) => !isLate(fact)), late: facts.filter(isLate), stored };
}

/**
 * Lives new facts through on top of the stored states they were sorted against. Of things that no event tells apart one
 * lives for all: what happens to it is booked as often as there are things that it stands for.
 */
export async function continueWorld(
  { tx, schema, names }: GraphPlace,
  facts: readonly Fact[],
  stored: StoredNodes,
  placeParties: PlaceParties,
  bundleOf: (key: string) => Bundle | undefined,
): Promise<{ before: WorldRows; after: WorldRows; world: World }> {
  const steps = stepsInOrder(facts);
  const byThing = factsByThing(steps, (key) => standsForItsBundle(key, bundleOf(key)));
  const nodes = new Set<string>([...stored.things.keys(), ...[...stored.products].map(stockNode), ...byThing.keys()]);
  const world = await worldFrom(tx, schema, names, stored, {
    placeParties,
    includes: (node) => nodes.has(node),
    factsOf: (key) => byThing.get(key) ?? [],
    alikeOf: (key) => bundleOf(key)?.keys ?? [key],
  });
  // Of the things themselves only the state afterwards is written.
  const before = rowsOf(world, () => false);
  for (const step of steps) apply(world, step);
  for (const key of world.things.keys()) if (!stored.things.has(key)) objectToLots(world, key);
  return { before, after: rowsOf(world, () => false), world };
}

/** Disjoint sets of names. */
class Groups {
  private readonly parents = new Map<string, string>();

  of(name: string): string {
    let root = name;
    for (let next = this.parents.get(root); next !== undefined; next = this.parents.get(root)) root = next;
    for (let at = name; at !== root;) {
      const next = this.parents.get(at) ?? root;
      this.parents.set(at, root);
      at = next;
    }
    return root;
  }

  join(a: string, b: string): void {
    const [x, y] = [this.of(a), this.of(b)];
    if (x !== y) this.parents.set(x, y);
  }
}
