import { numbers, Sql, texts } from '@suyuan/platform';
import { AccountShare, Balance, BalanceChange, ProductSum } from '../domain/lineage/graph-source';
import { accountName } from '../domain/world/account';
import { Cohort, cohortName } from '../domain/world/cohort';
import { sumOf } from '../domain/world/running-sum';
import { GraphNames } from './graph-names';

interface SumColumns {
  account_id: number;
  uom: string;
  amount: string;
  unknowns: number;
  since_micros: number;
  last_micros: number;
  unknown_micros: number | null;
}

const SUM = 's.account_id, s.uom, s.amount::text AS amount, s.unknowns, s.since_micros, s.last_micros, s.unknown_micros';
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
      `SELECT s.cohort_id AS owner, ${SUM} FROM ${this.schema}.balance s WHERE s.cohort_id = ANY($1::bigint[])`,
      [numbers(await this.names.cohorts.knownIds(this.sql, cohorts.map(cohortName)))],
    );
    const cohort = await this.names.cohorts.valuesOf(
      this.sql,
      rows.map(({ owner }) => owner),
    );
    return (await this.sums(rows)).map(({ owner, ...sum }) => ({ ...sum, cohort: cohort(owner) }));
  }

  async productSums(products: readonly string[]): Promise<ProductSum[]> {
    if (products.length === 0) return [];
    // Served by holding's primary key: one range per product, as many rows as it has holders.
    const rows = await this.sql.query<SumColumns & { owner: string }>(
      `SELECT s.product AS owner, ${SUM} FROM ${this.schema}.holding s WHERE s.product = ANY($1::text[])`,
      [texts(products)],
    );
    return (await this.sums(rows)).map(({ owner, ...sum }) => ({ ...sum, product: owner }));
  }

  /** @param from tables and conditions of a statement in which `s` is a row of holding */
  async productSumsFrom(from: string, parameters: unknown[]): Promise<ProductSum[]> {
    const rows = await this.sql.query<SumColumns & { owner: string }>(
      `SELECT s.product AS owner, ${SUM} FROM ${from}`,
      parameters,
    );
    return (await this.sums(rows)).map(({ owner, ...sum }) => ({ ...sum, product: owner }));
  }

  private async sums<Owner>(
    rows: readonly (SumColumns & { owner: Owner })[],
  ): Promise<(Omit<ProductSum, 'product'> & { owner: Owner })[]> {
    const account = await this.names.accounts.valuesOf(
      this.sql,
      rows.map((row) => row.account_id),
    );
    return rows.map((row) => ({
      owner: row.owner,
      account: account(row.account_id),
      uom: row.uom,
      amount: BigInt(row.amount),
      unknowns: row.unknowns,
      sinceMicros: row.since_micros,
      lastMicros: row.last_micros,
      unknownMicros: row.unknown_micros ?? undefined,
    }));
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
