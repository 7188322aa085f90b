import { Migration } from '@suyuan/platform';

/** Links between families of goods, read out of the log once (docs/check.md). A row says "may be": none is ever taken away. */
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
];
