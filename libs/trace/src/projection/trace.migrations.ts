import { Migration, Sql } from '@suyuan/platform';

/**
 * The graph's tables. They live in a schema of their own so that a rebuild can fill a second one beside it and switch by
 * renaming (docs/adr/0006). What many things share is stored once, in their bundle (docs/adr/0007): a lifetime of a case
 * of ten costs as many rows as that of one item. Event ids are long and stand in `fact` only; everywhere else an event
 * is its log position.
 */
export async function createGraphTables(sql: Sql, schema: string): Promise<void> {
  const statements = [
    `CREATE SCHEMA ${schema}`,
    // How far the log has been followed, the event time up to which events count, and which filling of the tables this is.
    `CREATE TABLE ${schema}.progress (only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row), position bigint NOT NULL, horizon_micros bigint NOT NULL,
       next_bundle bigint NOT NULL, generation uuid NOT NULL DEFAULT gen_random_uuid())`,
    `INSERT INTO ${schema}.progress (position, horizon_micros, next_bundle) VALUES (0, 0, 1)`,
    `CREATE TABLE ${schema}.fact (position bigint PRIMARY KEY, event_time_micros bigint NOT NULL, record_time_micros bigint NOT NULL,
       event_id text NOT NULL, declaration boolean NOT NULL, by_authority boolean NOT NULL, capturing_party text, event text NOT NULL)`,
    `CREATE INDEX fact_event_id ON ${schema}.fact (hashtextextended(event_id, 0))`,
    `CREATE INDEX fact_declaration ON ${schema}.fact (event_id) WHERE declaration`,
    // Events that were in the future when they came: they count from their time on.
    `CREATE TABLE ${schema}.awaited (event_time_micros bigint NOT NULL, position bigint NOT NULL, PRIMARY KEY (event_time_micros, position))`,
    // Stocks, places, classes, lot claims and transformations, and the events that speak of them: one row per batch.
    `CREATE TABLE ${schema}.node (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text COLLATE "C" NOT NULL UNIQUE)`,
    `CREATE TABLE ${schema}.mention (node_id bigint NOT NULL, first_position bigint NOT NULL, positions bigint[] NOT NULL, PRIMARY KEY (node_id, first_position))`,
    // The last step that reached a stock. Never lowered: too late a mark only costs a replay.
    `CREATE TABLE ${schema}.reached (node_id bigint PRIMARY KEY, time_micros bigint NOT NULL, rank smallint NOT NULL, event bigint NOT NULL)`,
    `CREATE TABLE ${schema}.place_party (place text PRIMARY KEY, party text NOT NULL)`,
    `CREATE TABLE ${schema}.cohort (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text COLLATE "C" NOT NULL UNIQUE, product text COLLATE "C" NOT NULL,
       kind text NOT NULL, made_by text NOT NULL, conflicted boolean NOT NULL, gtin text)`,
    `CREATE INDEX cohort_product ON ${schema}.cohort (product)`,
    `CREATE INDEX cohort_gtin ON ${schema}.cohort (gtin)`,
    `CREATE TABLE ${schema}.account (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text COLLATE "C" NOT NULL UNIQUE, state text NOT NULL, party text,
       place text, from_party text)`,
    `CREATE TABLE ${schema}.posting (cohort_id bigint NOT NULL, account_id bigint NOT NULL, at_micros bigint NOT NULL, event bigint NOT NULL, uom text NOT NULL,
       delta bigint NOT NULL, touches bigint NOT NULL, unknowns int NOT NULL, PRIMARY KEY (cohort_id, account_id, at_micros, event, uom))`,
    // Postings summed up: what questions of now are answered from. By cohort, and by product over all its cohorts.
    `CREATE TABLE ${schema}.balance (cohort_id bigint NOT NULL, account_id bigint NOT NULL, uom text NOT NULL, ${BALANCE_COLUMNS},
       PRIMARY KEY (cohort_id, account_id, uom))`,
    `CREATE TABLE ${schema}.holding (product text COLLATE "C" NOT NULL, account_id bigint NOT NULL, uom text NOT NULL, ${BALANCE_COLUMNS},
       PRIMARY KEY (product, account_id, uom))`,
    `CREATE INDEX holding_account ON ${schema}.holding (account_id)`,
    `CREATE INDEX holding_below_zero ON ${schema}.holding (product) WHERE amount < 0`,
    `CREATE TABLE ${schema}.unit (key text COLLATE "C" PRIMARY KEY, bundle_id bigint NOT NULL) WITH (fillfactor = 90)`,
    // No cohort: no standing event names these things now.
    `CREATE TABLE ${schema}.bundle (id bigint PRIMARY KEY, keys text[] COLLATE "C" NOT NULL, forked_from bigint, forked_at bigint,
       cohort_id bigint, account_id bigint, since_micros bigint NOT NULL DEFAULT 0, event bigint NOT NULL DEFAULT 0,
       parent text COLLATE "C", parent_since_micros bigint NOT NULL DEFAULT 0, parent_event bigint NOT NULL DEFAULT 0,
       created_micros bigint, created_place text, creation_event bigint, gone_by bigint, last_seen text, shipped_from text, lots text[] NOT NULL DEFAULT '{}',
       reached_micros bigint, reached_rank smallint, reached_event bigint) WITH (fillfactor = 70)`,
    `CREATE INDEX bundle_cohort ON ${schema}.bundle (cohort_id, id)`,
    `CREATE INDEX bundle_parent ON ${schema}.bundle (parent) WHERE parent IS NOT NULL`,
    `CREATE INDEX bundle_conflict ON ${schema}.bundle USING gin (lots) WHERE cardinality(lots) > 1`,
    `CREATE TABLE ${schema}.bundle_mention (bundle_id bigint NOT NULL, position bigint NOT NULL, PRIMARY KEY (bundle_id, position))`,
    // What each event put into a transformation or got out of it, serials counted by cohort.
    `CREATE TABLE ${schema}.line (transformation text NOT NULL, side text NOT NULL, cohort_id bigint NOT NULL, uom text NOT NULL,
       event_id text NOT NULL, at_micros bigint NOT NULL, amount bigint NOT NULL, touches bigint NOT NULL, unknowns int NOT NULL,
       PRIMARY KEY (transformation, side, cohort_id, uom, event_id))`,
    `CREATE INDEX line_cohort ON ${schema}.line (cohort_id, side)`,
    `CREATE TABLE ${schema}.input_thing (thing text COLLATE "C" NOT NULL, transformation text NOT NULL, cohort_id bigint NOT NULL, event_id text NOT NULL,
       at_micros bigint NOT NULL, touches bigint NOT NULL, PRIMARY KEY (thing, transformation, cohort_id, event_id))`,
    `CREATE INDEX input_thing_transformation ON ${schema}.input_thing (transformation)`,
    `CREATE TABLE ${schema}.part (whole text NOT NULL, part_cohort_id bigint NOT NULL, part text NOT NULL, whole_cohort_id bigint NOT NULL, touches bigint NOT NULL,
       PRIMARY KEY (whole, part_cohort_id, part, whole_cohort_id))`,
    `CREATE INDEX part_cohort ON ${schema}.part (part_cohort_id)`,
    `CREATE INDEX part_whole_cohort ON ${schema}.part (whole_cohort_id)`,
    `CREATE INDEX part_key ON ${schema}.part (part) WHERE part <> ''`,
    `CREATE TABLE ${schema}.content (container text NOT NULL, cohort_id bigint NOT NULL, uom text NOT NULL, amount bigint NOT NULL, touches bigint NOT NULL,
       PRIMARY KEY (container, cohort_id, uom))`,
    `CREATE INDEX content_cohort ON ${schema}.content (cohort_id)`,
    // All that is inside a container, at any depth, by cohort: a pallet moves without its units being read.
    `CREATE TABLE ${schema}.weight (container text COLLATE "C" NOT NULL, cohort_id bigint NOT NULL, uom text NOT NULL, amount bigint NOT NULL, touches bigint NOT NULL,
       PRIMARY KEY (container, cohort_id, uom))`,
    // Loose class-level goods, so that what comes in order goes on from here.
    `CREATE TABLE ${schema}.loose (cohort_id bigint NOT NULL, uom text NOT NULL, account_id bigint NOT NULL, amount bigint NOT NULL, touches bigint NOT NULL,
       PRIMARY KEY (cohort_id, uom, account_id))`,
    `CREATE TABLE ${schema}.exception (id text PRIMARY KEY, type text NOT NULL, key text NOT NULL, party text, event_ids text[] NOT NULL, at_micros bigint NOT NULL,
       amount bigint NOT NULL, uom text, touches bigint NOT NULL)`,
    `CREATE INDEX exception_key ON ${schema}.exception (key)`,
    `CREATE INDEX exception_party ON ${schema}.exception (party)`,
    // Which products changed through which batch: what a recall asks before it looks again.
    `CREATE TABLE ${schema}.touched (position bigint NOT NULL, product text NOT NULL, PRIMARY KEY (position, product))`,
  ];
  for (const statement of statements) await sql.query(statement);
}

/**
 * A running sum. `since`: the earliest time from which it has not been zero, without a break; `unknown`: the first time
 * that some, nobody said how many, came; `cohorts`: of how many cohorts it is the sum.
 */
const BALANCE_COLUMNS = `amount bigint NOT NULL, touches bigint NOT NULL, unknowns bigint NOT NULL, cohorts int NOT NULL,
  since_micros bigint NOT NULL, last_micros bigint NOT NULL, unknown_micros bigint`;

/** Schema that answers are read from; a rebuild's goes by another name until the switch. */
export const LIVE_SCHEMA = 'trace_live';

export const traceMigrations: readonly Migration[] = [
  { name: '0400-trace-graph', up: async (sql) => void (await sql.query(`CREATE SCHEMA ${LIVE_SCHEMA}`)) },
  {
    // Everything here is derived: an older graph is dropped, and the follower fills the new tables from the log.
    name: '0402-trace-graph',
    up: async (sql) => {
      await sql.query(`DROP SCHEMA ${LIVE_SCHEMA} CASCADE`);
      await createGraphTables(sql, LIVE_SCHEMA);
    },
  },
];
