import type { Migration } from '@suyuan/platform';

export const CAPTURE_MIGRATIONS: readonly Migration[] = [
  {
    name: '0200-capture-job',
    up: async (sql) => {
      await sql.query(`
        CREATE TABLE capture_job (
          number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
          capture_id text COLLATE "C" NOT NULL UNIQUE,
          party text COLLATE "C",
          created_at timestamptz(3) NOT NULL,
          finished_at timestamptz(3) NOT NULL,
          success boolean NOT NULL,
          behaviour text NOT NULL,
          accepted bigint NOT NULL,
          duplicates bigint NOT NULL,
          rejected bigint NOT NULL,
          position bigint NOT NULL,
          error_count bigint NOT NULL,
          errors json NOT NULL
        )`);
      await sql.query('CREATE INDEX capture_job_party ON capture_job (party, number)');
    },
  },
  {
    name: '0201-capture-event',
    up: async (sql) => {
      // One row per event or declaration of the log: what EPCIS queries filter by. Rebuilt from the log at will.
      await sql.query(`
        CREATE TABLE capture_event (
          position bigint PRIMARY KEY,
          event_id text COLLATE "C" NOT NULL,
          declaration boolean NOT NULL,
          type text COLLATE "C" NOT NULL,
          action text COLLATE "C",
          event_time_micros bigint NOT NULL,
          record_time timestamptz(3) NOT NULL,
          biz_step text COLLATE "C",
          disposition text COLLATE "C",
          read_point text COLLATE "C",
          biz_location text COLLATE "C"
        )`);
      await sql.query('CREATE INDEX capture_event_id ON capture_event (event_id, position)');
      await sql.query('CREATE INDEX capture_event_time ON capture_event (event_time_micros)');
      // Every code an event names outside of sources and destinations; role as in \`event-index.projector.ts\`.
      await sql.query(`
        CREATE TABLE capture_event_key (
          key text COLLATE "C" NOT NULL,
          position bigint NOT NULL,
          role "char" NOT NULL,
          PRIMARY KEY (key, position, role)
        )`);
      await sql.query('CREATE TABLE capture_checkpoint (name text PRIMARY KEY, position bigint NOT NULL)');
      await sql.query(`INSERT INTO capture_checkpoint (name, position) VALUES ('capture.event-index', 0)`);
    },
  },
  {
    // A row for each code of each event was the largest thing in the store. An inverted index holds a code once, and of
    // each event that names it two or three bytes. What it holds is derived: it is filled anew from the log.
    name: '0202-capture-event-keys',
    up: async (sql) => {
      await sql.query('DROP TABLE capture_event_key');
      await sql.query('TRUNCATE capture_event');
      // Every code an event names outside of sources and destinations, its role before it (`event-index.projector.ts`).
      await sql.query('CREATE TABLE capture_event_keys (position bigint PRIMARY KEY, keys text[] COLLATE "C" NOT NULL)');
      // The pending list is searched row by row: kept short.
      await sql.query(
        'CREATE INDEX capture_event_keys_keys ON capture_event_keys USING gin (keys) WITH (gin_pending_list_limit = 1024)',
      );
      await sql.query(`UPDATE capture_checkpoint SET position = 0 WHERE name = 'capture.event-index'`);
    },
  },
  {
    // One row for each event instead of two, and one index less to keep. Filled anew from the log.
    name: '0203-capture-event-keys-inside',
    up: async (sql) => {
      await sql.query('DROP TABLE capture_event_keys');
      await sql.query('TRUNCATE capture_event');
      // Every code an event names outside of sources and destinations, its role before it (`event-index.projector.ts`).
      await sql.query('ALTER TABLE capture_event ADD COLUMN keys text[] COLLATE "C" NOT NULL');
      // Without a list of pending entries, which every question would have to look through row by row.
      await sql.query('CREATE INDEX capture_event_keys ON capture_event USING gin (keys) WITH (fastupdate = off)');
      await sql.query(`UPDATE capture_checkpoint SET position = 0 WHERE name = 'capture.event-index'`);
    },
  },
];
