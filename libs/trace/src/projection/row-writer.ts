import { gtinOf } from '@suyuan/gs1';
import { Transaction } from '@suyuan/platform';
import { Account, accountName } from '../domain/world/account';
import { Cohort, cohortName } from '../domain/world/cohort';
import { Counted, difference, ThingRow, WorldRows } from '../domain/world/rows';

/**
 * Writes what changed between two replays. Rows are counted (`touches`): every replay of a part of the world adds and
 * takes away its own share, and a row without any share left is deleted.
 */
export class RowWriter {
  constructor(
    private readonly tx: Transaction,
    private readonly schema: string,
  ) {}

  /** @returns the products whose custody, lineage or membership changed */
  async write(before: WorldRows, after: WorldRows): Promise<Set<string>> {
    const postings = [...difference(before.postings, after.postings).values()];
    const lines = [...difference(before.lines, after.lines).values()];
    const exceptions = difference(before.exceptions, after.exceptions);
    const things = [...difference(before.things, after.things).values()];
    const parts = [...difference(before.parts, after.parts).values()];
    const contents = [...difference(before.contents, after.contents).values()];
    const loose = [...difference(before.loose, after.loose).values()];

    const cohorts = await this.cohortIds([
      ...postings.map(({ row }) => row.cohort),
      ...lines.map(({ row }) => row.cohort),
      ...things.map(({ row }) => row.cohort),
      ...parts.flatMap(({ row }) => [row.partCohort, row.wholeCohort]),
      ...contents.map(({ row }) => row.cohort),
      ...loose.map(({ row }) => row.cohort),
    ]);
    const cohort = (of: Cohort): number => cohorts.get(cohortName(of)) ?? 0;
    const accounts = await this.accountIds([
      ...[...postings, ...loose].map(({ row }) => row.account),
      ...things.flatMap(({ row }) => row.custody ?? []),
    ]);
    const account = (of: Account): number => accounts.get(accountName(of)) ?? 0;

    await this.upsert(
      'posting',
      ['cohort_id', 'account_id', 'at_micros', 'uom', 'event_id'],
      ['delta', 'touches', 'unknowns'],
      'bigint,bigint,bigint,text,text,bigint,bigint,int',
      [
        postings.map(({ row }) => cohort(row.cohort)),
        postings.map(({ row }) => account(row.account)),
        postings.map(({ row }) => row.atMicros),
        postings.map(({ row }) => row.uom),
        postings.map(({ row }) => row.eventId),
        postings.map(({ amount }) => amount.toString()),
        postings.map(({ count }) => count),
        postings.map(({ unknowns }) => unknowns),
      ],
    );
    await this.upsert(
      'line',
      ['transformation', 'side', 'cohort_id', 'thing', 'uom', 'event_id', 'at_micros'],
      ['amount', 'touches', 'unknowns'],
      'text,text,bigint,text,text,text,bigint,bigint,bigint,int',
      [
        lines.map(({ row }) => row.transformation),
        lines.map(({ row }) => row.side),
        lines.map(({ row }) => cohort(row.cohort)),
        lines.map(({ row }) => row.thing ?? ''),
        lines.map(({ row }) => row.uom),
        lines.map(({ row }) => row.eventId),
        lines.map(({ row }) => row.atMicros),
        lines.map(({ amount }) => amount.toString()),
        lines.map(({ count }) => count),
        lines.map(({ unknowns }) => unknowns),
      ],
      ['transformation', 'side', 'cohort_id', 'thing', 'uom', 'event_id'],
    );
    await this.upsert(
      'part',
      ['whole', 'part_cohort_id', 'part', 'whole_cohort_id'],
      ['touches'],
      'text,bigint,text,bigint,bigint',
      [
        parts.map(({ row }) => row.whole),
        parts.map(({ row }) => cohort(row.partCohort)),
        parts.map(({ row }) => row.part ?? ''),
        parts.map(({ row }) => cohort(row.wholeCohort)),
        parts.map(({ count }) => count),
      ],
    );
    await this.upsert('content', ['container', 'cohort_id', 'uom'], ['amount', 'touches'], 'text,bigint,text,bigint,bigint', [
      contents.map(({ row }) => row.container),
      contents.map(({ row }) => cohort(row.cohort)),
      contents.map(({ row }) => row.uom),
      contents.map(({ amount }) => amount.toString()),
      contents.map(({ count }) => count),
    ]);
    await this.upsert('loose', ['cohort_id', 'uom', 'account_id'], ['amount', 'touches'], 'bigint,text,bigint,bigint,bigint', [
      loose.map(({ row }) => cohort(row.cohort)),
      loose.map(({ row }) => row.uom),
      loose.map(({ row }) => account(row.account)),
      loose.map(({ amount }) => amount.toString()),
      loose.map(({ count }) => count),
    ]);
    await this.writeExceptions(exceptions);
    await this.writeThings(things, cohort, account);

    const touched = new Set<string>();
    for (const { row } of [...postings, ...lines, ...contents]) touched.add(row.cohort.product);
    for (const { row } of things) for (const product of [row.cohort.product, ...row.lots]) touched.add(product);
    for (const { row } of parts) touched.add(row.partCohort.product).add(row.wholeCohort.product);
    return touched;
  }

  private async writeExceptions(
    changes: ReadonlyMap<
      string,
      Counted<{ type: string; key: string; party: string | null; eventIds: readonly string[]; atMicros: number; uom?: string }>
    >,
  ): Promise<void> {
    const rows = [...changes];
    await this.upsert(
      'exception',
      ['id', 'type', 'key', 'party', 'event_ids', 'at_micros', 'uom'],
      ['amount', 'touches'],
      'text,text,text,text,text,bigint,text,bigint,bigint',
      [
        rows.map(([id]) => id),
        rows.map(([, { row }]) => row.type),
        rows.map(([, { row }]) => row.key),
        rows.map(([, { row }]) => row.party),
        rows.map(([, { row }]) => `{${row.eventIds.map((eventId) => JSON.stringify(eventId)).join(',')}}`),
        rows.map(([, { row }]) => row.atMicros),
        rows.map(([, { row }]) => row.uom ?? null),
        rows.map(([, { amount }]) => amount.toString()),
        rows.map(([, { count }]) => count),
      ],
      ['id'],
    );
  }

  /** A thing has one row: the one that stands after the change replaces the one that stood before. */
  private async writeThings(
    changes: readonly Counted<ThingRow>[],
    cohort: (of: Cohort) => number,
    account: (of: Account) => number,
  ): Promise<void> {
    const standing = changes.filter(({ count }) => count > 0).map(({ row }) => row);
    const kept = new Set(standing.map(({ key }) => key));
    const lost = changes.filter(({ row, count }) => count < 0 && !kept.has(row.key)).map(({ row }) => row.key);
    if (lost.length > 0) await this.tx.query(`DELETE FROM ${this.schema}.thing WHERE key = ANY($1::text[])`, [lost]);
    if (standing.length === 0) return;
    const columns: [string, string, (row: ThingRow) => unknown][] = [
      ['key', 'text', (row) => row.key],
      ['cohort_id', 'bigint', (row) => cohort(row.cohort)],
      ['account_id', 'bigint', (row) => (row.custody === undefined ? null : account(row.custody))],
      ['since_micros', 'bigint', (row) => row.sinceMicros],
      ['event_id', 'text', (row) => row.eventId],
      ['parent', 'text', (row) => row.parent ?? null],
      ['parent_since_micros', 'bigint', (row) => row.parentSinceMicros],
      ['parent_event_id', 'text', (row) => row.parentEventId],
      ['created_micros', 'bigint', (row) => row.createdMicros ?? null],
      ['created_place', 'text', (row) => row.createdPlace],
      ['creation_event_id', 'text', (row) => row.creationEventId ?? null],
      ['gone_by', 'text', (row) => row.goneBy ?? null],
      ['last_seen', 'text', (row) => row.lastSeen],
      ['shipped_from', 'text', (row) => row.shippedFrom],
      ['lots', 'text', (row) => `{${row.lots.map((lot) => JSON.stringify(lot)).join(',')}}`],
    ];
    const names = columns.map(([name]) => name);
    await this.tx.query(
      `INSERT INTO ${this.schema}.thing (${names.join(', ')}) SELECT ${names.map((name) => (name === 'lots' ? 'lots::text[]' : name)).join(', ')}
         FROM unnest(${columns.map(([, type], index) => `$${index + 1}::${type}[]`).join(', ')}) AS new(${names.join(', ')})
       ON CONFLICT (key) DO UPDATE SET ${names
         .slice(1)
         .map((name) => `${name} = excluded.${name}`)
         .join(', ')}`,
      columns.map(([, , value]) => standing.map(value)),
    );
  }

  /** Adds to counted rows; `sums` are added up, the last of the identifying columns decide which row. Gone when untouched. */
  private async upsert(
    table: string,
    columns: string[],
    sums: string[],
    types: string,
    values: unknown[][],
    identity: string[] = columns,
  ): Promise<void> {
    if ((values[0]?.length ?? 0) === 0) return;
    const all = [...columns, ...sums];
    const source = types.split(',').map((type, index) => `$${index + 1}::${type}[]`);
    const selected = all.map((column) => (column === 'event_ids' ? 'event_ids::text[]' : column)).join(', ');
    const additions = sums.map((column) => `${column} = ${table}.${column} + excluded.${column}`).join(', ');
    await this.tx.query(
      `INSERT INTO ${this.schema}.${table} (${all.join(', ')}) SELECT ${selected} FROM unnest(${source.join(', ')}) AS new(${all.join(', ')})
       ON CONFLICT (${identity.join(', ')}) DO UPDATE SET ${additions}`,
      values,
    );
    // Only rows that this very batch took from can be gone.
    const touches = values[values.length - (sums[sums.length - 1] === 'touches' ? 1 : 2)] as number[];
    const taken = touches.map((count, index) => (count < 0 ? index : -1)).filter((index) => index >= 0);
    if (taken.length === 0) return;
    const keyColumns = identity.map((column) => all.indexOf(column));
    const keySource = keyColumns.map((column, index) => `$${index + 1}::${types.split(',')[column] ?? 'text'}[]`);
    await this.tx.query(
      `DELETE FROM ${this.schema}.${table} WHERE touches <= 0 AND (${identity.join(', ')}) IN (SELECT * FROM unnest(${keySource.join(', ')}))`,
      keyColumns.map((column) => taken.map((index) => values[column]?.[index])),
    );
  }

  private async cohortIds(cohorts: readonly Cohort[]): Promise<Map<string, number>> {
    const byName = new Map(cohorts.map((cohort) => [cohortName(cohort), cohort]));
    const rows = [...byName].map(([name, cohort]) => [
      name,
      cohort.product,
      cohort.kind,
      cohort.madeBy,
      cohort.conflicted,
      gtinOf(cohort.product) ?? null,
    ]);
    return this.idsOf(
      'cohort',
      ['name', 'product', 'kind', 'made_by', 'conflicted', 'gtin'],
      'text,text,text,text,boolean,text',
      rows,
    );
  }

  private async accountIds(accounts: readonly Account[]): Promise<Map<string, number>> {
    const byName = new Map(accounts.map((account) => [accountName(account), account]));
    const rows = [...byName].map(([name, account]) => [name, account.state, account.party, account.place, account.from]);
    return this.idsOf('account', ['name', 'state', 'party', 'place', 'from_party'], 'text,text,text,text,text', rows);
  }

  private async idsOf(table: string, columns: string[], types: string, rows: unknown[][]): Promise<Map<string, number>> {
    const ids = new Map<string, number>();
    if (rows.length === 0) return ids;
    const names = rows.map(([name]) => name as string);
    const note = (found: { id: number; name: string }[]): void => found.forEach(({ id, name }) => ids.set(name, id));
    note(await this.tx.query(`SELECT id, name FROM ${this.schema}.${table} WHERE name = ANY($1::text[])`, [names]));
    const missing = rows.filter(([name]) => !ids.has(name as string));
    if (missing.length === 0) return ids;
    const source = types.split(',').map((type, index) => `$${index + 1}::${type}[]`);
    note(
      await this.tx.query(
        `INSERT INTO ${this.schema}.${table} (${columns.join(', ')}) SELECT * FROM unnest(${source.join(', ')}) RETURNING id, name`,
        columns.map((_, column) => missing.map((row) => row[column])),
      ),
    );
    return ids;
  }
}
