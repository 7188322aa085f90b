import { Database, Transaction } from '@suyuan/platform';
import { Fact } from '../domain/facts/fact';
import { stockNode, stocksOf, thingsOf } from '../domain/facts/mentions';
import { PlaceParties } from '../domain/facts/parties';
import { replay } from '../domain/world/replay';
import { rowsOf } from '../domain/world/rows';
import { closureOf } from './closure';
import { FactStore, placeNode } from './fact-store';
import { continueWorld, sortFacts } from './continuation';
import { OrderBook } from './order-book';
import { RowWriter } from './row-writer';

/** What a batch of log records says to the graph. */
export interface GraphBatch {
  /** Log position of the last record of the batch. */
  readonly position: number;
  readonly facts: readonly Fact[];
  /** Places whose party became known or changed, in order; null: master data no longer names one. */
  readonly placeParties: readonly { readonly place: string; readonly party: string | null; readonly position: number }[];
}

const LOCK = 7101004;

/**
 * Keeps the tables equal to what a replay of all facts would derive: for every batch it replays the part of the world
 * that the batch can reach, once without and once with it, and writes the difference. Late, early, voiding: all the same.
 */
export class GraphProjection {
  private readonly store: FactStore;

  constructor(
    private readonly database: Database,
    private readonly schema: string,
  ) {
    this.store = new FactStore(schema);
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
    return this.database.transaction(async (tx) => {
      await tx.query('SELECT pg_advisory_xact_lock($1, hashtext($2))', [LOCK, this.schema]);
      const [progress] = await tx.query<{ position: number; horizon_micros: number }>(
        `SELECT position, horizon_micros FROM ${this.schema}.progress FOR UPDATE`,
      );
      const from = progress?.position ?? 0;
      const oldHorizon = progress?.horizon_micros ?? 0;
      const horizon = Math.max(nowMicros, oldHorizon);
      const facts = batch.facts.filter(({ position }) => position > from);
      const upTo = Math.max(from, batch.position);
      const touched = await this.change(tx, {
        facts,
        from,
        oldHorizon,
        horizon,
        places: batch.placeParties.filter(({ position }) => position > from),
      });
      await tx.query(
        `INSERT INTO ${this.schema}.touched (position, product) SELECT $1, unnest($2::text[]) ON CONFLICT DO NOTHING`,
        [upTo, [...touched]],
      );
      await tx.query(`UPDATE ${this.schema}.progress SET position = $1, horizon_micros = $2`, [upTo, horizon]);
      return upTo;
    });
  }

  /** The earliest event that is known and not yet due, if any. */
  async nextDue(): Promise<number | undefined> {
    const [row] = await this.database.query<{ at: number | null }>(
      `SELECT min(event_time_micros) AS at FROM ${this.schema}.fact WHERE event_time_micros > (SELECT horizon_micros FROM ${this.schema}.progress)`,
    );
    return row?.at ?? undefined;
  }

  private async change(
    tx: Transaction,
    step: { facts: readonly Fact[]; from: number; oldHorizon: number; horizon: number; places: GraphBatch['placeParties'] },
  ): Promise<Set<string>> {
    const { facts, from, oldHorizon, horizon, places } = step;
    const before = await this.loadPlaceParties(tx);
    const after = new Map<string, string>(before);
    for (const { place, party } of places) {
      if (party === null) after.delete(place);
      else after.set(place, party);
    }
    const due = from === 0 ? [] : await this.store.dueBetween(tx, oldHorizon, horizon, from);
    await this.store.add(tx, facts);
    await this.storePlaceParties(
      tx,
      places.map(({ place }) => place),
      after,
    );
    const touched = new Set<string>();
    const ready = facts.filter((fact) => fact.declaration || fact.event.eventTimeMicros <= horizon);
    const voided = await this.store.voidedOf(
      tx,
      ready.map(({ event }) => event.eventId),
    );
    // What counted before, and what counts already of this batch: the rest of it is not there yet.
    const counted = new Set<number>();
    const wasKnown = (fact: Fact): boolean =>
      (fact.position <= from && (fact.declaration || fact.event.eventTimeMicros <= oldHorizon)) || counted.has(fact.position);
    let rest = ready;
    for (let first = true; first || rest.length > 0; first = false) {
      const { inOrder, late, stored } = await sortFacts(tx, this.schema, rest, voided);
      const changed = first ? [...late, ...due] : late;
      const moved = first ? places.map(({ place }) => place) : [];
      if (changed.length > 0 || moved.length > 0) {
        // Late facts first; what is left is judged again on top of them.
        const news = new Set(changed.map(({ position }) => position));
        const seeds = await this.seedsOf(tx, changed, moved);
        await this.replayAround(
          tx,
          seeds,
          { before: first ? before : after, after, wasKnown, isKnown: (fact) => wasKnown(fact) || news.has(fact.position) },
          touched,
        );
        for (const position of news) counted.add(position);
        rest = inOrder as Fact[];
        continue;
      }
      if (inOrder.length > 0) {
        const { before: old, after: now, reached } = await continueWorld(tx, this.schema, inOrder, stored, after);
        for (const product of await new RowWriter(tx, this.schema).write(old, now)) touched.add(product);
        await new OrderBook(tx, this.schema).note(reached);
      }
      break;
    }
    return touched;
  }

  /** Replays what the seeds can reach, as it was and as it is now, and writes the difference. */
  private async replayAround(
    tx: Transaction,
    seeds: ReadonlySet<string>,
    worlds: { before: PlaceParties; after: PlaceParties; wasKnown: (fact: Fact) => boolean; isKnown: (fact: Fact) => boolean },
    touched: Set<string>,
  ): Promise<void> {
    if (seeds.size === 0) return;
    const closure = await closureOf(tx, this.store, seeds);
    const includes = (node: string): boolean => closure.nodes.has(node);
    const old = replay(closure.facts.filter(worlds.wasKnown), { placeParties: worlds.before, includes });
    const now = replay(closure.facts.filter(worlds.isKnown), { placeParties: worlds.after, includes });
    for (const product of await new RowWriter(tx, this.schema).write(rowsOf(old), rowsOf(now))) touched.add(product);
    await new OrderBook(tx, this.schema).note(now.reached);
  }

  /** What the new facts speak of. A declaration speaks of what its original spoke of. */
  private async seedsOf(tx: Transaction, facts: readonly Fact[], places: readonly string[]): Promise<Set<string>> {
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

  private async storePlaceParties(tx: Transaction, changed: readonly string[], parties: PlaceParties): Promise<void> {
    if (changed.length === 0) return;
    await tx.query(`DELETE FROM ${this.schema}.place_party WHERE place = ANY($1::text[])`, [changed]);
    const known = [...new Set(changed)].filter((place) => parties.has(place));
    await tx.query(`INSERT INTO ${this.schema}.place_party (place, party) SELECT * FROM unnest($1::text[], $2::text[])`, [
      known,
      known.map((place) => parties.get(place)),
    ]);
  }

  private async loadPlaceParties(tx: Transaction): Promise<PlaceParties> {
    const rows = await tx.query<{ place: string; party: string }>(`SELECT place, party FROM ${this.schema}.place_party`);
    return new Map(rows.map(({ place, party }) => [place, party]));
  }
}
