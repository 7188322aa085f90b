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
];
