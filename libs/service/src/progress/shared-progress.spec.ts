import { migrate } from '@suyuan/platform';
import { createTestDatabase, TestDatabase } from '@suyuan/testkit';
import { SERVICE_MIGRATIONS } from '../service.migrations';
import { SharedProgress } from './shared-progress';

let test: TestDatabase;
const running: SharedProgress[] = [];

beforeEach(async () => {
  test = await createTestDatabase();
  await migrate(test.database, SERVICE_MIGRATIONS);
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((one) => one.stop()));
  await test.drop();
});

function begin(needs: readonly string[]): SharedProgress {
  const progress = new SharedProgress(test.database, needs, new Set(['cache']));
  running.push(progress);
  progress.start();
  return progress;
}

describe('progress over several processes', () => {
  it('lets a reader wait for a follower of another process', async () => {
    const reader = begin(['graph', 'cache']);
    const follower = begin([]);
    follower.register('graph');
    reader.report('cache', 10);
    expect(await reader.waitFor(7, 300)).toBe(false);
    const waiting = reader.waitFor(7, 20_000);
    for (let position = 1; position <= 7; position++) follower.report('graph', position);
    expect(await waiting).toBe(true);
    expect(await reader.waitFor(8, 300)).toBe(false);
  });

  it('keeps to itself what each process has for itself', async () => {
    const reader = begin(['cache']);
    const other = begin(['cache']);
    other.report('cache', 5);
    other.report('graph', 5);
    expect(await reader.waitFor(5, 500)).toBe(false);
    reader.report('cache', 5);
    expect(await reader.waitFor(5, 500)).toBe(true);
  });

  it('asks for nobody that its answers do not rest on', async () => {
    const reader = begin(['cache']);
    reader.report('cache', 3);
    begin([]).report('graph', 1);
    expect(await reader.waitFor(3, 500)).toBe(true);
    expect(reader.followers()).toEqual([{ name: 'cache', position: 3 }]);
  });

  it('never goes back, whoever reports late', async () => {
    const reader = begin(['graph']);
    begin([]).report('graph', 9);
    expect(await reader.waitFor(9, 20_000)).toBe(true);
    const late = begin([]);
    late.report('graph', 4);
    await late.stop();
    await test.database.query('SELECT 1');
    const [row] = await test.database.query<{ position: number }>('SELECT position FROM service_progress');
    expect(row?.position).toBe(9);
    expect(await begin(['graph']).waitFor(9, 20_000)).toBe(true);
  });
});
