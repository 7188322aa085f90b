import type { Migration } from '@suyuan/platform';

/**
 * Tables of the access library. `access_fact` keeps what each log record says about each subject; the readable rows
 * (`access_party`, `access_place`, …) are folds of a subject's facts in log order, so that a fact may be projected early
 * (by the request that wrote it) and again (by the follower) without harm.
 */
export const ACCESS_MIGRATIONS: readonly Migration[] = [
  {
    name: '0300-access',
    up: async (sql) => {
      await sql.query(`
        CREATE TABLE access_fact (
          subject text COLLATE "C" NOT NULL,
          position bigint NOT NULL,
          ordinal int NOT NULL,
          type text COLLATE "C" NOT NULL,
          said_by text COLLATE "C",
          recorded_at timestamptz NOT NULL,
          data jsonb NOT NULL,
          PRIMARY KEY (subject, position, ordinal)
        )`);
      // Serves "the owners of places as known at a position".
      await sql.query('CREATE INDEX access_fact_position ON access_fact (position)');
      await sql.query(`
        CREATE TABLE access_party (
          id text COLLATE "C" PRIMARY KEY,
          registered boolean NOT NULL,
          name text NOT NULL,
          roles text[] NOT NULL,
          places text[] NOT NULL,
          contact_ids text[] NOT NULL,
          registered_at timestamptz
        )`);
      await sql.query(`
        CREATE TABLE access_place (
          key text COLLATE "C" PRIMARY KEY,
          party text COLLATE "C",
          assigned_by text COLLATE "C",
          name text, address text, country text,
          attributes jsonb NOT NULL
        )`);
      await sql.query('CREATE INDEX access_place_party ON access_place (party)');
      await sql.query(`
        CREATE TABLE access_product (
          key text COLLATE "C" PRIMARY KEY,
          name text, name_zh text, brand text, category text,
          producer text COLLATE "C",
          origin text,
          attributes jsonb NOT NULL
        )`);
      await sql.query(`
        CREATE TABLE access_share (
          id text COLLATE "C" PRIMARY KEY,
          owner text COLLATE "C" NOT NULL,
          with_party text COLLATE "C" NOT NULL,
          products text[],
          event_from timestamptz,
          event_until timestamptz,
          opened_at timestamptz NOT NULL,
          closed_at timestamptz
        )`);
      await sql.query('CREATE INDEX access_share_owner ON access_share (owner)');
      await sql.query('CREATE INDEX access_share_with ON access_share (with_party)');
      await sql.query('CREATE TABLE access_checkpoint (name text PRIMARY KEY, position bigint NOT NULL)');
    },
  },
  {
    name: '0310-access-secrets',
    up: async (sql) => {
      // Personal data: never in the log, so that it can be erased. Rows no party refers to are orphans and swept.
      await sql.query(`
        CREATE TABLE access_contact (
          id text COLLATE "C" PRIMARY KEY,
          party text COLLATE "C" NOT NULL,
          name text NOT NULL,
          phone text,
          email text,
          created_at timestamptz NOT NULL DEFAULT now()
        )`);
      await sql.query('CREATE INDEX access_contact_party ON access_contact (party)');
      await sql.query(`
        CREATE TABLE access_webhook (
          party text COLLATE "C" PRIMARY KEY,
          url text NOT NULL,
          secret text NOT NULL,
          changed_at timestamptz NOT NULL DEFAULT now()
        )`);
      // Keys are random enough (256 bits) for a fast hash; the clear text is shown once and kept nowhere.
      await sql.query(`
        CREATE TABLE access_key (
          id text COLLATE "C" PRIMARY KEY,
          hash bytea NOT NULL UNIQUE,
          role text NOT NULL,
          party text COLLATE "C",
          label text,
          created_at timestamptz NOT NULL DEFAULT now(),
          expires_at timestamptz,
          last_used_at timestamptz,
          revoked_at timestamptz
        )`);
      await sql.query('CREATE INDEX access_key_party ON access_key (party)');
    },
  },
  {
    name: '0320-idempotent-answers',
    up: async (sql) => {
      // status NULL = the first request is still at work. The body is sealed with the caller's own key.
      await sql.query(`
        CREATE TABLE access_idempotent_answer (
          caller text COLLATE "C" NOT NULL,
          route text COLLATE "C" NOT NULL,
          key text COLLATE "C" NOT NULL,
          body_hash bytea NOT NULL,
          claim text NOT NULL,
          claimed_at timestamptz NOT NULL DEFAULT now(),
          status int,
          headers jsonb,
          answer bytea,
          PRIMARY KEY (caller, route, key)
        )`);
      await sql.query('CREATE INDEX access_idempotent_answer_age ON access_idempotent_answer (claimed_at)');
    },
  },
  {
    name: '0330-webhook-rotation',
    up: async (sql) => {
      // The secret before this one signs too until receivers have taken over the new one.
      await sql.query('ALTER TABLE access_webhook ADD COLUMN previous_secret text, ADD COLUMN previous_until timestamptz');
    },
  },
];
