import { Sql, texts } from '@suyuan/platform';
import { fromNano } from '../domain/facts/quantity';
import { PartyThroughput } from '../domain/trace-reader';

interface Row {
  readonly party: string;
  readonly product: string;
  readonly uom: string;
  readonly received: string;
  readonly passed_on: string;
  readonly held: string;
  readonly in_transit: string;
  readonly sold: string;
  readonly consumed: string;
  readonly destroyed: string;
}

/**
 * What went through each party's hands: the ledger summed by party, and within it by event, so that goods moved between a
 * party's own accounts are neither received nor passed on. What there is now are the sums the ledger keeps anyway.
 */
export async function readThroughput(
  sql: Sql,
  schema: string,
  products: readonly string[],
  party: string | undefined,
): Promise<PartyThroughput[]> {
  const rows = await sql.query<Row>(
    // Materialized: how few cohorts a product has and how many postings these is nothing that the planner can tell.
    `WITH cohorts AS MATERIALIZED (SELECT id, product FROM ${schema}.cohort WHERE product = ANY($1::text[])),
     accounts AS MATERIALIZED (
       SELECT id, party, state FROM ${schema}.account
        WHERE party IS NOT NULL AND state NOT IN ('created', 'unexplained') AND ($2::text IS NULL OR party = $2)),
     by_event AS (
       SELECT a.party, c.product, p.uom, sum(p.delta) AS net
         FROM cohorts c JOIN ${schema}.posting p ON p.cohort_id = c.id JOIN accounts a ON a.id = p.account_id
        GROUP BY a.party, c.product, p.uom, p.event HAVING sum(p.delta) <> 0),
     moved AS (
       SELECT party, product, uom, sum(net) FILTER (WHERE net > 0) AS received, -sum(net) FILTER (WHERE net < 0) AS passed_on
         FROM by_event GROUP BY party, product, uom),
     now AS (
       SELECT a.party, c.product, b.uom,
         sum(b.amount) FILTER (WHERE a.state = 'held') AS held,
         sum(b.amount) FILTER (WHERE a.state = 'in_transit') AS in_transit,
         sum(b.amount) FILTER (WHERE a.state = 'sold') AS sold,
         sum(b.amount) FILTER (WHERE a.state = 'consumed') AS consumed,
         sum(b.amount) FILTER (WHERE a.state IN ('destroyed', 'decommissioned')) AS destroyed
       FROM cohorts c JOIN ${schema}.balance b ON b.cohort_id = c.id JOIN accounts a ON a.id = b.account_id
       GROUP BY a.party, c.product, b.uom)
     SELECT party, product, uom, coalesce(received, 0)::text AS received, coalesce(passed_on, 0)::text AS passed_on,
       coalesce(held, 0)::text AS held, coalesce(in_transit, 0)::text AS in_transit, coalesce(sold, 0)::text AS sold,
       coalesce(consumed, 0)::text AS consumed, coalesce(destroyed, 0)::text AS destroyed
     FROM now LEFT JOIN moved USING (party, product, uom) ORDER BY party, product, uom`,
    [texts([...products]), party ?? null],
  );
  return rows.map(({ party: one, product, uom, passed_on: passedOn, in_transit: inTransit, ...row }) => ({
    party: one,
    product,
    uom,
    received: amount(row.received),
    passedOn: amount(passedOn),
    held: amount(row.held),
    inTransit: amount(inTransit),
    sold: amount(row.sold),
    consumed: amount(row.consumed),
    destroyed: amount(row.destroyed),
  }));
}

const amount = (nano: string): number => fromNano(BigInt(nano));
