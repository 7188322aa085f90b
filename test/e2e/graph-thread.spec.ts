import type { Progress as AnyProgress } from '@suyuan/platform';
import type { FollowerThread as AnyFollowerThread } from '../../libs/trace/src/thread/follower-thread';
import { createTestDatabase, TestDatabase } from '@suyuan/testkit';
import path from 'node:path';

// Threads run built code, as in production; what starts them comes from there too.
const built = (file: string): string => path.resolve(__dirname, '../../dist/libs', file);

describe('The follower in a thread of its own', () => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await createTestDatabase();
  });
  afterAll(() => test.drop());

  it('is begun again when its thread breaks, says why, and stops when told', async () => {
    const { FollowerThread } = (await import(built('trace/src/thread/follower-thread.js'))) as {
      FollowerThread: typeof AnyFollowerThread;
    };
    const { Progress } = (await import(built('platform/src/index.js'))) as { Progress: typeof AnyProgress };
    const errors: unknown[] = [];
    const twice = new Promise<void>((resolve, reject) => {
      // A database without tables: the log can't even be opened.
      const order = { databaseUrl: test.url, directUrl: test.url, eventStoreUrl: undefined, logLevel: 'fatal' as const };
      const follower = new FollowerThread(order, new Progress(), (error) => {
        errors.push(error);
        if (errors.length === 2) follower.stop().then(resolve, reject);
      });
      follower.start().catch(reject);
    });
    await twice;
    expect(errors.map(String)).toEqual(Array(2).fill(expect.stringContaining('event_log_source')));
  }, 30_000);
});
