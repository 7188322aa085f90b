import type { Migration } from '@suyuan/platform';

export const MESSAGING_MIGRATIONS: readonly Migration[] = [
  {
    name: '0150-messaging',
    up: async (sql) => {
      // Who this store is, in the names of its topics and groups. A copy of the store that lives on beside it, or one
      // restored to an earlier time, needs a new id: positions would mean something else to those who follow.
      await sql.query(`
        CREATE TABLE messaging_store (
          only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
          id text NOT NULL CHECK (id ~ '^[a-z0-9]{12}$')
        )`);
      await sql.query(`INSERT INTO messaging_store (id) VALUES (right(replace(gen_random_uuid()::text, '-', ''), 12))`);
      // One row each, changed all the time: room on the page keeps the changes in place.
      await sql.query(`
        CREATE TABLE messaging_checkpoint (name text PRIMARY KEY, position bigint NOT NULL) WITH (fillfactor = 10)`);
      await sql.query(`
        CREATE TABLE messaging_inbox (
          message_id text COLLATE "C" NOT NULL,
          handler text COLLATE "C" NOT NULL,
          handled_at timestamptz NOT NULL DEFAULT now(),
          PRIMARY KEY (message_id, handler)
        )`);
      await sql.query('CREATE INDEX messaging_inbox_handled_at ON messaging_inbox USING brin (handled_at)');
    },
  },
];
