import { EventLog } from '@suyuan/event-log';
import { Clock, Database } from '@suyuan/platform';
import { PlaceFoldAt, toBatch } from './batch-reader';
import { GraphProjection } from './graph-projection';
import { createGraphTables, LIVE_SCHEMA } from './trace.migrations';

/** How far a long work is. */
export interface WorkProgress {
  readonly phase: 'replay' | 'compare' | 'switch';
  readonly done: number;
  readonly total: number;
}

/** One table whose rows differ between the live graph and a fresh replay, with some of the rows. */
export interface Difference {
  readonly table: string;
  readonly onlyLive: number;
  readonly onlyReplayed: number;
  readonly examples: readonly string[];
}

const BATCH_RECORDS = 2_000;
const EXAMPLES = 5;

/** `since` says nothing of an amount of zero. */
const SUMS = `b.uom, b.amount, b.touches, b.unknowns, b.cohorts, CASE b.amount WHEN 0 THEN 0 ELSE b.since_micros END AS since, b.last_micros, b.unknown_micros`;

/** Rows by their natural names: ids are given in order of arrival and mean nothing. */
const COMPARED: Readonly<Record<string, string>> = {
  posting: `SELECT c.name AS cohort, a.name AS account, p.at_micros, p.event, p.uom, p.delta, p.touches, p.unknowns FROM $S.posting p JOIN $S.cohort c ON c.id = p.cohort_id JOIN $S.account a ON a.id = p.account_id`,
  balance: `SELECT c.name AS cohort, a.name AS account, ${SUMS} FROM $S.balance b JOIN $S.cohort c ON c.id = b.cohort_id JOIN $S.account a ON a.id = b.account_id`,
  holding: `SELECT b.product, a.name AS account, ${SUMS} FROM $S.holding b JOIN $S.account a ON a.id = b.account_id`,
  thing: `SELECT k.key, c.name AS cohort, a.name AS account, b.since_micros, b.event, b.parent, b.parent_since_micros, b.parent_event, b.created_micros, b.created_place, b.creation_event, b.gone_by, b.last_seen, b.shipped_from, b.lots FROM $S.bundle b JOIN $S.cohort c ON c.id = b.cohort_id LEFT JOIN $S.account a ON a.id = b.account_id, unnest(b.keys) AS k(key)`,
  unit: `SELECT u.key, b.keys FROM $S.unit u JOIN $S.bundle b ON b.id = u.bundle_id`,
  line: `SELECT l.transformation, l.side, c.name AS cohort, l.uom, l.event_id, l.at_micros, l.amount, l.touches, l.unknowns FROM $S.line l JOIN $S.cohort c ON c.id = l.cohort_id`,
  input: `SELECT i.thing, i.transformation, c.name AS cohort, i.event_id, i.at_micros, i.touches FROM $S.input_thing i JOIN $S.cohort c ON c.id = i.cohort_id`,
  part: `SELECT p.whole, wc.name AS whole_cohort, pc.name AS part_cohort, p.part, p.touches FROM $S.part p JOIN $S.cohort wc ON wc.id = p.whole_cohort_id JOIN $S.cohort pc ON pc.id = p.part_cohort_id`,
  content: `SELECT q.container, c.name AS cohort, q.uom, q.amount, q.touches FROM $S.content q JOIN $S.cohort c ON c.id = q.cohort_id`,
  exception: `SELECT id, type, key, party, event_ids, at_micros, amount, uom, touches FROM $S.exception`,
  place_party: `SELECT place, party FROM $S.place_party`,
};

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
    await this.replayInto(next, report);
    report({ phase: 'switch', done: 0, total: 1 });
    const position = await this.database.transaction(async (tx) => {
      // Readers of the old schema finish first; the follower waits for its lock and goes on from the new checkpoint.
      await tx.query(`LOCK TABLE ${LIVE_SCHEMA}.progress IN ACCESS EXCLUSIVE MODE`);
      await tx.query(`ALTER SCHEMA ${LIVE_SCHEMA} RENAME TO trace_old`);
      await tx.query(`ALTER SCHEMA ${next} RENAME TO ${LIVE_SCHEMA}`);
      await tx.query('DROP SCHEMA trace_old CASCADE');
      const [row] = await tx.query<{ position: number }>(`SELECT position FROM ${LIVE_SCHEMA}.progress`);
      return row?.position ?? 0;
    });
    report({ phase: 'switch', done: 1, total: 1 });
    return { position };
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
    for (let position = await projection.position(); ;) {
      const target = await live.position();
      if (position >= target) return;
      const records = await this.log.read(position, Math.min(BATCH_RECORDS, target - position));
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
    return this.database.transaction(async (tx) => {
      await tx.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY');
      const [row] = await tx.query<{ position: number }>(`SELECT position FROM ${LIVE_SCHEMA}.progress`);
      if (row?.position !== position || (await live.position()) < position) return undefined;
      const differences: Difference[] = [];
      const tables = Object.entries(COMPARED);
      for (const [index, [table, select]] of tables.entries()) {
        const from = (name: string): string => select.replaceAll('$S', name);
        const only = (a: string, b: string): string =>
          `SELECT to_jsonb(d)::text AS row FROM (${from(a)} EXCEPT ALL ${from(b)}) d`;
        const onlyLive = await tx.query<{ row: string }>(only(LIVE_SCHEMA, schema));
        const onlyReplayed = await tx.query<{ row: string }>(only(schema, LIVE_SCHEMA));
        if (onlyLive.length + onlyReplayed.length > 0) {
          const examples = [
            ...onlyLive.slice(0, EXAMPLES).map(({ row: text }) => `live: ${text}`),
            ...onlyReplayed.slice(0, EXAMPLES).map(({ row: text }) => `replayed: ${text}`),
          ];
          differences.push({ table, onlyLive: onlyLive.length, onlyReplayed: onlyReplayed.length, examples });
        }
        report({ phase: 'compare', done: index + 1, total: tables.length });
      }
      return { position, differences };
    });
  }
}
