import { Migration } from '@suyuan/platform';

/**
 * When each recall and each task has to be looked at next: kept beside the state it follows from, by the same projection, so
 * that a clock is as durable as the facts that set it. The read models are folded anew, since their states tell more now.
 */
export const deadlineMigrations: readonly Migration[] = [
  {
    name: '0560-recall-deadlines',
    up: async (sql) => {
      const statements = [
        `ALTER TABLE recall_recall ADD COLUMN next_at timestamptz`,
        `ALTER TABLE recall_task ADD COLUMN next_at timestamptz, ADD COLUMN version int NOT NULL DEFAULT -1`,
        `CREATE INDEX recall_recall_due ON recall_recall (next_at) WHERE next_at IS NOT NULL`,
        `CREATE INDEX recall_task_due ON recall_task (next_at) WHERE next_at IS NOT NULL`,
        `DELETE FROM recall_recall`,
        `DELETE FROM recall_task`,
        `DELETE FROM recall_entry`,
        `DELETE FROM recall_reworked`,
        `DELETE FROM recall_signal`,
        `DELETE FROM recall_checkpoint WHERE name = 'recall-projection'`,
      ];
      for (const statement of statements) await sql.query(statement);
    },
  },
];
