import { migrate } from '@suyuan/platform';
import { createTestDatabase, TestDatabase } from '@suyuan/testkit';
import { MESSAGING_MIGRATIONS } from '../messaging.migrations';
import { sweepInbox, takeOnce } from './inbox';

let test: TestDatabase;

beforeAll(async () => {
  test = await createTestDatabase();
  await migrate(test.database, MESSAGING_MIGRATIONS);
  await test.database.query('CREATE TABLE effect (message text NOT NULL)');
});
beforeEach(async () => {
  await test.database.query('DELETE FROM effect');
});
afterAll(() => test.drop());

const take = (id: string, handler: string, fails = false): Promise<boolean> =>
  test.database.transaction((tx) =>
    takeOnce(tx, handler, id, async (inner) => {
      await inner.query('INSERT INTO effect (message) VALUES ($1)', [id]);
      if (fails) throw new Error('failed after its effect');
    }),
  );
const effects = async (): Promise<number> => (await test.database.query('SELECT FROM effect')).length;

describe('the inbox', () => {
  it('lets a message have effect once per handler', async () => {
    expect(await take('m1', 'a')).toBe(true);
    expect(await take('m1', 'a')).toBe(false);
    expect(await take('m1', 'b')).toBe(true);
    expect(await effects()).toBe(2);
  });

  it('forgets what failed together with its effect', async () => {
    await expect(take('m2', 'a', true)).rejects.toThrow('failed after');
    expect(await effects()).toBe(0);
    expect(await take('m2', 'a')).toBe(true);
    expect(await effects()).toBe(1);
  });

  it('lets one of many at the same time through', async () => {
    const taken = await Promise.all(Array.from({ length: 8 }, () => take('m3', 'a')));
    expect(taken.filter(Boolean)).toHaveLength(1);
    expect(await effects()).toBe(1);
  });

  it('forgets what is too old to come again', async () => {
    await take('m4', 'a');
    await take('m5', 'a');
    await test.database.query(`UPDATE messaging_inbox SET handled_at = now() - interval '31 days' WHERE message_id = 'm4'`);
    await sweepInbox(test.database);
    expect([await take('m4', 'a'), await take('m5', 'a')]).toEqual([true, false]);
  });
});
