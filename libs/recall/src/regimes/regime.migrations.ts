import { Migration } from '@suyuan/platform';

/** Which profiles the read models' times were last worked out by. */
export const regimeMigrations: readonly Migration[] = [
  {
    name: '0510-recall-profiles',
    up: async (sql) => {
      await sql.query('CREATE TABLE recall_profiles (one boolean PRIMARY KEY DEFAULT true CHECK (one), print text NOT NULL)');
    },
  },
];
