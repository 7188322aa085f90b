import { Migration } from '@suyuan/platform';

/** Links between families of goods, read out of the log once (docs/check.md): a row says "may be", none is ever taken away. */
export const checkMigrations: readonly Migration[] = [
  {
    name: '0570-check',
    up: async (sql) => {
      const statements = [
        `CREATE TABLE check_link (from_family text NOT NULL, into_family text NOT NULL, PRIMARY KEY (from_family, into_family))`,
        `CREATE TABLE check_transformation (transformation text NOT NULL, side text NOT NULL, family text NOT NULL,
           PRIMARY KEY (transformation, side, family))`,
      ];
      for (const statement of statements) await sql.query(statement);
    },
  },
  {
    // The lists that tills hold, by version, and the key that signs what is said of them.
    name: '0571-check-blocklist',
    up: async (sql) => {
      const statements = [
        `CREATE TABLE check_blocklist (version int PRIMARY KEY, content bytea NOT NULL, content_hash text NOT NULL, made_at timestamptz NOT NULL DEFAULT now())`,
        // The newest version, and as of when and which log position it still says the truth.
        `CREATE TABLE check_blocklist_state (only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row), version int NOT NULL, as_of_ms bigint NOT NULL,
           position bigint NOT NULL)`,
        `INSERT INTO check_blocklist_state (version, as_of_ms, position) VALUES (0, 0, 0)`,
        `CREATE TABLE check_signing_key (only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row), private_key bytea NOT NULL)`,
      ];
      for (const statement of statements) await sql.query(statement);
    },
  },
];
