import type { Runner } from '@suyuan/platform';
import { migrate } from '@suyuan/platform';
import { createTestDatabase, TestDatabase } from '@suyuan/testkit';
import { Logger } from '@nestjs/common';
import { SERVICE_MIGRATIONS } from '../service.migrations';
import { LeaseTable } from './lease-table';
import { LeasedRunner } from './leased-runner';

let test: TestDatabase;

beforeAll(async () => {
  Logger.overrideLogger(false);
  test = await createTestDatabase();
  await migrate(test.database, SERVICE_MIGRATIONS);
});
afterAll(() => test.drop());

/** Work that notes who is at it. */
function work(name: string, process: string, atWork: Set<string>, told: string[]): Runner {
  return {
    name,
    start: async () => {
      atWork.add(process);
      told.push(`${process} begins`);
    },
    stop: async () => {
      atWork.delete(process);
      told.push(`${process} ends`);
    },
  };
}

async function until(done: () => boolean | Promise<boolean>): Promise<void> {
  for (let attempt = 0; !(await done()); attempt++) {
    if (attempt > 3000) throw new Error('it did not happen');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

describe('work under a lease', () => {
  it('is done by one process, and by another when that one stops', async () => {
    const atWork = new Set<string>();
    const told: string[] = [];
    const one = new LeasedRunner(work('graph', 'one', atWork, told), new LeaseTable(test.database));
    const two = new LeasedRunner(work('graph', 'two', atWork, told), new LeaseTable(test.database));
    await one.start();
    await until(() => atWork.size === 1);
    await two.start();
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect([...atWork]).toEqual(['one']);
    await one.stop();
    await until(() => atWork.has('two'));
    // The same process may come back to it.
    await one.start();
    await two.stop();
    await until(() => atWork.has('one'));
    await one.stop();
    expect(told).toEqual(['one begins', 'one ends', 'two begins', 'two ends', 'one begins', 'one ends']);
  });

  it('goes to another process when its holder falls silent, and the silent one gives it up', async () => {
    const atWork = new Set<string>();
    const told: string[] = [];
    const silent = new LeaseTable(test.database);
    const one = new LeasedRunner(work('index', 'one', atWork, told), silent);
    const two = new LeasedRunner(work('index', 'two', atWork, told), new LeaseTable(test.database));
    await one.start();
    await until(() => atWork.has('one'));
    await two.start();
    // What a database out of reach looks like from the holder.
    silent.hold = () => Promise.reject(new Error('away'));
    await until(() => atWork.has('two'));
    expect(told).toEqual(['one begins', 'one ends', 'two begins']);
    await Promise.all([one.stop(), two.stop()]);
  });

  it('is different work under a different name', async () => {
    const first = new LeaseTable(test.database);
    const second = new LeaseTable(test.database);
    expect(await first.hold('a')).toBe(true);
    expect(await second.hold('a')).toBe(false);
    expect(await second.hold('b')).toBe(true);
    await second.release('a');
    expect(await second.hold('a')).toBe(false);
    await first.release('a');
    expect(await second.hold('a')).toBe(true);
  });
});
