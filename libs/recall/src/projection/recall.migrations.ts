import { Migration } from '@suyuan/platform';
import { deadlineMigrations } from '../deadlines/deadline.migrations';
import { investigationMigrations } from '../investigations/investigation.migrations';
import { privacyMigrations } from '../privacy/privacy.migrations';
import { reconciliationMigrations } from '../reconciliation/reconciliation.migrations';
import { regimeMigrations } from '../regimes/regime.migrations';

/** Read models, all rebuilt from the recall's streams; `recall_person` alone holds names of people and is erasable. */
export const recallMigrations: readonly Migration[] = [
  {
    name: '0500-recall',
    up: async (sql) => {
      const statements = [
        `CREATE TABLE recall_checkpoint (name text PRIMARY KEY, position bigint NOT NULL)`,
        `CREATE TABLE recall_recall (id text PRIMARY KEY, state jsonb NOT NULL, resolution jsonb, phase text NOT NULL, mode text NOT NULL, decided_at timestamptz NOT NULL, position bigint NOT NULL)`,
        `CREATE INDEX recall_recall_order ON recall_recall (decided_at DESC, id)`,
        `CREATE TABLE recall_task (notice_id text PRIMARY KEY, recall_id text NOT NULL, party text NOT NULL, state jsonb NOT NULL, name text NOT NULL,
           issued_position bigint NOT NULL, position bigint NOT NULL, UNIQUE (recall_id, party))`,
        `CREATE INDEX recall_task_party ON recall_task (party, issued_position)`,
        `CREATE TABLE recall_entry (position bigint PRIMARY KEY, recall_id text NOT NULL, at text NOT NULL, type text NOT NULL, party text, data jsonb NOT NULL)`,
        `CREATE INDEX recall_entry_recall ON recall_entry (recall_id, position)`,
        `CREATE TABLE recall_reworked (recall_id text NOT NULL, key text NOT NULL, PRIMARY KEY (recall_id, key))`,
        `CREATE TABLE recall_signal (id text PRIMARY KEY, data jsonb NOT NULL, party text, at text NOT NULL, position bigint NOT NULL)`,
        `CREATE TABLE recall_person (id text PRIMARY KEY, said text NOT NULL)`,
      ];
      for (const statement of statements) await sql.query(statement);
    },
  },
  ...deadlineMigrations,
  ...reconciliationMigrations,
  ...investigationMigrations,
  ...privacyMigrations,
  ...regimeMigrations,
];

/** What a rebuild empties; `recall_person` is no projection. */
export const PROJECTED_TABLES = [
  'recall_checkpoint',
  'recall_recall',
  'recall_task',
  'recall_entry',
  'recall_reworked',
  'recall_signal',
  'recall_discrepancy',
  'recall_investigation',
] as const;
