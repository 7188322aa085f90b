import { Database } from '@suyuan/platform';

/** Tables in which a text stands, each column read as text and bytes as what they spell. */
export async function tablesWith(database: Database, wanted: string, only = '%'): Promise<string[]> {
  const tables = await database.query<{ schema: string; table: string; columns: { name: string; type: string }[] }>(
    `SELECT table_schema AS schema, table_name AS "table", json_agg(json_build_object('name', column_name, 'type', data_type)) AS columns
       FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
      WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema') AND table_name LIKE $1 GROUP BY 1, 2`,
    [only],
  );
  const found: string[] = [];
  for (const { schema, table, columns } of tables) {
    const spelled = columns.map(({ name: column, type }) =>
      type === 'bytea' ? `encode("${column}", 'escape')` : `"${column}"::text`,
    );
    const [row] = await database.query<{ hits: number }>(
      `SELECT count(*)::int AS hits FROM "${schema}"."${table}" WHERE position($1 IN concat_ws(' ', ${spelled.join(', ')})) > 0`,
      [wanted],
    );
    if ((row?.hits ?? 0) > 0) found.push(`${schema}.${table}`);
  }
  return found;
}
