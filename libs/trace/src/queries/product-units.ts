import { Sql } from '@suyuan/platform';

/** Every product of this GTIN that was ever named: lot keys, and the class key where goods without a lot are known. */
export async function readProductsOf(sql: Sql, schema: string, gtin: string): Promise<string[]> {
  // Served by cohort_gtin.
  const rows = await sql.query<{ product: string }>(`SELECT DISTINCT product FROM ${schema}.cohort WHERE gtin = $1`, [gtin]);
  return rows.map(({ product }) => product);
}

/** Every lot that is claimed for some unit beside another lot: contradictions only, so few. */
export async function readContradictedLots(sql: Sql, schema: string): Promise<string[]> {
  // Served by bundle_conflict, which holds nothing else.
  const rows = await sql.query<{ lot: string }>(
    `SELECT DISTINCT lot FROM ${schema}.bundle b CROSS JOIN LATERAL unnest(b.lots) AS l (lot) WHERE cardinality(b.lots) > 1`,
  );
  return rows.map(({ lot }) => lot);
}

/**
 * Keys of all units that are of one of these products or for which one of these lots is claimed, in no order.
 * @returns undefined when there are more than `most`
 */
export async function readUnitsOf(
  sql: Sql,
  schema: string,
  products: readonly string[],
  most: number,
): Promise<string[] | undefined> {
  if (products.length === 0) return [];
  const rows = await sql.query<{ key: string }>(
    // Served by bundle_cohort, and by bundle_conflict for lots that are claimed beside the one that is shown.
    `SELECT k.key FROM (
       SELECT b.keys FROM ${schema}.bundle b JOIN ${schema}.cohort c ON c.id = b.cohort_id WHERE c.product = ANY($1::text[])
       UNION ALL SELECT b.keys FROM ${schema}.bundle b WHERE cardinality(b.lots) > 1 AND b.lots && $1::text[] AND b.cohort_id IS NOT NULL
     ) found CROSS JOIN LATERAL unnest(found.keys) AS k (key) LIMIT $2`,
    [products, most + 1],
  );
  return rows.length > most ? undefined : [...new Set(rows.map(({ key }) => key))];
}
