import { Database, texts, Transaction } from '@suyuan/platform';
import { Fact } from '../domain/facts/fact';
import { PlaceParties } from '../domain/facts/parties';
import { BatchStep } from './batch-step';
import { FactStore } from './fact-store';
import { GraphNames } from './graph-names';
import { loadPlaceParties, PlaceChange, storePlaceParties } from './place-parties';

/** What a batch of log records says to the graph. */
export interface GraphBatch {
  /** Log position of the last record of the batch. */
  readonly position: number;
  readonly facts: readonly Fact[];
  /** In order. */
  readonly placeParties: readonly PlaceChange[];
}

const LOCK = 7101004;
const NAMES_KEPT_MAX = 500_000;

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
    if (generation !== this.generation || this.names.size > NAMES_KEPT_MAX) this.forget();
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
      tx.send(`INSERT INTO ${this.schema}.touched (position, product) SELECT $1, unnest($2::text[]) ON CONFLICT DO NOTHING`, [
        upTo,
        texts([...touched]),
      ]);
    tx.send(`UPDATE ${this.schema}.progress SET position = $1, horizon_micros = $2, next_bundle = $3`, [
      upTo,
      horizon,
      step.nextBundle,
    ]);
    this.placeParties = after;
    return upTo;
  }
}

const NOTHING = { position: 0, horizon_micros: 0, next_bundle: 1, generation: '' };
