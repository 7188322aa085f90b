import { numbers, Sql, texts } from '@suyuan/platform';
import { Account } from '../domain/world/account';
import { Cohort, cohortName } from '../domain/world/cohort';
import { Posting } from '../domain/world/ledger';
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
  ): Promise<{ postings: Posting[]; next?: string }> {
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
