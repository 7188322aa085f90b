import { Sql } from '@suyuan/platform';
import { describeKey } from '@suyuan/gs1';
import { microsToTime } from '../domain/facts/time';
import { AncestryIdentity } from '../domain/trace-reader';

interface Row {
  key: string;
  lots: string[];
  created_micros: number | null;
  created_place: string | null;
}

const COLUMNS = 'b.lots, b.created_micros, b.created_place';

/**
 * The codes' own identities, as `ancestry` gives them first, without anything they were made from or contain: one statement,
 * so one snapshot. Instances by unit's primary key, lots by the index `bundle_conflict`.
 */
export async function readSelfIdentities(
  sql: Sql,
  schema: string,
  keys: readonly string[],
): Promise<Map<string, AncestryIdentity[]>> {
  const lots = keys.filter((key) => describeKey(key).kind === 'lot');
  const found = new Map<string, AncestryIdentity[]>();
  const byKey = `SELECT u.key, ${COLUMNS} FROM ${schema}.unit u JOIN ${schema}.bundle b ON b.id = u.bundle_id
    WHERE u.key = ANY($1::text[]) AND b.cohort_id IS NOT NULL`;
  const byClaims = `SELECT k.key, ${COLUMNS} FROM ${schema}.bundle b CROSS JOIN LATERAL unnest(b.keys) AS k (key)
    WHERE cardinality(b.lots) > 1 AND b.lots && $2::text[] AND b.cohort_id IS NOT NULL`;
  const rows = await sql.query<Row>(
    lots.length === 0 ? byKey : `${byKey} UNION ${byClaims}`,
    lots.length === 0 ? [keys] : [keys, lots],
  );
  const asked = new Set(keys);
  for (const row of rows) {
    if (asked.has(row.key)) found.set(row.key, [identityOf(row, 'certain')]);
    // Which of the claimed lots it is of, nobody can say.
    if (row.lots.length > 1)
      for (const lot of row.lots) if (asked.has(lot)) found.set(lot, [...(found.get(lot) ?? []), identityOf(row, 'possible')]);
  }
  return found;
}

function identityOf(row: Row, certainty: AncestryIdentity['certainty']): AncestryIdentity {
  const { gtin, serial } = describeKey(row.key);
  return {
    key: row.key,
    ...(gtin === undefined ? {} : { gtin }),
    ...(serial === undefined ? {} : { serial }),
    lots: row.lots,
    ...(row.created_micros === null ? {} : { createdAt: microsToTime(row.created_micros) }),
    ...(row.created_place === null ? {} : { createdAtPlace: row.created_place }),
    certainty,
    relation: 'self',
  };
}
