import { Database, texts, Transaction } from '@suyuan/platform';
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
import { GraphNames } from './graph-names';
import { isAfter, markOf, OrderBook } from './order-book';
import { RowWriter } from './row-writer';
import { ThingStates } from './thing-states';

/** What a batch of log records says to the graph. */
export interface GraphBatch {
  /** Log position of the last record of the batch. */
  readonly position: number;
  readonly facts: readonly Fact[];
  /** Places whose party became known or changed, in order; null: master data no longer names one. */
  readonly placeParties: readonly { readonly place: string; readonly party: string | null; readonly position: number }[];
}

const LOCK = 7101004;

interface Worlds {
  readonly before: PlaceParties;
  readonly after: PlaceParties;
  readonly wasKnown: (fact: Fact) => boolean;
  readonly isKnown: (fact: Fact) => boolean;
}

/**
 * Keeps the tables equal to what a replay of all facts would derive. What comes in order goes on from the stored states;
 * for anything else the part of the world that it can reach is replayed, once without and once with it, and the
 * difference is written. Late, early, voiding: all the same.
 */
export class GraphProjection {
  private readonly names: GraphNames;
  private readonly store: FactStore;
  private placeParties: PlaceParties | undefined;
  private generation = '';

  constructor(
    private readonly database: Database,
    private readonly schema: string,
  ) {
    this.names = new GraphNames(schema);
    this.store = new FactStore(schema, this.names);
  }

  async position(): Promise<number> {
    const [row] = await this.database.query<{ position: number }>(`SELECT position FROM ${this.schema}.progress`);
    return row?.position ?? 0;
  }

  /**
   * Takes a batch in; one transaction with its own checkpoint, so a repeat changes nothing.
   * @param nowMicros events later than this wait for their time
   * @returns the position that is visible afterwards
   */
  async apply(batch: GraphBatch, nowMicros: number): Promise<number> {
    try {
      return await this.database.transaction((tx) => this.take(tx, batch, nowMicros));
    } catch (error) {
      // What was learned inside the transaction was never stored.
      this.forget();
      throw error;
    }
  }

  /** The earliest event that is known and not yet due, if any. */
  async nextDue(): Promise<number | undefined> {
    const [row] = await this.database.query<{ at: number | null }>(
      `SELECT min(event_time_micros) AS at FROM ${this.schema}.awaited`,
    );
    return row?.at ?? undefined;
  }

  private forget(): void {
    this.names.forget();
    this.placeParties = undefined;
  }

  private async take(tx: Transaction, batch: GraphBatch, nowMicros: number): Promise<number> {
    await tx.query('SELECT pg_advisory_xact_lock($1, hashtext($2))', [LOCK, this.schema]);
    const [progress] = await tx.query<{ position: number; horizon_micros: number; next_bundle: number; generation: string }>(
      `SELECT position, horizon_micros, next_bundle, generation FROM ${this.schema}.progress FOR UPDATE`,
    );
    const { position: from, horizon_micros: oldHorizon, next_bundle: nextBundle, generation } = progress ?? NOTHING;
    // A rebuild has put other tables in the place of those we know.
    if (generation !== this.generation) this.forget();
    this.generation = generation;
    const horizon = Math.max(nowMicros, oldHorizon);
    const upTo = Math.max(from, batch.position);
    const step = new BatchStep({ tx, schema: this.schema, names: this.names }, this.store, nextBundle);
    const before = this.placeParties ?? (await loadPlaceParties(tx, this.schema));
    const after = await storePlaceParties(
      tx,
      this.schema,
      before,
      batch.placeParties.filter(({ position }) => position > from),
    );
    const touched = await step.take(
      batch.facts.filter(({ position }) => position > from),
      { from, oldHorizon, horizon, before, after },
    );
    if (touched.size > 0)
      await tx.query(
        `INSERT INTO ${this.schema}.touched (position, product) SELECT $1, unnest($2::text[]) ON CONFLICT DO NOTHING`,
        [upTo, texts([...touched])],
      );
    await tx.query(`UPDATE ${this.schema}.progress SET position = $1, horizon_micros = $2, next_bundle = $3`, [
      upTo,
      horizon,
      step.nextBundle,
    ]);
    this.placeParties = after;
    return upTo;
  }
}

const NOTHING = { position: 0, horizon_micros: 0, next_bundle: 1, generation: '' };

/** How a batch stands to what was known before it. */
interface BatchTimes {
  readonly from: number;
  readonly oldHorizon: number;
  readonly horizon: number;
  readonly before: PlaceParties;
  readonly after: PlaceParties;
}

/** One batch on its way into the tables. */
class BatchStep {
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
        replayed = true;
        continue;
      }
      if (inOrder.length > 0) {
        const { before: old, after: now, world } = await continueWorld(this.place, inOrder, stored, after);
        for (const product of await new RowWriter(tx, schema, names).write(old, now)) this.touched.add(product);
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
    const closure = await closureOf(tx, this.store, seeds);
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

function placesMoved(before: PlaceParties, after: PlaceParties): string[] {
  if (before === after) return [];
  return [...new Set([...before.keys(), ...after.keys()])].filter((place) => before.get(place) !== after.get(place));
}

async function loadPlaceParties(tx: Transaction, schema: string): Promise<PlaceParties> {
  const rows = await tx.query<{ place: string; party: string }>(`SELECT place, party FROM ${schema}.place_party`);
  return new Map(rows.map(({ place, party }) => [place, party]));
}

/** @returns what is known after the changes */
async function storePlaceParties(
  tx: Transaction,
  schema: string,
  before: PlaceParties,
  changes: GraphBatch['placeParties'],
): Promise<PlaceParties> {
  if (changes.length === 0) return before;
  const after = new Map<string, string>(before);
  for (const { place, party } of changes) {
    if (party === null) after.delete(place);
    else after.set(place, party);
  }
  const changed = [...new Set(changes.map(({ place }) => place))];
  await tx.query(`DELETE FROM ${schema}.place_party WHERE place = ANY($1::text[])`, [texts(changed)]);
  const known = changed.filter((place) => after.has(place));
  await tx.query(`INSERT INTO ${schema}.place_party (place, party) SELECT * FROM unnest($1::text[], $2::text[])`, [
    texts(known),
    texts(known.map((place) => after.get(place))),
  ]);
  return after;
}
