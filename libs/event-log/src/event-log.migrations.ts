import type { Migration } from '@suyuan/platform';

/**
 * `data` and `meta` are `json`, not `jsonb`: the text goes to disk as it is (member order and escapes kept, `\u0000`
 * accepted), nothing is rebuilt on the way in, and operators still work for the rare look inside.
 * Identifying text is COLLATE "C": compared byte by byte, about twice as fast in the two unique indexes, the same on
 * every machine.
 */
export const EVENT_LOG_MIGRATIONS: readonly Migration[] = [
  {
    name: '0100-event-log',
    up: async (sql) => {
      await sql.query(`
        CREATE TABLE event_log (
          position bigint PRIMARY KEY,
          id text COLLATE "C" NOT NULL UNIQUE,
          stream text COLLATE "C" NOT NULL,
          version int NOT NULL,
          type text COLLATE "C" NOT NULL,
          data json NOT NULL,
          meta json NOT NULL,
          content_hash text COLLATE "C",
          record_time timestamptz(3) NOT NULL,
          UNIQUE (stream, version)
        )`);
      // LZ4 packs three times faster than the default; documents of one kind repeat themselves enough for either.
      await sql.query(`
        DO $$ BEGIN
          ALTER TABLE event_log ALTER COLUMN data SET COMPRESSION lz4;
          ALTER TABLE event_log ALTER COLUMN meta SET COMPRESSION lz4;
        EXCEPTION WHEN feature_not_supported THEN NULL;
        END $$`);
      await sql.query('CREATE INDEX event_log_record_time ON event_log USING brin (record_time)');
      // One row: the last position given out and the time it was given. Its row lock is the writers' queue.
      await sql.query(`
        CREATE TABLE event_log_head (
          only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
          position bigint NOT NULL,
          record_time timestamptz(3) NOT NULL
        ) WITH (fillfactor = 10)`);
      await sql.query(`INSERT INTO event_log_head (position, record_time) VALUES (0, '-infinity')`);
      // Append-only is a promise to auditors, so the database itself refuses to break it.
      await sql.query(`
        CREATE FUNCTION event_log_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION 'the event log is append-only'; END $$`);
      await sql.query(`
        CREATE TRIGGER event_log_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON event_log
        FOR EACH STATEMENT EXECUTE FUNCTION event_log_refuse_change()`);
    },
  },
  {
    // The index of a log that EventStoreDB holds (docs/adr/0009): where each record stands, never its content. Every row
    // follows from `$all`; lost, it is made again.
    name: '0110-event-log-places',
    up: async (sql) => {
      await sql.query(`
        CREATE TABLE event_log_place (
          position bigint PRIMARY KEY,
          id text COLLATE "C" NOT NULL UNIQUE,
          stream text COLLATE "C" NOT NULL,
          version int NOT NULL,
          content_hash text COLLATE "C",
          record_time timestamptz(3) NOT NULL,
          revision bigint NOT NULL,
          commit_position bigint NOT NULL,
          prepare_position bigint NOT NULL,
          size_bytes int NOT NULL,
          UNIQUE (stream, version)
        )`);
      await sql.query(`
        CREATE TRIGGER event_log_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON event_log_place
        FOR EACH STATEMENT EXECUTE FUNCTION event_log_refuse_change()`);
      // Members of units of which some are still missing.
      await sql.query(`
        CREATE TABLE event_log_member (
          unit uuid NOT NULL,
          ordinal int NOT NULL,
          member_count int NOT NULL,
          shape json,
          is_bulk boolean NOT NULL,
          stream text COLLATE "C" NOT NULL,
          id text COLLATE "C" NOT NULL,
          content_hash text COLLATE "C",
          size_bytes int NOT NULL,
          revision bigint NOT NULL,
          commit_position bigint NOT NULL,
          prepare_position bigint NOT NULL,
          created timestamptz(3) NOT NULL,
          PRIMARY KEY (unit, ordinal)
        )`);
      // What became of each unit: its writer's answer, and the reason why a late repeat of it is not judged again.
      await sql.query(`
        CREATE TABLE event_log_verdict (
          unit uuid PRIMARY KEY,
          verdict json NOT NULL,
          judged_at timestamptz(3) NOT NULL
        )`);
      await sql.query('CREATE INDEX event_log_verdict_judged_at ON event_log_verdict (judged_at)');
      // One row where EventStoreDB holds the log, none where this database does: which log, how far it is numbered, by whom.
      await sql.query(`
        CREATE TABLE event_log_source (
          only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
          log text NOT NULL,
          log_id uuid NOT NULL,
          commit_position bigint NOT NULL DEFAULT -1,
          prepare_position bigint NOT NULL DEFAULT -1,
          holder uuid,
          held_until timestamptz
        ) WITH (fillfactor = 10)`);
    },
  },
  {
    // How many members of a unit are kept: counting them at every batch would take the square of a large upload.
    name: '0111-event-log-units',
    up: async (sql) => {
      await sql.query(`
        CREATE TABLE event_log_unit (
          unit uuid PRIMARY KEY,
          kept int NOT NULL,
          first_created timestamptz(3) NOT NULL
        )`);
      await sql.query(`
        INSERT INTO event_log_unit (unit, kept, first_created)
        SELECT unit, count(*), min(created) FROM event_log_member GROUP BY unit`);
    },
  },
];
