import { Migration, Sql } from '@suyuan/platform';

/**
 * The graph's tables. They live in a schema of their own so that a rebuild can fill a second one beside it and switch by
 * renaming (docs/adr/0006). Every table begins with the node or cohort it is asked by.
 */
export async function createGraphTables(sql: Sql, schema: string): Promise<void> {
  const statements = [
    `CREATE SCHEMA ${schema}`,
    // How far the log has been followed, and the event time up to which events count.
    `CREATE TABLE ${schema}.progress (only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row), position bigint NOT NULL, horizon_micros bigint NOT NULL)`,
    `INSERT INTO ${schema}.progress (position, horizon_micros) VALUES (0, 0)`,
    // Names of things, stocks, places and lot claims, interned: 8 bytes in every index instead of 40.
    `CREATE TABLE ${schema}.node (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL UNIQUE)`,
    `CREATE TABLE ${schema}.fact (position bigint PRIMARY KEY, event_time_micros bigint NOT NULL, record_time_micros bigint NOT NULL,
       event_id text NOT NULL, declaration boolean NOT NULL, by_authority boolean NOT NULL, capturing_party text, event text NOT NULL)`,
    `CREATE INDEX fact_event_id ON ${schema}.fact (event_id)`,
    `CREATE INDEX fact_declaration ON ${schema}.fact (event_id) WHERE declaration`,
    `CREATE INDEX fact_event_time ON ${schema}.fact (event_time_micros)`,
    `CREATE TABLE ${schema}.mention (node_id bigint NOT NULL, position bigint NOT NULL, PRIMARY KEY (node_id, position))`,
    `CREATE TABLE ${schema}.place_party (place text PRIMARY KEY, party text NOT NULL)`,
    `CREATE TABLE ${schema}.cohort (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL UNIQUE, product text NOT NULL,
       kind text NOT NULL, made_by text NOT NULL, conflicted boolean NOT NULL, gtin text)`,
    `CREATE INDEX cohort_product ON ${schema}.cohort (product)`,
    `CREATE INDEX cohort_gtin ON ${schema}.cohort (gtin)`,
    `CREATE TABLE ${schema}.account (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL UNIQUE, state text NOT NULL, party text, place text, from_party text)`,
    `CREATE TABLE ${schema}.posting (cohort_id bigint NOT NULL, account_id bigint NOT NULL, at_micros bigint NOT NULL, uom text NOT NULL, event_id text NOT NULL,
       delta bigint NOT NULL, touches bigint NOT NULL, unknowns int NOT NULL, PRIMARY KEY (cohort_id, account_id, at_micros, event_id, uom))`,
    `CREATE TABLE ${schema}.thing (key text COLLATE "C" PRIMARY KEY, cohort_id bigint NOT NULL, account_id bigint, since_micros bigint NOT NULL, event_id text NOT NULL,
       parent text COLLATE "C", parent_since_micros bigint NOT NULL, parent_event_id text NOT NULL, created_micros bigint, created_place text,
       creation_event_id text, gone_by text, last_seen text, shipped_from text, lots text[] NOT NULL)`,
    `CREATE INDEX thing_cohort ON ${schema}.thing (cohort_id, key)`,
    `CREATE INDEX thing_parent ON ${schema}.thing (parent) WHERE parent IS NOT NULL`,
    `CREATE INDEX thing_conflict ON ${schema}.thing USING gin (lots) WHERE cardinality(lots) > 1`,
    `CREATE TABLE ${schema}.line (transformation text NOT NULL, side text NOT NULL, cohort_id bigint NOT NULL, thing text NOT NULL, uom text NOT NULL,
       event_id text NOT NULL, at_micros bigint NOT NULL, amount bigint NOT NULL, touches bigint NOT NULL, unknowns int NOT NULL,
       PRIMARY KEY (transformation, side, cohort_id, thing, uom, event_id))`,
    `CREATE INDEX line_cohort ON ${schema}.line (cohort_id, side)`,
    `CREATE INDEX line_thing ON ${schema}.line (thing) WHERE thing <> ''`,
    `CREATE TABLE ${schema}.part (whole text NOT NULL, part_cohort_id bigint NOT NULL, part text NOT NULL, whole_cohort_id bigint NOT NULL, touches bigint NOT NULL,
       PRIMARY KEY (whole, part_cohort_id, part, whole_cohort_id))`,
    `CREATE INDEX part_cohort ON ${schema}.part (part_cohort_id)`,
    `CREATE INDEX part_whole_cohort ON ${schema}.part (whole_cohort_id)`,
    `CREATE INDEX part_key ON ${schema}.part (part) WHERE part <> ''`,
    `CREATE TABLE ${schema}.content (container text NOT NULL, cohort_id bigint NOT NULL, uom text NOT NULL, amount bigint NOT NULL, touches bigint NOT NULL,
       PRIMARY KEY (container, cohort_id, uom))`,
    `CREATE INDEX content_cohort ON ${schema}.content (cohort_id)`,
    // Loose class-level goods, so that what comes in order goes on from here.
    `CREATE TABLE ${schema}.loose (cohort_id bigint NOT NULL, uom text NOT NULL, account_id bigint NOT NULL, amount bigint NOT NULL, touches bigint NOT NULL,
       PRIMARY KEY (cohort_id, uom, account_id))`,
    // The last step that reached a node. Never lowered: too late a mark only costs a replay.
    `CREATE TABLE ${schema}.reached (node_id bigint PRIMARY KEY, time_micros bigint NOT NULL, rank smallint NOT NULL, event_id text NOT NULL)`,
    `CREATE TABLE ${schema}.exception (id text PRIMARY KEY, type text NOT NULL, key text NOT NULL, party text, event_ids text[] NOT NULL, at_micros bigint NOT NULL,
       amount bigint NOT NULL, uom text, touches bigint NOT NULL)`,
    `CREATE INDEX exception_key ON ${schema}.exception (key)`,
    `CREATE INDEX exception_party ON ${schema}.exception (party)`,
    // Which products changed through which batch: what a recall asks before it looks again.
    `CREATE TABLE ${schema}.touched (position bigint NOT NULL, product text NOT NULL, PRIMARY KEY (position, product))`,
  ];
  for (const statement of statements) await sql.query(statement);
}

/** Schema that answers are read from; a rebuild's goes by another name until the switch. */
export const LIVE_SCHEMA = 'trace_live';

export const traceMigrations: readonly Migration[] = [
  { name: '0400-trace-graph', up: (sql) => createGraphTables(sql, LIVE_SCHEMA) },
];
