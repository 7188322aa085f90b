import { numbers, Sql, texts } from '@suyuan/platform';
import { sortedBy } from '../domain/lineage/graph-source';
import { Account } from '../domain/world/account';
import { Cohort, cohortName, stockCohort } from '../domain/world/cohort';
import { ContentRow } from '../domain/world/rows';
import { LoadLine } from '../domain/world/thing';
import { GraphNames } from './graph-names';

/** Class-level goods as they are now: loose, and inside containers. */
export class StockRows {
  constructor(
    private readonly sql: Sql,
    private readonly schema: string,
    private readonly names: GraphNames,
  ) {}

  /** What is loose of these products, account by account. */
  async loose(products: readonly string[]): Promise<{ cohort: Cohort; uom: string; account: Account; amount: bigint }[]> {
    const ids = await this.stocks(products);
    if (ids.length === 0) return [];
    const rows = await this.sql.query<{ cohort_id: number; account_id: number; uom: string; amount: string }>(
      `SELECT cohort_id, account_id, uom, amount::text AS amount FROM ${this.schema}.loose WHERE cohort_id = ANY($1::bigint[])`,
      [numbers(ids)],
    );
    const cohort = await this.names.cohorts.valuesOf(
      this.sql,
      rows.map((row) => row.cohort_id),
    );
    const account = await this.names.accounts.valuesOf(
      this.sql,
      rows.map((row) => row.account_id),
    );
    return rows.map((row) => ({
      cohort: cohort(row.cohort_id),
      account: account(row.account_id),
      uom: row.uom,
      amount: BigInt(row.amount),
    }));
  }

  /** What is directly inside these containers. */
  async inContainers(containers: readonly string[]): Promise<ContentRow[]> {
    return containers.length === 0 ? [] : this.contents('container = ANY($1::text[])', texts(containers));
  }

  /** All that is inside these containers, at any depth, by cohort. */
  async weightsOf(containers: readonly string[]): Promise<Map<string, LoadLine[]>> {
    const weights = new Map<string, LoadLine[]>();
    if (containers.length === 0) return weights;
    const rows = await this.sql.query<{ container: string; cohort_id: number; uom: string; amount: string; touches: number }>(
      `SELECT container, cohort_id, uom, amount::text AS amount, touches FROM ${this.schema}.weight WHERE container = ANY($1::text[])`,
      [texts(containers)],
    );
    const cohort = await this.names.cohorts.valuesOf(
      this.sql,
      rows.map((row) => row.cohort_id),
    );
    for (const row of rows) {
      const line = { cohort: cohort(row.cohort_id), uom: row.uom, amount: BigInt(row.amount), touches: row.touches };
      const known = weights.get(row.container);
      if (known === undefined) weights.set(row.container, [line]);
      else known.push(line);
    }
    return weights;
  }

  /** The containers that directly hold goods of these products. */
  async ofProducts(products: readonly string[]): Promise<ContentRow[]> {
    const ids = await this.stocks(products);
    return ids.length === 0 ? [] : this.contents('cohort_id = ANY($1::bigint[])', numbers(ids));
  }

  private async stocks(products: readonly string[]): Promise<number[]> {
    return products.length === 0
      ? []
      : this.names.cohorts.knownIds(
          this.sql,
          products.map((product) => cohortName(stockCohort(product))),
        );
  }

  private async contents(where: string, parameter: string): Promise<ContentRow[]> {
    const rows = await this.sql.query<{ container: string; cohort_id: number; uom: string; amount: string }>(
      `SELECT container, cohort_id, uom, amount::text AS amount FROM ${this.schema}.content WHERE ${where}`,
      [parameter],
    );
    const cohort = await this.names.cohorts.valuesOf(
      this.sql,
      rows.map((row) => row.cohort_id),
    );
    const contents = rows.map((row) => ({
      container: row.container,
      cohort: cohort(row.cohort_id),
      uom: row.uom,
      amount: BigInt(row.amount),
    }));
    return sortedBy(contents, (row) => [row.container, row.cohort.product, row.uom].join('\n'));
  }
}
