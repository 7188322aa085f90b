import { Fact } from '../domain/facts/fact';
import { stockNode, stocksOf, thingsOf } from '../domain/facts/mentions';
import { PlaceParties } from '../domain/facts/parties';
import { replay } from '../domain/world/replay';
import { rowsOf, sameState, thingRow } from '../domain/world/rows';
import { World } from '../domain/world/world';
import { Bundle } from './bundle';
import { bundled } from './bundle-book';
import { BundleStore } from './bundle-store';
import { closureOf } from './closure';
import { continueWorld, GraphPlace, sortFacts } from './continuation';
import { FactStore, placeNode } from './fact-store';
import { isAfter, markOf, OrderBook } from './order-book';
import { placesMoved } from './place-parties';
import { RowWriter } from './row-writer';
import { ThingStates } from './thing-states';

interface Worlds {
  readonly before: PlaceParties;
  readonly after: PlaceParties;
  readonly wasKnown: (fact: Fact) => boolean;
  readonly isKnown: (fact: Fact) => boolean;
}

/** How a batch stands to what was known before it. */
export interface BatchTimes {
  readonly from: number;
  readonly oldHorizon: number;
  readonly horizon: number;
  readonly before: PlaceParties;
  readonly after: PlaceParties;
}

/** One batch on its way into the tables. */
export class BatchStep {
  private readonly touched = new Set<string>();

  constructor(
    private readonly place: GraphPlace,
    private readonly store: FactStore,
    public nextBundle: number,
  ) {}

  async take(facts: readonly Fact[], times: BatchTimes): Promise<Set<string>> {
    const { tx, schema, names } = this.place;
    const { from, oldHorizon, horizon, before, after } = times;
    const moved = placesMoved(before, after);
    const due = from === 0 ? [] : await this.store.takeDue(tx, horizon, from);
    if (facts.length + due.length + moved.length === 0) return this.touched;
    let states = new ThingStates(tx, schema, names);
    const keys = [...new Set(facts.flatMap(({ event }) => thingsOf(event).map(({ key }) => key)))];
    const bundling = bundled(facts, await states.bundlesOf(keys), this.nextBundle);
    this.nextBundle = bundling.nextId;
    await this.store.add(tx, facts, horizon);
    let written = false;
    let replayed = false;
    const write = async (changed: ReadonlySet<Bundle>): Promise<void> => {
      if (written) await states.bundles.save(tx, changed);
      else await states.bundles.write(tx, bundling, changed);
      written = true;
    };

    const ready = facts.filter((fact) => fact.declaration || fact.event.eventTimeMicros <= horizon);
    const voided = await this.store.voidedOf(
      tx,
      ready.map(({ event }) => event.eventId),
    );
    // What counted before, and what counts already of this batch: the rest of it is not there yet.
    const counted = new Set<number>();
    const wasKnown = (fact: Fact): boolean =>
      (fact.position <= from && (fact.declaration || fact.event.eventTimeMicros <= oldHorizon)) || counted.has(fact.position);
    let rest: readonly Fact[] = ready;
    for (let first = true; first || rest.length > 0; first = false) {
      const current = states;
      const bundleOf = (key: string): Bundle | undefined =>
        replayed ? current.bundleOf(key) : (bundling.of.get(key) ?? current.bundleOf(key));
      const { inOrder, late, stored } = await sortFacts(this.place, states, rest, voided, bundleOf);
      const changed = first ? [...late, ...due] : late;
      if (changed.length > 0 || (first && moved.length > 0)) {
        // Late facts first; what is left is judged again on top of them.
        if (!written) await write(new Set());
        const news = new Set(changed.map(({ position }) => position));
        await this.replayAround(await this.seedsOf(changed, first ? moved : []), {
          before: first ? before : after,
          after,
          wasKnown,
          isKnown: (fact) => wasKnown(fact) || news.has(fact.position),
        });
        for (const position of news) counted.add(position);
        rest = inOrder;
        // What was read before the replay is stale now.
        states = new ThingStates(tx, schema, names);
        await states.bundlesOf(keys);
        replayed = true;
        continue;
      }
      if (inOrder.length > 0) {
        const { before: old, after: now, world } = await continueWorld(this.place, inOrder, stored, after, bundleOf);
        const fresh = new Set(inOrder.map(({ position }) => position));
        for (const product of await new RowWriter(tx, schema, names, fresh).write(old, now)) this.touched.add(product);
        await write(this.settle(world, bundleOf));
        await this.noteStocks(world, bundleOf);
      }
      break;
    }
    if (!written) await write(new Set());
    return this.touched;
  }

  /** Gives the bundles the states that their things have now. @returns those that changed */
  private settle(world: World, bundleOf: (key: string) => Bundle | undefined, previous?: World): Set<Bundle> {
    const changed = new Set<Bundle>();
    const seen = new Set<Bundle>();
    for (const key of new Set([...world.things.keys(), ...(previous?.things.keys() ?? [])])) {
      const bundle = bundleOf(key);
      if (bundle === undefined) throw new Error(`no bundle is known of ${key}`);
      if (seen.has(bundle)) continue;
      seen.add(bundle);
      const thing = world.things.get(key);
      const next = thing === undefined ? undefined : thingRow(world, thing);
      const was = previous?.things.get(key);
      const before = previous === undefined ? bundle.state : was === undefined ? undefined : thingRow(previous, was);
      if (!sameState(before, next)) {
        bundle.state = next;
        changed.add(bundle);
        for (const state of [before, next]) {
          if (state !== undefined) for (const product of [state.cohort.product, ...state.lots]) this.touched.add(product);
        }
      }
    }
    for (const [node, step] of world.reached) {
      const bundle = bundleOf(node);
      const mark = markOf(step);
      if (bundle === undefined || (bundle.mark !== undefined && !isAfter(mark, bundle.mark))) continue;
      bundle.mark = mark;
      changed.add(bundle);
    }
    return changed;
  }

  /** The marks of what is no thing. */
  private async noteStocks(world: World, bundleOf: (key: string) => Bundle | undefined): Promise<void> {
    const { tx, schema, names } = this.place;
    const stocks = [...world.reached].filter(([node]) => bundleOf(node) === undefined);
    await new OrderBook(tx, schema, names).note(new Map(stocks.map(([node, step]) => [node, markOf(step)])));
  }

  /** Replays what the seeds can reach, as it was and as it is now, and writes the difference. */
  private async replayAround(seeds: ReadonlySet<string>, worlds: Worlds): Promise<void> {
    if (seeds.size === 0) return;
    const { tx, schema, names } = this.place;
    const closure = await closureOf((wanted) => this.store.naming(tx, wanted), seeds);
    const includes = (node: string): boolean => closure.nodes.has(node);
    const old = replay(closure.facts.filter(worlds.wasKnown), { placeParties: worlds.before, includes });
    const now = replay(closure.facts.filter(worlds.isKnown), { placeParties: worlds.after, includes });
    const none = (): boolean => false;
    for (const product of await new RowWriter(tx, schema, names).write(rowsOf(old, none), rowsOf(now, none)))
      this.touched.add(product);
    const bundles = new BundleStore(tx, schema, names);
    const known = await bundles.of([...old.things.keys(), ...now.things.keys(), ...now.reached.keys()]);
    const bundleOf = (key: string): Bundle | undefined => known.get(key);
    await bundles.save(tx, this.settle(now, bundleOf, old));
    await this.noteStocks(now, bundleOf);
  }

  /** What the new facts speak of. A declaration speaks of what its original spoke of. */
  private async seedsOf(facts: readonly Fact[], places: readonly string[]): Promise<Set<string>> {
    const { tx } = this.place;
    const seeds = new Set<string>();
    const voided = facts.filter(({ declaration }) => declaration).map(({ event }) => event.eventId);
    const originals = voided.length === 0 ? [] : await this.store.withEventIds(tx, voided);
    const moved = places.length === 0 ? [] : await this.store.naming(tx, places.map(placeNode));
    for (const { event } of [...facts, ...originals, ...moved]) {
      for (const { key } of thingsOf(event)) seeds.add(key);
      for (const product of stocksOf(event)) seeds.add(stockNode(product));
    }
    return seeds;
  }
}
