import { numbers, Sql, texts } from '@suyuan/platform';

/** How the values of a dictionary are named and stored. */
export interface Entries<Value> {
  readonly table: string;
  nameOf(value: Value): string;
  /** Columns beside `id` and `name`, with their types. */
  readonly columns: Readonly<Record<string, 'text' | 'boolean'>>;
  toRow(value: Value): readonly (string | boolean | null)[];
  fromRow(row: Record<string, unknown>): Value;
}

/**
 * Values that many rows name by id. What was looked up once is remembered until its owner forgets it: ids are never given
 * to another name. After a transaction that failed everything must be forgotten, for ids it gave out were never stored.
 */
export class Dictionary<Value> {
  private readonly ids = new Map<string, number>();
  private readonly values = new Map<number, Value>();

  constructor(
    private readonly schema: string,
    private readonly entries: Entries<Value>,
  ) {}

  get size(): number {
    return this.ids.size;
  }

  forget(): void {
    this.ids.clear();
    this.values.clear();
  }

  /** Ids of these values, new ones added. One writer at a time: the projector holds its lock. */
  async idsOf(sql: Sql, values: Iterable<Value>): Promise<(value: Value) => number> {
    const { table, columns } = this.entries;
    const unknown = new Map<string, Value>();
    for (const value of values) {
      const name = this.entries.nameOf(value);
      if (!this.ids.has(name)) unknown.set(name, value);
    }
    if (unknown.size > 0) {
      await this.find(sql, 'name = ANY($1::text[])', texts([...unknown.keys()]));
      const missing = [...unknown].filter(([name]) => !this.ids.has(name));
      if (missing.length > 0) {
        const rows = missing.map(([name, value]) => [name, ...this.entries.toRow(value)]);
        const names = ['name', ...Object.keys(columns)];
        const sources = ['text', ...Object.values(columns)].map((type, index) => `$${index + 1}::${type}[]`);
        const added = await sql.query<{ id: number; name: string }>(
          `INSERT INTO ${this.schema}.${table} (${names.join(', ')}) SELECT * FROM unnest(${sources.join(', ')}) RETURNING id, name`,
          names.map((_, column) => rows.map((row) => row[column])),
        );
        for (const { id, name } of added) this.remember(id, name, unknown.get(name) as Value);
      }
    }
    return (value) => this.ids.get(this.entries.nameOf(value)) ?? 0;
  }

  /** Ids of names, those unknown left out. */
  async knownIds(sql: Sql, names: readonly string[]): Promise<number[]> {
    const unknown = names.filter((name) => !this.ids.has(name));
    if (unknown.length > 0) await this.find(sql, 'name = ANY($1::text[])', texts(unknown));
    return names.map((name) => this.ids.get(name)).filter((id) => id !== undefined);
  }

  async valuesOf(sql: Sql, ids: Iterable<number>): Promise<(id: number) => Value> {
    const unknown = [...new Set(ids)].filter((id) => !this.values.has(id));
    if (unknown.length > 0) await this.find(sql, 'id = ANY($1::bigint[])', numbers(unknown));
    return (id) => {
      const value = this.values.get(id);
      if (value === undefined) throw new Error(`${this.entries.table} ${id} is not in the dictionary`);
      return value;
    };
  }

  private async find(sql: Sql, where: string, parameter: string): Promise<void> {
    const { table, columns } = this.entries;
    const rows = await sql.query<{ id: number; name: string }>(
      `SELECT ${['id', 'name', ...Object.keys(columns)].join(', ')} FROM ${this.schema}.${table} WHERE ${where}`,
      [parameter],
    );
    for (const row of rows) this.remember(row.id, row.name, this.entries.fromRow(row));
  }

  private remember(id: number, name: string, value: Value): void {
    this.ids.set(name, id);
    this.values.set(id, value);
  }
}
