import { Sql } from './database';

/**
 * One step of a module's schema. `name` is unique and sorts in order of application (`0100-event-log`); it is recorded
 * in `schema_migration` and never applied twice.
 */
export interface Migration {
  readonly name: string;
  up(sql: Sql): Promise<void>;
}

/** Applies what is missing, in order of name, under one lock so that several processes may start at once. */
export async function migrate(database: import('./database').Database, migrations: readonly Migration[]): Promise<string[]> {
  return database.transaction(async (tx) => {
    await tx.query('SELECT pg_advisory_xact_lock(7101001)');
    await tx.query(
      'CREATE TABLE IF NOT EXISTS schema_migration (name text PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now())',
    );
    const done = new Set((await tx.query<{ name: string }>('SELECT name FROM schema_migration')).map((row) => row.name));
    const missing = [...migrations].filter((step) => !done.has(step.name)).sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const step of missing) {
      await step.up(tx);
      await tx.query('INSERT INTO schema_migration (name) VALUES ($1)', [step.name]);
    }
    return missing.map((step) => step.name);
  });
}
