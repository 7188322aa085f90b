import { Migration } from '@suyuan/platform';

export const privacyMigrations: readonly Migration[] = [
  {
    name: '0580-personal-data',
    up: async (sql) => {
      // Five years unless a law says otherwise (Regulation (EU) 2023/988, Art. 9(13)).
      await sql.query(
        `ALTER TABLE recall_person ADD COLUMN purpose text, ADD COLUMN subject text,
           ADD COLUMN kept_until timestamptz NOT NULL DEFAULT now() + interval '5 years'`,
      );
      await sql.query('CREATE INDEX recall_person_expiry ON recall_person (kept_until)');
    },
  },
  {
    name: '0650-words-of-cases',
    up: async (sql) => {
      // The words of a case are kept as long as the case: no time of their own.
      await sql.query('ALTER TABLE recall_person ALTER COLUMN kept_until DROP NOT NULL');
    },
  },
];
