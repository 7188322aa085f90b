import { Migration } from '@suyuan/platform';

/** Discrepancy cases, folded from their streams. */
export const reconciliationMigrations: readonly Migration[] = [
  {
    name: '0570-recall-reconciliation',
    up: async (sql) => {
      const statements = [
        `CREATE TABLE recall_discrepancy (recall_id text NOT NULL, notice_id text NOT NULL, party text NOT NULL, state jsonb NOT NULL, position bigint NOT NULL,
           PRIMARY KEY (recall_id, notice_id))`,
      ];
      for (const statement of statements) await sql.query(statement);
    },
  },
];
