import { numbers, Sql, texts } from '@suyuan/platform';
import { AccountShare, Balance, BalanceChange, ProductSum } from '../domain/lineage/graph-source';
import { accountName } from '../domain/world/account';
import { Cohort, cohortName } from '../domain/world/cohort';
import { sumOf } from '../domain/world/running-sum';
import { GraphNames } from './graph-names';

/** The sums of one owner in one unit, a column as one text: a lot has thousands of them, and a row costs more than a word. */
interface SumColumns {
  uom: string;
  accounts: string;
  amounts: string;
  unknowns: string;
  since: string;
  last: string;
  unknown_since: string;
}

const list = (column: string): string => `string_agg(coalesce(s.${column}::text, ''), ',')`;
const SUMS = `s.uom, ${list('account_id')} AS accounts, ${list('amount')} AS amounts, ${list('unknowns')} AS unknowns,
  ${list('since_micros')} AS since, ${list('last_micros')} AS last, ${list('unknown_micros')} AS unknown_since`;

/** The sums of the ledger, as they are now: by cohort, and by product over all its cohorts. */
export class SumRows {
  constructor(
    private readonly sql: Sql,
    private readonly schema: string,
    private readonly names: GraphNames,
  ) {}

  async balances(cohorts: readonly Cohort[]): Promise<Balance[]> {
    if (cohorts.length === 0) return [];
    // Served by balance's primary key: one range per cohort.
    const rows = await this.sql.query<SumColumns & { owner: number }>(
      `SELECT s.cohort_id AS owner, ${SUMS} FROM ${this.schema}.balance s WHERE s.cohort_id = ANY($1::bigint[]) GROUP BY s.cohort_id, s.uom`,
      [numbers(await this.names.cohorts.knownIds(this.sql, cohorts.map(cohortName)))],
    );
    const cohort = await this.names.cohorts.valuesOf(
      this.sql,
      rows.map(({ owner }) => owner),
    );
    return this.sums(rows, (sum, owner) => Object.assign(sum, { cohort: cohort(owner) }));
  }

  /** Served by holding's primary key: one range per product, as many rows as it has holders. */
  async productSums(products: readonly string[]): Promise<ProductSum[]> {
    if (products.length === 0) return [];
    return this.productSumsFrom(`${this.schema}.holding s WHERE s.product = ANY($1::text[])`, [texts(products)]);
  }

  /** @param from tables and conditions of a statement in which `s` is a row of holding */
  async productSumsFrom(from: string, parameters: unknown[]): Promise<ProductSum[]> {
    const rows = await this.sql.query<SumColumns & { owner: string }>(
      `SELECT s.product AS owner, ${SUMS} FROM ${from} GROUP BY s.product, s.uom`,
      parameters,
    );
    return this.sums(rows, (sum, product) => Object.assign(sum, { product }));
  }

  private async sums<Owner, Sum>(
    rows: readonly (SumColumns & { owner: Owner })[],
    named: (sum: Omit<ProductSum, 'product'>, owner: Owner) => Sum,
  ): Promise<Sum[]> {
    const accounts = rows.map((row) => row.accounts.split(',').map(Number));
    const account = await this.names.accounts.valuesOf(this.sql, accounts.flat());
    return rows.flatMap((row, n) => {
      const [amounts, unknowns] = [row.amounts.split(','), row.unknowns.split(',')];
      const [since, last, unknownSince] = [row.since.split(','), row.last.split(','), row.unknown_since.split(',')];
      return (accounts[n] ?? []).map((id, place) =>
        named(
          {
            account: account(id),
            uom: row.uom,
            amount: BigInt(amounts[place] ?? 0),
            unknowns: Number(unknowns[place]),
            sinceMicros: Number(since[place]),
            lastMicros: Number(last[place]),
            unknownMicros: unknownSince[place] === '' ? undefined : Number(unknownSince[place]),
          },
          row.owner,
        ),
      );
    });
  }

  async sinceTogether(shares: readonly AccountShare[]): Promise<number[]> {
    // Where the share is all that the product has on the account, the product's own sum says it.
    // Served by holding's primary key: one range per product, as many rows as it has holders.
    const rows = await this.sql.query<{ product: string; name: string; uom: string; cohorts: number; since_micros: number }>(
      `SELECT h.product, a.name, h.uom, h.cohorts, h.since_micros
         FROM ${this.schema}.holding h JOIN ${this.schema}.account a ON a.id = h.account_id WHERE h.product = ANY($1::text[])`,
      [texts([...new Set(shares.map(({ product }) => product))])],
    );
    const sums = new Map(rows.map((row) => [[row.product, row.name, row.uom].join('\n'), row]));
    const since: number[] = [];
    for (const share of shares) {
      const sum = sums.get([share.product, accountName(share.account), share.uom].join('\n'));
      if (sum?.cohorts === share.cohorts.length) since.push(sum.since_micros);
      else since.push(sumOf((await this.balanceChanges([share])).map((change) => ({ ...change, touches: 1 })))?.sinceMicros ?? 0);
    }
    return since;
  }

  async balanceChanges(shares: readonly AccountShare[]): Promise<BalanceChange[]> {
    const changes: BalanceChange[] = [];
    for (const { cohorts, account, uom } of shares) {
      const ids = await this.names.cohorts.knownIds(this.sql, cohorts.map(cohortName));
      const rows = await this.sql.query<{ cohort_id: number; at_micros: number; delta: string; unknowns: number }>(
        // Served by posting's primary key (cohort, account, time).
        `SELECT p.cohort_id, p.at_micros, sum(p.delta)::text AS delta, sum(p.unknowns)::int AS unknowns
           FROM ${this.schema}.posting p
          WHERE p.cohort_id = ANY($1::bigint[]) AND p.account_id = (SELECT id FROM ${this.schema}.account WHERE name = $2) AND p.uom = $3
          GROUP BY p.cohort_id, p.at_micros`,
        [numbers(ids), accountName(account), uom],
      );
      const cohort = await this.names.cohorts.valuesOf(
        this.sql,
        rows.map((row) => row.cohort_id),
      );
      for (const row of rows)
        changes.push({
          cohort: cohort(row.cohort_id),
          account,
          uom,
          atMicros: row.at_micros,
          delta: BigInt(row.delta),
          unknowns: row.unknowns,
        });
    }
    return changes;
  }
}
