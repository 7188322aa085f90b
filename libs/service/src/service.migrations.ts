import type { Migration } from '@suyuan/platform';

/** What the processes of one installation know of each other. */
export const SERVICE_MIGRATIONS: readonly Migration[] = [
  {
    name: '0160-service',
    up: async (sql) => {
      await sql.query(`
        CREATE TABLE service_lease (name text PRIMARY KEY, holder uuid NOT NULL, held_until timestamptz NOT NULL)
        WITH (fillfactor = 10)`);
      await sql.query(`
        CREATE TABLE service_progress (follower text PRIMARY KEY, position bigint NOT NULL) WITH (fillfactor = 10)`);
    },
  },
];
