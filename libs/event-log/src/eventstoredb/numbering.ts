import { type Database, texts, type Transaction } from '@suyuan/platform';
import type { AppendResult, BulkResult } from '../event-log';
import { LogSlice } from '../postgres/append-plan';
import { judgeStaged, placeStaged } from '../postgres/judge-staged';
import { LOG_CHANNEL } from '../postgres/log-lock';
import { firstMs, groupByUnit, last, UNIT_MS_MAX, type WholeUnit, wholeInBatch } from './arrivals';
import { insertPlaces, type NewPlace } from './insert-places';
import { touchedPlaces } from './log-places';
import { countMembers, dropMembers, forgetMembers, keepMembers, membersOf, shapeOf } from './pending-members';
import { isAfter, type StorePosition } from './store-gateway';
import { type ArrivedMember, shapedCalls } from './unit';

/** What the writer of a unit is told. */
export type Verdict = { readonly results: readonly AppendResult[] } | { readonly bulk: BulkResult };

/** The index stands before the place where the batch begins: what is between would be lost. */
export class IndexFellBack extends Error {}

interface Said {
  readonly unit: WholeUnit;
  readonly verdict: Verdict;
}

interface Head {
  position: number;
  recordTimeMs: number;
}

/**
 * Turns events of `$all` into records of the log. A fold: which units are granted, at which positions and with which record
 * times follows from the events and their order alone, however they are cut into batches and whoever folds them.
 */
export class Numbering {
  constructor(private readonly database: Database) {}

  /**
   * Takes the members of ours in `$all` after `from` up to `upTo`, in order, in one transaction. What another process has
   * taken already is left out, so two that both think it is their turn do no harm.
   */
  async take(batch: readonly ArrivedMember[], from: StorePosition, upTo: StorePosition): Promise<void> {
    await this.database.transaction(async (tx) => {
      const { done, head } = await lockHeads(tx);
      if (isAfter(from, done)) throw new IndexFellBack('the index of the log was set back');
      if (!isAfter(upTo, done)) return;
      const fresh = await this.unjudged(
        tx,
        batch.filter((member) => isAfter(member.position, done)),
      );
      const said: Said[] = [];
      for (const segment of segments(await this.wholeUnits(tx, fresh))) said.push(...(await judgeSegment(tx, segment, head)));
      await sayVerdicts(tx, said);
      await forget(tx, fresh.at(-1)?.createdMs);
      await moveHeads(tx, upTo, head);
    });
  }

  /** A member of a unit that was judged is a repeat of one that was late. */
  private async unjudged(tx: Transaction, batch: readonly ArrivedMember[]): Promise<ArrivedMember[]> {
    const units = [...new Set(batch.map((member) => member.unit))];
    if (units.length === 0) return [];
    const rows = await tx.query<{ unit: string }>('SELECT unit FROM event_log_verdict WHERE unit = ANY($1::uuid[])', [units]);
    const judged = new Set(rows.map((row) => row.unit));
    return batch.filter((member) => !judged.has(member.unit));
  }

  /** Units that this batch makes whole, in the order in which it does; members of the others are kept. */
  private async wholeUnits(tx: Transaction, batch: readonly ArrivedMember[]): Promise<WholeUnit[]> {
    const whole: WholeUnit[] = [];
    const others = groupByUnit(batch).filter((unit) => {
      const inBatch = wholeInBatch(unit);
      if (inBatch !== undefined) whole.push(inBatch);
      return inBatch === undefined;
    });
    const added = await keepMembers(
      tx,
      others.flatMap((unit) => unit.members.map(({ member }) => member)),
    );
    const grown = others
      .map((unit) => ({ ...unit, news: unit.members.filter(({ member }) => added.has(`${unit.unit}/${member.ordinal}`)) }))
      .filter(({ news }) => news.length > 0);
    const counts = await countMembers(
      tx,
      grown.map(({ unit, news }) => ({ unit, count: news.length, firstMs: firstMs(news) })),
    );
    const stale: string[] = [];
    for (const { unit, of, isBulk, news } of grown) {
      const counted = counts.get(unit);
      if (counted?.count !== of) continue;
      const end = last(news);
      if (end.createdMs - counted.firstMs > UNIT_MS_MAX) stale.push(unit);
      else whole.push({ unit, isBulk, wasKept: true, ...end, ...(isBulk ? {} : { members: await membersOf(tx, unit) }) });
    }
    await dropMembers(tx, stale);
    return whole.sort((a, b) => a.wholeAt - b.wholeAt);
  }
}

/** Runs of units that can be looked up together; a bulk unit is a run of its own. */
function segments(units: readonly WholeUnit[]): WholeUnit[][] {
  const runs: WholeUnit[][] = [];
  for (const unit of units) {
    const run = runs.at(-1);
    if (run === undefined || unit.isBulk || run[0]?.isBulk === true) runs.push([unit]);
    else run.push(unit);
  }
  return runs;
}

async function judgeSegment(tx: Transaction, units: readonly WholeUnit[], head: Head): Promise<Said[]> {
  const [first] = units;
  if (first?.isBulk === true) return [{ unit: first, verdict: { bulk: await judgeBulk(tx, first, head) } }];
  const members = units.flatMap((unit) => unit.members ?? []);
  const streams = new Set(
    units.flatMap((unit) =>
      shapedCalls(unit.members ?? [])
        .flat()
        .map(({ stream }) => stream),
    ),
  );
  const { known, versions } = await touchedPlaces(tx, [...new Set(members.map(({ id }) => id))], [...streams]);
  const slice = new LogSlice<ArrivedMember>(head.position, known, versions);
  const places: NewPlace[] = [];
  const said: Said[] = [];
  for (const unit of units) {
    const results = shapedCalls(unit.members ?? []).map((call) => slice.judge(call));
    const granted = slice.granted.slice(places.length);
    if (granted.length > 0) head.recordTimeMs = Math.max(head.recordTimeMs, unit.createdMs);
    places.push(...granted.map((placed) => ({ ...placed, recordTimeMs: head.recordTimeMs })));
    said.push({ unit, verdict: { results } });
  }
  head.position += places.length;
  await insertPlaces(tx, places);
  await dropMembers(
    tx,
    units.filter(({ wasKept }) => wasKept).map(({ unit }) => unit),
  );
  return said;
}

async function judgeBulk(tx: Transaction, unit: WholeUnit, head: Head): Promise<BulkResult> {
  const shape = await shapeOf(tx, unit.unit);
  await tx.query('DROP TABLE IF EXISTS staged_place');
  // The unit is a UUID by its column's type: nothing of it can end the text.
  await placeStaged(tx, `(SELECT * FROM event_log_member WHERE unit = '${unit.unit}')`, 'event_log_place');
  const result = await judgeStaged(tx, head, shape !== undefined && 'bulk' in shape && shape.bulk === 'skip');
  if (result.appended > 0) {
    head.recordTimeMs = Math.max(head.recordTimeMs, unit.createdMs);
    await tx.query(
      `INSERT INTO event_log_place (position, id, stream, version, content_hash, record_time, revision, commit_position,
         prepare_position, size_bytes)
       SELECT $1::bigint + p.place, m.id, m.stream, p.version, m.content_hash, to_timestamp($2 / 1000.0), m.revision,
         m.commit_position, m.prepare_position, m.size_bytes
       FROM staged_place p JOIN event_log_member m ON m.unit = $3 AND m.ordinal = p.ordinal WHERE NOT p.duplicate ORDER BY p.place`,
      [head.position, head.recordTimeMs, unit.unit],
    );
    head.position += result.appended;
  }
  await dropMembers(tx, [unit.unit]);
  return result;
}

async function sayVerdicts(tx: Transaction, said: readonly Said[]): Promise<void> {
  if (said.length === 0) return;
  await tx.query(
    `INSERT INTO event_log_verdict (unit, verdict, judged_at)
     SELECT s.unit, s.verdict::json, to_timestamp(s.judged_ms / 1000.0)
     FROM unnest($1::uuid[], $2::text[], $3::bigint[]) AS s (unit, verdict, judged_ms)`,
    [
      said.map(({ unit }) => unit.unit),
      texts(said.map(({ verdict }) => JSON.stringify(verdict))),
      said.map(({ unit }) => unit.createdMs),
    ],
  );
}

/** Verdicts and members of units so old that nobody asks or adds any more. By the events' time, not by ours. */
async function forget(tx: Transaction, nowMs: number | undefined): Promise<void> {
  if (nowMs === undefined || Math.random() > FORGET_SHARE) return;
  await tx.query('DELETE FROM event_log_verdict WHERE judged_at < to_timestamp($1 / 1000.0)', [nowMs - 2 * UNIT_MS_MAX]);
  await forgetMembers(tx, nowMs - 2 * UNIT_MS_MAX);
}

/** One batch in a hundred clears away. */
const FORGET_SHARE = 0.01;

/** How far the log is numbered and where it ends, both held until the transaction ends. */
async function lockHeads(tx: Transaction): Promise<{ done: StorePosition; head: Head }> {
  const [row] = await tx.query<StorePosition & { position: number; at: Date | null }>(
    `SELECT s.commit_position AS commit, s.prepare_position AS prepare, h.position, nullif(h.record_time, '-infinity') AS at
     FROM event_log_source s CROSS JOIN event_log_head h FOR UPDATE`,
  );
  if (row === undefined) throw new Error('event_log_source or event_log_head has lost its row');
  const { commit, prepare, position, at } = row;
  return { done: { commit, prepare }, head: { position, recordTimeMs: at?.getTime() ?? 0 } };
}

/** Announced also when nothing was granted: the writers of what was refused wait for it. */
async function moveHeads(tx: Transaction, upTo: StorePosition, head: Head): Promise<void> {
  await tx.query(
    `WITH source AS (UPDATE event_log_source SET commit_position = $1, prepare_position = $2),
       head AS (UPDATE event_log_head SET position = $3, record_time = to_timestamp($4 / 1000.0) WHERE position < $3)
     SELECT pg_notify('${LOG_CHANNEL}', $3::bigint::text)`,
    [upTo.commit, upTo.prepare, head.position, head.recordTimeMs],
  );
}
