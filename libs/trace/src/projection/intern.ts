import { Sql } from '@suyuan/platform';

/** Ids of names in a `(id, name)` table, new ones added. One writer at a time: the projector holds its lock. */
export async function intern(sql: Sql, table: string, names: readonly string[]): Promise<Map<string, number>> {
  const ids = new Map<string, number>();
  if (names.length === 0) return ids;
  const sorted = [...new Set(names)].sort();
  const known = await sql.query<{ id: number; name: string }>(`SELECT id, name FROM ${table} WHERE name = ANY($1::text[])`, [
    sorted,
  ]);
  for (const { id, name } of known) ids.set(name, id);
  const missing = sorted.filter((name) => !ids.has(name));
  if (missing.length > 0) {
    const added = await sql.query<{ id: number; name: string }>(
      `INSERT INTO ${table} (name) SELECT unnest($1::text[]) RETURNING id, name`,
      [missing],
    );
    for (const { id, name } of added) ids.set(name, id);
  }
  return ids;
}
