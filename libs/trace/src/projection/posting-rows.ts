import { numbers, Sql, texts } from '@suyuan/platform';
import { Account } from '../domain/world/account';
import { Cohort, cohortName } from '../domain/world/cohort';
import { Posting } from '../domain/world/ledger';
import { PostingPage } from '../domain/lineage/graph-source';
import { readPlace, writePlace } from '../domain/lineage/event-place';
import { AccountColumns, COHORT, CohortColumns, toAccount, toCohort } from './graph-columns';
import { GraphNames } from './graph-names';

interface PostingRow extends CohortColumns, AccountColumns {
  cohort_id: number;
  account_id: number;
  uom: string;
  at_micros: number;
  event: number;
  event_id: string;
  delta: string;
  touches: number;
  unknowns: number;
}

const toPosting = (row: PostingRow): Posting => ({
  cohort: toCohort(row),
  account: toAccount(row),
  uom: row.uom,
  atMicros: row.at_micros,
  eventId: row.event_id,
  delta: BigInt(row.delta),
  touches: row.touches,
  unknowns: row.unknowns,
});

/** What tells one entry from all others, in the order that they are given in. */
const PLACE = '(p.at_micros, p.event, p.account_id, p.cohort_id, p.uom COLLATE "C")';

/** How many an event mostly has of one lot, at most. */
const ENTRIES_OF_AN_EVENT = 4;

/** The single entries of the ledger, each with its event. */
export class PostingRows {
  constructor(
    private readonly sql: Sql,
    private readonly schema: string,
    private readonly names: GraphNames,
  ) {}

  async of(cohorts: readonly Cohort[]): Promise<Posting[]> {
    const rows = await this.rows('true', [], cohorts, 'ORDER BY p.at_micros, f.event_id');
    return rows.map(toPosting);
  }

  async page(
    cohorts: readonly Cohort[],
    states: readonly Account['state'][],
    after: string,
    limit: number,
  ): Promise<PostingPage> {
    const [at, event, account, cohort, ...uom] = after.split('.');
    const isFirst = after === '';
    const rows = await this.rows(
      `a.state = ANY($2::text[])${isFirst ? '' : ` AND ${PLACE} > ($3::bigint, $4::bigint, $5::bigint, $6::bigint, $7::text)`}`,
      [texts(states), ...(isFirst ? [] : [at, event, account, cohort, uom.join('.')])],
      cohorts,
      `ORDER BY ${PLACE.slice(1, -1)} LIMIT ${Math.floor(limit)}`,
    );
    const last = rows[rows.length - 1];
    return {
      postings: rows.map(toPosting),
      ...(last === undefined || rows.length < limit
        ? {}
        : { next: [last.at_micros, last.event, last.account_id, last.cohort_id, last.uom].join('.') }),
    };
  }

  /** As `GraphSource.postingsByEvent`. All postings of an event are of the same time, so that a time divides none. */
  async byEvent(cohorts: readonly Cohort[], after: string, limit: number): Promise<PostingPage> {
    const last = after === '' ? undefined : readPlace(after);
    const ids = numbers(await this.names.cohorts.knownIds(this.sql, cohorts.map(cohortName)));
    const behind = `AND p.at_micros >= $3 AND (p.at_micros > $3 OR
      (SELECT f.event_id FROM ${this.schema}.fact f WHERE f.position = p.event) COLLATE "C" > $4)`;
    // The sort keeps as many rows as it gives, where every event of a lot would have to be grouped.
    const soon = await this.sql.query<{ at_micros: number; event: number; event_id: string; entries: number }>(
      `WITH soon AS (
         SELECT p.at_micros, p.event FROM ${this.schema}.posting p
          WHERE p.cohort_id = ANY($1::bigint[]) AND p.delta <> 0 ${last === undefined ? '' : behind}
          ORDER BY p.at_micros FETCH FIRST $2 ROWS WITH TIES)
       SELECT e.at_micros, e.event, f.event_id, (SELECT count(*) FROM soon)::int AS entries
         FROM (SELECT DISTINCT at_micros, event FROM soon) e JOIN ${this.schema}.fact f ON f.position = e.event
        ORDER BY e.at_micros, f.event_id COLLATE "C" LIMIT ${Math.floor(limit) + 1}`,
      [ids, ENTRIES_OF_AN_EVENT * limit, ...(last === undefined ? [] : [last.atMicros, last.eventId])],
    );
    const some = soon.slice(0, limit);
    const [first, end] = [some[0], some.at(-1)];
    if (first === undefined || end === undefined) return { postings: [] };
    const rows = await this.rows(
      'p.delta <> 0 AND p.at_micros BETWEEN $2 AND $3 AND p.event = ANY($4::bigint[])',
      [first.at_micros, end.at_micros, numbers(some.map(({ event }) => event))],
      cohorts,
      'ORDER BY p.at_micros, f.event_id COLLATE "C"',
    );
    const isLast = some.length === soon.length && end.entries < ENTRIES_OF_AN_EVENT * limit;
    return {
      postings: rows.map(toPosting),
      ...(isLast ? {} : { next: writePlace({ atMicros: end.at_micros, eventId: end.event_id }) }),
    };
  }

  private async rows(where: string, parameters: unknown[], cohorts: readonly Cohort[], rest: string): Promise<PostingRow[]> {
    return this.sql.query<PostingRow>(
      `SELECT ${COHORT}, a.state, a.party, a.place, a.from_party, p.cohort_id, p.account_id, p.uom, p.at_micros, p.event, f.event_id,
              p.delta::text AS delta, p.touches, p.unknowns
         FROM ${this.schema}.posting p JOIN ${this.schema}.account a ON a.id = p.account_id JOIN ${this.schema}.cohort c ON c.id = p.cohort_id
         LEFT JOIN ${this.schema}.fact f ON f.position = p.event
        WHERE p.cohort_id = ANY($1::bigint[]) AND ${where} ${rest}`,
      [numbers(await this.names.cohorts.knownIds(this.sql, cohorts.map(cohortName))), ...parameters],
    );
  }
}
