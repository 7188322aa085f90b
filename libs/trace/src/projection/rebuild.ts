import { EventLog, LogRecord } from '@suyuan/event-log';
import { Clock, Database } from '@suyuan/platform';
import { PlaceFoldAt, toBatch } from './batch-reader';
import { GraphProjection } from './graph-projection';
import { Difference, differencesOf } from './table-comparison';
import { createGraphTables, LIVE_SCHEMA } from './trace.migrations';

/** How far a long work is. */
export interface WorkProgress {
  readonly phase: 'replay' | 'compare' | 'switch';
  readonly done: number;
  readonly total: number;
}

const BATCH_RECORDS = 2_000;
/** Derives the graph anew from the log, beside the live one: to compare with it, or to take its place. */
export class GraphRebuild {
  constructor(
    private readonly database: Database,
    private readonly log: EventLog,
    private readonly clock: Clock,
    private readonly placesAt: PlaceFoldAt,
  ) {}

  /** Fills a new graph and switches to it; reads go on from the old one until then. @returns position it stands at */
  async rebuild(report: (progress: WorkProgress) => void): Promise<{ position: number }> {
    const next = 'trace_next';
    // The live graph moves on meanwhile: only one that stands where it stands may take its place.
    let position: number | undefined;
    for (let attempt = 0; position === undefined; attempt++) {
      await this.replayInto(next, report, attempt > 0);
      report({ phase: 'switch', done: 0, total: 1 });
      position = await this.switchTo(next);
    }
    report({ phase: 'switch', done: 1, total: 1 });
    return { position };
  }

  /** @returns undefined where the follower has gone further: what it took in would be missing from the next graph */
  private async switchTo(next: string): Promise<number | undefined> {
    return this.database.transaction(async (tx) => {
      // The follower's batch on its way ends first; the next one waits here and then finds the other graph.
      await tx.query(`LOCK TABLE ${LIVE_SCHEMA}.progress IN ACCESS EXCLUSIVE MODE`);
      const [stands] = await tx.query<{ live: number; next: number }>(
        `SELECT l.position AS live, n.position AS next FROM ${LIVE_SCHEMA}.progress l, ${next}.progress n`,
      );
      if (stands === undefined || stands.next < stands.live) return undefined;
      await tx.query(`ALTER SCHEMA ${LIVE_SCHEMA} RENAME TO trace_old`);
      await tx.query(`ALTER SCHEMA ${next} RENAME TO ${LIVE_SCHEMA}`);
      await tx.query('DROP SCHEMA trace_old CASCADE');
      return stands.next;
    });
  }

  /** Compares the live graph with a fresh replay of the log up to the live position. */
  async verify(report: (progress: WorkProgress) => void): Promise<{ position: number; differences: Difference[] }> {
    const schema = 'trace_check';
    const live = new GraphProjection(this.database, LIVE_SCHEMA);
    try {
      // The live graph moves on meanwhile: follow until both stand at one position.
      for (let attempt = 0; ; attempt++) {
        await this.replayInto(schema, report, attempt > 0);
        const result = await this.compare(schema, live, report);
        if (result !== undefined) return result;
      }
    } finally {
      await this.database.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`);
    }
  }

  private async replayInto(schema: string, report: (progress: WorkProgress) => void, goOn = false): Promise<void> {
    if (!goOn) {
      await this.database.transaction(async (tx) => {
        await tx.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`);
        await createGraphTables(tx, schema);
      });
    }
    const projection = new GraphProjection(this.database, schema);
    const live = new GraphProjection(this.database, LIVE_SCHEMA);
    const places = await this.placesAt(await projection.position());
    // The next records are read while these are lived through.
    let ahead: Promise<readonly LogRecord[]> | undefined;
    for (let position = await projection.position(); ;) {
      const target = await live.position();
      if (position >= target) return;
      const records = (await (ahead ?? this.log.read(position, BATCH_RECORDS))).filter((record) => record.position <= target);
      const last = records[records.length - 1]?.position;
      if (last === undefined) return;
      ahead = last < target ? this.log.read(last, BATCH_RECORDS) : undefined;
      // Whoever stops here must not leave a rejection that nobody hears.
      ahead?.catch(() => undefined);
      position = await projection.apply(toBatch(records, places), await this.liveHorizon());
      report({ phase: 'replay', done: position, total: target });
    }
  }

  /** Both graphs count events up to the same time. */
  private async liveHorizon(): Promise<number> {
    const [row] = await this.database.query<{ horizon_micros: number }>(`SELECT horizon_micros FROM ${LIVE_SCHEMA}.progress`);
    return row?.horizon_micros ?? this.clock.now().getTime() * 1000;
  }

  private async compare(
    schema: string,
    live: GraphProjection,
    report: (progress: WorkProgress) => void,
  ): Promise<{ position: number; differences: Difference[] } | undefined> {
    const fresh = new GraphProjection(this.database, schema);
    const position = await fresh.position();
    return this.database.snapshot(async (tx) => {
      const [row] = await tx.query<{ position: number }>(`SELECT position FROM ${LIVE_SCHEMA}.progress`);
      if (row?.position !== position || (await live.position()) < position) return undefined;
      const differences = await differencesOf(tx, LIVE_SCHEMA, schema, (done, total) =>
        report({ phase: 'compare', done, total }),
      );
      return { position, differences };
    });
  }
}
