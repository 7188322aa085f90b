import type { Sql } from '@suyuan/platform';
import type { CitusLayout, Placement } from './citus-layout';

interface Column {
  readonly name: string;
  /** With its length or scale. */
  readonly type: string;
  readonly collation: string | null;
  readonly identity: boolean;
  readonly generated: boolean;
  /** The sequence behind a default, where there is one. */
  readonly serial: boolean;
}

interface ForeignKey {
  readonly name: string;
  readonly columns: readonly string[];
  readonly target: string;
  readonly targetColumns: readonly string[];
}

/** A table as pg_catalog tells of it. */
interface Table {
  readonly name: string;
  readonly inherits: boolean;
  readonly columns: readonly Column[];
  /** Unique, primary and exclusion: their plain key columns; what is an expression is not among them. */
  readonly uniques: readonly { readonly name: string; readonly columns: readonly string[] }[];
  readonly foreignKeys: readonly ForeignKey[];
  readonly triggers: readonly string[];
}

type Distributed = Extract<Placement, { kind: 'distributed' }>;

/**
 * What Citus would refuse of a schema under a layout, in words; empty where it would take all of it. The rules: a
 * distribution column in every unique key, a foreign key only within a group by the distribution column or to a reference
 * table, one type and collation in a group, no triggers, numbers of its own only as bigint identities.
 */
export async function citusFaults(sql: Sql, layout: CitusLayout): Promise<string[]> {
  const tables = await readTables(sql);
  const names = new Set(tables.map(({ name }) => name));
  const faults = [...layout.keys()]
    .filter((name) => !names.has(name))
    .map((name) => `${name}: is in the layout, not in the schema`);
  const groups = new Map<string, { table: string; type: string }>();
  for (const table of tables) {
    const placement = layout.get(table.name);
    if (placement === undefined) {
      faults.push(`${table.name}: is not in the layout`);
      continue;
    }
    faults.push(...foreignKeyFaults(table, placement, layout));
    if (placement.kind === 'local') continue;
    faults.push(...spreadFaults(table));
    if (placement.kind === 'distributed') faults.push(...distributionFaults(table, placement, groups));
  }
  return faults;
}

/** Of tables that live on the workers. */
function spreadFaults({ name, columns, triggers, inherits }: Table): string[] {
  return [
    ...triggers.map((trigger) => `${name}: trigger ${trigger}`),
    ...(inherits ? [`${name}: inherits from another table`] : []),
    ...columns
      .filter((one) => one.identity && one.type !== 'bigint')
      .map((one) => `${name}: identity ${one.name} is ${one.type}`),
    ...columns.filter(({ serial }) => serial).map((one) => `${name}: ${one.name} is numbered by a sequence`),
  ];
}

function distributionFaults(
  { name, columns, uniques }: Table,
  { column, group }: Distributed,
  groups: Map<string, { table: string; type: string }>,
): string[] {
  const by = columns.find((one) => one.name === column);
  if (by === undefined) return [`${name}: has no column ${column}`];
  const faults = uniques
    .filter((unique) => !unique.columns.includes(column))
    .map((unique) => `${name}: ${unique.name} does not hold ${column}`);
  if (by.generated) faults.push(`${name}: ${column} is generated`);
  const type = by.collation === null ? by.type : `${by.type} collate ${by.collation}`;
  const first = groups.get(group);
  if (first === undefined) groups.set(group, { table: name, type });
  else if (first.type !== type) faults.push(`${name}: ${column} is ${type}, in ${first.table} of its group it is ${first.type}`);
  return faults;
}

function foreignKeyFaults(table: Table, from: Placement, layout: CitusLayout): string[] {
  return table.foreignKeys
    .filter((key) => !isAllowed(key, from, layout.get(key.target)))
    .map((key) => `${table.name}: ${key.name} points to ${key.target}, which is elsewhere`);
}

function isAllowed(key: ForeignKey, from: Placement, to: Placement | undefined): boolean {
  if (from.kind === 'local') return to?.kind === 'local';
  if (to?.kind === 'reference') return true;
  if (from.kind !== 'distributed' || to?.kind !== 'distributed' || from.group !== to.group) return false;
  const at = key.columns.indexOf(from.column);
  return at >= 0 && key.targetColumns[at] === to.column;
}

const NAMES = (oid: string, numbers: string): string => `
  (SELECT coalesce(json_agg(a.attname ORDER BY part.ordinal), '[]') FROM unnest(${numbers}) WITH ORDINALITY AS part (number, ordinal)
   JOIN pg_attribute a ON a.attrelid = ${oid} AND a.attnum = part.number)`;

async function readTables(sql: Sql): Promise<Table[]> {
  return sql.query<{ [Name in keyof Table]: Table[Name] }>(`
    SELECT n.nspname || '.' || c.relname AS name,
      EXISTS (SELECT FROM pg_inherits i WHERE c.oid IN (i.inhrelid, i.inhparent) AND c.relkind <> 'p' AND NOT c.relispartition) AS inherits,
      (SELECT json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod),
          'collation', (SELECT l.collname FROM pg_collation l WHERE l.oid = a.attcollation),
          'identity', a.attidentity <> '', 'generated', a.attgenerated <> '',
          'serial', a.attidentity = '' AND coalesce(pg_get_expr(d.adbin, d.adrelid) LIKE '%nextval(%', false)) ORDER BY a.attnum)
        FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
        WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) AS columns,
      (SELECT coalesce(json_agg(json_build_object('name', u.relname, 'columns',
          ${NAMES('c.oid', '(i.indkey::int2[])[0:i.indnkeyatts - 1]')}) ORDER BY u.relname), '[]')
        FROM pg_index i JOIN pg_class u ON u.oid = i.indexrelid
        WHERE i.indrelid = c.oid AND (i.indisunique OR i.indisexclusion)) AS uniques,
      (SELECT coalesce(json_agg(json_build_object('name', k.conname, 'columns', ${NAMES('k.conrelid', 'k.conkey')},
          'target', tn.nspname || '.' || t.relname, 'targetColumns', ${NAMES('k.confrelid', 'k.confkey')}) ORDER BY k.conname), '[]')
        FROM pg_constraint k JOIN pg_class t ON t.oid = k.confrelid JOIN pg_namespace tn ON tn.oid = t.relnamespace
        WHERE k.conrelid = c.oid AND k.contype = 'f') AS "foreignKeys",
      (SELECT coalesce(json_agg(g.tgname ORDER BY g.tgname), '[]') FROM pg_trigger g
        WHERE g.tgrelid = c.oid AND NOT g.tgisinternal) AS triggers
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p') AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
    ORDER BY name`);
}
