import { numbers, Sql, texts } from '@suyuan/platform';
import { EACH, ONE } from '../domain/facts/quantity';
import { LineageLine, lineName, sortedBy } from '../domain/lineage/graph-source';
import { Cohort, cohortName } from '../domain/world/cohort';
import { COHORT, CohortColumns, toCohort } from './graph-columns';
import { GraphNames } from './graph-names';

/** What went into transformations and came out of them. */
export class LineRows {
  constructor(
    private readonly sql: Sql,
    private readonly schema: string,
    private readonly names: GraphNames,
  ) {}

  async consumers(cohorts: readonly Cohort[], things: readonly string[]): Promise<LineageLine[]> {
    const asked = await this.inputs('i.thing = ANY($1::text[])', texts(things));
    const ids = await this.names.cohorts.knownIds(this.sql, cohorts.map(cohortName));
    // Served by line_cohort, then by the primary key.
    const lines = await this.lines(
      `l.transformation = ANY(ARRAY(SELECT DISTINCT transformation FROM ${this.schema}.line WHERE side = 'input' AND cohort_id = ANY($1::bigint[])) || $2::text[])`,
      [numbers(ids), texts(asked.map(({ transformation }) => transformation))],
    );
    return sortedBy([...lines, ...asked], lineName);
  }

  async linesOf(transformations: readonly string[]): Promise<LineageLine[]> {
    if (transformations.length === 0) return [];
    const wanted = texts(transformations);
    const summed = await this.lines(`l.transformation = ANY($1::text[]) AND (l.side = 'output' OR c.kind = 'stock')`, [wanted]);
    return sortedBy([...summed, ...(await this.inputs('i.transformation = ANY($1::text[])', wanted))], lineName);
  }

  async makersOfStock(products: readonly string[]): Promise<LineageLine[]> {
    if (products.length === 0) return [];
    const rows = await this.sql.query<{ transformation: string }>(
      `SELECT DISTINCT o.transformation FROM ${this.schema}.line o JOIN ${this.schema}.cohort p ON p.id = o.cohort_id
        WHERE o.side = 'output' AND p.kind = 'stock' AND p.product = ANY($1::text[])`,
      [texts(products)],
    );
    return this.linesOf(rows.map(({ transformation }) => transformation));
  }

  async stockOrigins(products: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>> {
    const origins = new Map<string, string[]>(products.map((product) => [product, []]));
    const rows = await this.sql.query<{ product: string; event_id: string }>(
      `SELECT c.product, f.event_id FROM ${this.schema}.posting p JOIN ${this.schema}.cohort c ON c.id = p.cohort_id JOIN ${this.schema}.account a ON a.id = p.account_id
         JOIN ${this.schema}.fact f ON f.position = p.event
        WHERE c.product = ANY($1::text[]) AND c.kind = 'stock' AND a.state = 'created'`,
      [products],
    );
    for (const { product, event_id } of rows) origins.get(product)?.push(event_id);
    return origins;
  }

  private async lines(where: string, parameters: unknown[]): Promise<LineageLine[]> {
    const rows = await this.sql.query<
      CohortColumns & {
        transformation: string;
        side: 'input' | 'output';
        uom: string;
        amount: string;
        unknowns: number;
        touches: number;
        event_id: string;
        at_micros: number;
      }
    >(
      `SELECT ${COHORT}, l.transformation, l.side, l.uom, l.amount::text AS amount, l.unknowns, l.touches, l.event_id, l.at_micros
         FROM ${this.schema}.line l JOIN ${this.schema}.cohort c ON c.id = l.cohort_id WHERE ${where}`,
      parameters,
    );
    return rows.map((row) => ({
      transformation: row.transformation,
      side: row.side,
      cohort: toCohort(row),
      thing: undefined,
      uom: row.uom,
      amount: row.unknowns > 0 && row.amount === '0' ? undefined : BigInt(row.amount),
      count: row.touches,
      eventId: row.event_id,
      atMicros: row.at_micros,
    }));
  }

  /** Serials that went into transformations, one by one. */
  private async inputs(where: string, parameter: string): Promise<LineageLine[]> {
    const rows = await this.sql.query<
      CohortColumns & { transformation: string; thing: string; event_id: string; at_micros: number }
    >(
      `SELECT ${COHORT}, i.transformation, i.thing, i.event_id, i.at_micros
         FROM ${this.schema}.input_thing i JOIN ${this.schema}.cohort c ON c.id = i.cohort_id WHERE ${where}`,
      [parameter],
    );
    return rows.map((row) => ({
      transformation: row.transformation,
      side: 'input',
      cohort: toCohort(row),
      thing: row.thing,
      uom: EACH,
      amount: ONE,
      count: 1,
      eventId: row.event_id,
      atMicros: row.at_micros,
    }));
  }
}
