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
 * party's own accounts are neither received nor passed on. Serves one party by its accounts, all by the products.
 */
export async function readThroughput(
  sql: Sql,
  schema: string,
  products: readonly string[],
  party: string | undefined,
): Promise<PartyThroughput[]> {
  const rows = await sql.query<Row>(
    `SELECT party, product, uom, sum(greatest(net, 0))::text AS received, sum(greatest(-net, 0))::text AS passed_on, sum(held)::text AS held,
       sum(in_transit)::text AS in_transit, sum(sold)::text AS sold, sum(consumed)::text AS consumed, sum(destroyed)::text AS destroyed
     FROM (
       SELECT a.party, c.product, p.uom, p.event, sum(p.delta) AS net,
         coalesce(sum(p.delta) FILTER (WHERE a.state = 'held'), 0) AS held,
         coalesce(sum(p.delta) FILTER (WHERE a.state = 'in_transit'), 0) AS in_transit,
         coalesce(sum(p.delta) FILTER (WHERE a.state = 'sold'), 0) AS sold,
         coalesce(sum(p.delta) FILTER (WHERE a.state = 'consumed'), 0) AS consumed,
         coalesce(sum(p.delta) FILTER (WHERE a.state IN ('destroyed', 'decommissioned')), 0) AS destroyed
       FROM ${schema}.cohort c JOIN ${schema}.posting p ON p.cohort_id = c.id
       JOIN ${schema}.account a ON a.id = p.account_id AND a.party IS NOT NULL AND a.state NOT IN ('created', 'unexplained')
         AND ($2::text IS NULL OR a.party = $2)
       WHERE c.product = ANY($1::text[]) GROUP BY a.party, c.product, p.uom, p.event
     ) AS by_event GROUP BY party, product, uom ORDER BY party, product, uom`,
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
