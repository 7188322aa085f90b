import { Database } from '@suyuan/platform';
import { createTestDatabase, type TestDatabase } from './index';

let test: TestDatabase;

beforeAll(async () => {
  test = await createTestDatabase();
  await test.database.query('CREATE TABLE noted (n int PRIMARY KEY)');
});

afterAll(() => test.drop());
beforeEach(() => test.database.query('TRUNCATE noted'));

const noted = async (): Promise<number[]> =>
  (await test.database.query<{ n: number }>('SELECT n FROM noted ORDER BY n')).map(({ n }) => n);

describe('What is sent in a transaction', () => {
  it('is there for what follows, and when the transaction has ended', async () => {
    const seen = await test.database.transaction(async (tx) => {
      tx.send('INSERT INTO noted VALUES ($1)', [1]);
      tx.sendLines('COPY noted FROM STDIN', ['2\n', '3\n']);
      const [row] = await tx.query<{ sum: number }>('SELECT sum(n)::int AS sum FROM noted');
      tx.send('INSERT INTO noted VALUES (4)');
      return row?.sum;
    });
    expect(seen).toBe(6);
    expect(await noted()).toEqual([1, 2, 3, 4]);
  });

  it('fails the next statement that is waited for, with its own error', async () => {
    const late = jest.fn();
    const work = test.database.transaction(async (tx) => {
      tx.send('INSERT INTO noted VALUES (1)');
      tx.send('INSERT INTO noted VALUES (1)');
      tx.sendLines('COPY noted FROM STDIN', ['2\n']);
      await tx.query('SELECT 1');
      late();
    });
    await expect(work).rejects.toThrow('duplicate key');
    expect(late).not.toHaveBeenCalled();
    expect(await noted()).toEqual([]);
  });

  it('fails the transaction when nothing is waited for', async () => {
    const work = test.database.transaction((tx) => {
      tx.send('INSERT INTO noted VALUES (1)');
      tx.sendLines('COPY noted FROM STDIN', ['2\n', '2\n']);
      return Promise.resolve('done');
    });
    await expect(work).rejects.toThrow('duplicate key');
    expect(await noted()).toEqual([]);
  });

  it('is taken back, all of it, when the work throws', async () => {
    const work = test.database.transaction((tx) => {
      tx.send('INSERT INTO noted VALUES (1)');
      return Promise.reject(new Error('no'));
    });
    await expect(work).rejects.toThrow('no');
    expect(await noted()).toEqual([]);
    // Nothing of it is left on the connection.
    await test.database.transaction(async (tx) => void (await tx.query('INSERT INTO noted VALUES (5)')));
    expect(await noted()).toEqual([5]);
  });
});

describe('A server that goes away', () => {
  it('is an error of the transaction it breaks, and ends no process', async () => {
    const pool = Database.connect(test.url, { max: 1 });
    // The only connection there is, from before anybody else could listen to it.
    const [{ pid } = { pid: 0 }] = await pool.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    const work = pool.transaction(async (tx) => {
      await tx.query('SELECT 1');
      // Nothing is under way on the connection when it is lost: the driver has only an event to tell it by.
      await test.database.query('SELECT pg_terminate_backend($1)', [pid]);
      await new Promise((resolve) => setTimeout(resolve, 300));
      await tx.query('SELECT 1');
    });
    await expect(work).rejects.toThrow(/terminat|connection error/i);
    expect(await pool.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await pool.close();
  });
});
