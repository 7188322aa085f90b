import { EventLog } from '@suyuan/event-log';
import { Database, Sql } from '@suyuan/platform';
import { PlaceFoldAt, toBatch } from './batch-reader';
import { GraphBatch, GraphProjection } from './graph-projection';
import { Difference, differencesOf } from './table-comparison';
import { GraphWork, PastOrder, WorkProgress } from './graph-work';
import { makePastGraph } from './past-graph';
import { createGraphTables, LIVE_SCHEMA } from './trace.migrations';

const BATCH_RECORDS = 2_000;
/** Where the live graph stands: how far in the log, and the event time up to which events count. */
interface Standing {
  readonly position: number;
  readonly horizonMicros: number;
}

async function standingOf(sql: Sql): Promise<Standing> {
  const [row] = await sql.query<{ position: number; horizon_micros: number }>(
    `SELECT position, horizon_micros FROM ${LIVE_SCHEMA}.progress`,
  );
  return { position: row?.position ?? 0, horizonMicros: row?.horizon_micros ?? 0 };
}

/** Derives the graph anew from the log, beside the live one: to compare with it, or to take its place. */
export class GraphRebuild extends GraphWork {
  constructor(
    private readonly database: Database,
    private readonly log: EventLog,
    private readonly placesAt: PlaceFoldAt,
  ) {
    super();
  }

  override async rebuild(report: (progress: WorkProgress) => void): Promise<{ position: number }> {
    const next = 'trace_next';
    await this.beginAnew(next);
    await this.replayInto(next, () => standingOf(this.database), report);
    report({ phase: 'switch', done: 0, total: 1 });
    const position = await this.database.transaction(async (tx) => {
      // The follower's batch on its way ends first; the next one waits here and then finds the other graph.
      await tx.query(`LOCK TABLE ${LIVE_SCHEMA}.progress IN ACCESS EXCLUSIVE MODE`);
      // What it took in since the last look would be missing.
      const standing = await standingOf(tx);
      await this.replayInto(next, async () => standing, report);
      await tx.query(`ALTER SCHEMA ${LIVE_SCHEMA} RENAME TO trace_old`);
      await tx.query(`ALTER SCHEMA ${next} RENAME TO ${LIVE_SCHEMA}`);
      await tx.query('DROP SCHEMA trace_old CASCADE');
      return standing.position;
    });
    report({ phase: 'switch', done: 1, total: 1 });
    return { position };
  }

  override async verify(report: (progress: WorkProgress) => void): Promise<{ position: number; differences: Difference[] }> {
    const schema = 'trace_check';
    try {
      await this.beginAnew(schema);
      await this.replayInto(schema, () => standingOf(this.database), report);
      return await this.compareAtRest(schema, report);
    } finally {
      await this.database.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`);
    }
  }

  override past(order: PastOrder, report: (progress: WorkProgress) => void): Promise<{ position: number }> {
    return makePastGraph(this.database, order, report);
  }

  private async beginAnew(schema: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      await tx.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`);
      await createGraphTables(tx, schema);
    });
  }

  /** Brings a graph to where the live one stands; that is asked again after every batch. */
  private async replayInto(
    schema: string,
    standing: () => Promise<Standing>,
    report: (progress: WorkProgress) => void,
  ): Promise<void> {
    const projection = new GraphProjection(this.database, schema);
    const places = await this.placesAt(await projection.position());
    const read = async (after: number, target: number): Promise<GraphBatch | undefined> => {
      const records = after < target ? await this.log.read(after, Math.min(BATCH_RECORDS, target - after)) : [];
      return records.length === 0 ? undefined : toBatch(records, places);
    };
    // The next records are read and parsed while the database writes what these came to.
    let ahead: Promise<GraphBatch | undefined> | undefined;
    for (let position = await projection.position(); ;) {
      const { position: target, horizonMicros } = await standing();
      const batch = await (ahead ?? read(position, target));
      if (batch === undefined) return;
      ahead = batch.position < target ? read(batch.position, target) : undefined;
      // Whoever stops here must not leave a rejection that nobody hears.
      ahead?.catch(() => undefined);
      position = await projection.apply(batch, horizonMicros);
      report({ phase: 'replay', done: position, total: target });
    }
  }

  /** The follower is held back until both graphs stand at one position and are seen so; it goes on while they are compared. */
  private async compareAtRest(
    schema: string,
    report: (progress: WorkProgress) => void,
  ): Promise<{ position: number; differences: Difference[] }> {
    let letGo = (): void => undefined;
    const seen = new Promise<void>((resolve) => (letGo = resolve));
    let atRest = (_: Standing): void => undefined;
    const resting = new Promise<Standing>((resolve) => (atRest = resolve));
    const holding = this.database.transaction(async (tx) => {
      await tx.query(`LOCK TABLE ${LIVE_SCHEMA}.progress IN EXCLUSIVE MODE`);
      const standing = await standingOf(tx);
      await this.replayInto(schema, async () => standing, report);
      atRest(standing);
      await seen;
    });
    try {
      const { position } = await Promise.race([resting, holding.then(() => resting)]);
      return await this.database.snapshot(async (sql) => {
        await standingOf(sql); // the first statement takes the snapshot
        letGo();
        const differences = await differencesOf(sql, LIVE_SCHEMA, schema, (done, total) =>
          report({ phase: 'compare', done, total }),
        );
        return { position, differences };
      });
    } finally {
      letGo();
      await holding;
    }
  }
}
