import { Database } from '@suyuan/platform';
import { randomBytes } from 'node:crypto';

export interface TestDatabase {
  readonly url: string;
  readonly database: Database;
  /** Closes the pool and drops the database. */
  drop(): Promise<void>;
}

/**
 * A fresh, empty database on the server that the test run started (`test/support/global-setup.cjs` puts its URL into
 * SUYUAN_TEST_DATABASE_URL). A database each, so that suites may run side by side.
 */
export async function createTestDatabase(): Promise<TestDatabase> {
  const serverUrl = process.env['SUYUAN_TEST_DATABASE_URL'];
  if (serverUrl === undefined) throw new Error('SUYUAN_TEST_DATABASE_URL is not set: run the tests through npm test');
  const name = `test_${randomBytes(6).toString('hex')}`;
  const server = Database.connect(serverUrl, { max: 1 });
  await server.query(`CREATE DATABASE ${name}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  const database = Database.connect(url.href);
  return {
    url: url.href,
    database,
    drop: async () => {
      await database.close();
      await server.query(`DROP DATABASE ${name} WITH (FORCE)`);
      await server.close();
    },
  };
}
