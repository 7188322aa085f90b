import { Migration } from '@suyuan/platform';

/** Tables of this module. States of a delivery: see `delivery-store.ts`. */
export const noticeMigrations: readonly Migration[] = [
  {
    name: '0600-notice-delivery',
    up: async (sql) => {
      await sql.query(`
        CREATE TABLE notice_delivery (
          id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
          notice_id text NOT NULL,
          version integer NOT NULL,
          party text NOT NULL,
          -- The exact bytes that are signed: equal on every attempt.
          body text NOT NULL,
          state text NOT NULL DEFAULT 'pending' CHECK (state IN ('waiting', 'pending', 'delivered', 'superseded', 'dead')),
          failures integer NOT NULL DEFAULT 0,
          next_attempt_at timestamptz NOT NULL DEFAULT now(),
          leased_until timestamptz,
          host text,
          reason text,
          queued_at timestamptz NOT NULL DEFAULT now(),
          settled_at timestamptz,
          -- Whether the owner of the notice has heard of the outcome.
          told boolean NOT NULL DEFAULT false,
          UNIQUE (notice_id, version)
        )`);
      await sql.query(`CREATE INDEX notice_delivery_due ON notice_delivery (next_attempt_at, id) WHERE state = 'pending'`);
      await sql.query(`CREATE INDEX notice_delivery_waiting ON notice_delivery (party) WHERE state = 'waiting'`);
      await sql.query(`CREATE INDEX notice_delivery_dead ON notice_delivery (id) WHERE state = 'dead'`);
      await sql.query(
        `CREATE INDEX notice_delivery_untold ON notice_delivery (settled_at) WHERE state IN ('delivered', 'dead') AND NOT told`,
      );
      await sql.query(`
        CREATE TABLE notice_attempt (
          delivery_id bigint NOT NULL REFERENCES notice_delivery (id) ON DELETE CASCADE,
          attempt integer NOT NULL,
          started_at timestamptz NOT NULL,
          ended_at timestamptz NOT NULL DEFAULT now(),
          url text NOT NULL,
          status integer,
          error text
        )`);
      await sql.query(`CREATE INDEX notice_attempt_delivery ON notice_attempt (delivery_id, started_at)`);
      await sql.query(`
        CREATE TABLE notice_endpoint_gone (
          party text PRIMARY KEY,
          url text NOT NULL,
          since timestamptz NOT NULL DEFAULT now()
        )`);
    },
  },
  {
    name: '0610-notice-channels',
    up: async (sql) => {
      // `fallen`: the next channel of the party has been given the notice too.
      await sql.query(`
        ALTER TABLE notice_delivery
          ADD COLUMN channel text NOT NULL DEFAULT 'webhook' CHECK (channel IN ('webhook', 'email', 'kafka')),
          ADD COLUMN fallen boolean NOT NULL DEFAULT false,
          DROP CONSTRAINT notice_delivery_notice_id_version_key,
          ADD CONSTRAINT notice_delivery_once UNIQUE (notice_id, version, channel)`);
      await sql.query('DROP INDEX notice_delivery_due, notice_delivery_waiting');
      await sql.query(
        `CREATE INDEX notice_delivery_due ON notice_delivery (channel, next_attempt_at, id) WHERE state = 'pending'`,
      );
      await sql.query(`CREATE INDEX notice_delivery_waiting ON notice_delivery (channel, party) WHERE state = 'waiting'`);
      await sql.query(`CREATE INDEX notice_delivery_falling ON notice_delivery (id)
        WHERE channel = 'webhook' AND NOT fallen AND state IN ('waiting', 'pending', 'dead')`);
      // Keys with which every webhook is signed besides its own secret; two are in force while one replaces the other.
      await sql.query(`
        CREATE TABLE notice_signing_key (
          id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
          private_key text NOT NULL,
          public_key text NOT NULL,
          since timestamptz NOT NULL DEFAULT now(),
          until timestamptz
        )`);
    },
  },
  {
    name: '0620-notice-trace',
    up: async (sql) => {
      await sql.query('ALTER TABLE notice_delivery ADD COLUMN traceparent text');
    },
  },
];
