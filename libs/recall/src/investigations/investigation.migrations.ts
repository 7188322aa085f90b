import { Migration } from '@suyuan/platform';

/** Read models of investigations; folded by the projection of recalls, so that a till knows a hold as it knows a recall. */
export const investigationMigrations: readonly Migration[] = [
  {
    name: '0590-recall-investigation',
    up: async (sql) => {
      const statements = [
        `CREATE TABLE recall_investigation (id text PRIMARY KEY, state jsonb NOT NULL, phase text NOT NULL, producers text[] NOT NULL, opened_at timestamptz NOT NULL,
           position bigint NOT NULL)`,
        `CREATE INDEX recall_investigation_order ON recall_investigation (opened_at DESC, id)`,
        `ALTER TABLE recall_signal ADD COLUMN triage jsonb`,
      ];
      for (const statement of statements) await sql.query(statement);
    },
  },
];
