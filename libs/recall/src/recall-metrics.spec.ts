import { Clock, migrate } from '@suyuan/platform';
import { createTestDatabase, TestDatabase } from '@suyuan/testkit';
import { Registry } from 'prom-client';
import { recallMigrations } from './projection/recall.migrations';
import { measureRecalls } from './recall-metrics';

const NOW = '2026-03-01T00:00:00Z';
const dueAt = { acknowledge: '2026-02-11T00:00:00Z', contain: '2026-02-12T00:00:00Z', reconcile: '2026-03-10T00:00:00Z' };

let test: TestDatabase;
let registry: Registry;
beforeEach(async () => {
  test = await createTestDatabase();
  await migrate(test.database, recallMigrations);
  registry = new Registry();
  const clock: Clock = { now: () => new Date(NOW) };
  measureRecalls(registry, test.database, clock);
});
afterEach(() => test.drop());

const recall = async (id: string, mode: string, phase: string): Promise<unknown> =>
  test.database.query(
    `INSERT INTO recall_recall (id, state, phase, mode, decided_at, position) VALUES ($1, '{}', $2, $3, now(), 1)`,
    [id, phase, mode],
  );
const task = async (recallId: string, party: string, name: string, state: object): Promise<unknown> =>
  test.database.query(
    `INSERT INTO recall_task (notice_id, recall_id, party, state, name, issued_position, position) VALUES ($1, $2, $3, $4, $5, 1, 1)`,
    [`${recallId} ${party}`, recallId, party, JSON.stringify({ dueAt, ...state }), name],
  );
const missed = async (position: number, recallId: string, regime: string): Promise<unknown> =>
  test.database.query(
    `INSERT INTO recall_entry (position, recall_id, at, type, data) VALUES ($1, $2, '', 'DeadlineMissed', $3)`,
    [position, recallId, JSON.stringify({ regime })],
  );
/** Samples that are not 0. */
const shown = async (): Promise<string[]> =>
  (await registry.metrics()).split('\n').filter((line) => line.startsWith('suyuan_') && !line.endsWith(' 0'));

it('counts what concerns real recalls that are not over', async () => {
  await recall('a', 'real', 'active');
  await recall('b', 'real', 'terminated');
  await recall('c', 'drill', 'active');
  for (const id of ['a', 'b', 'c']) {
    await task(id, '1', 'sent', {});
    await task(id, '2', 'non_responsive', {});
    await task(id, '3', 'acknowledged', { acknowledgedAt: NOW });
    await task(id, '4', 'contained', { acknowledgedAt: NOW, containedAt: NOW });
    await task(id, '5', 'assessed', { affected: false });
    await task(id, '6', 'released', {});
    await missed(id.charCodeAt(0), id, 'cn-consumer');
  }
  expect(await shown()).toEqual([
    'suyuan_recalls{phase="active"} 1',
    'suyuan_recalls{phase="terminated"} 1',
    ...['sent', 'acknowledged', 'assessed', 'contained', 'non_responsive', 'released'].map(
      (state) => `suyuan_recall_tasks{state="${state}"} 1`,
    ),
    'suyuan_recall_tasks_overdue{answer="acknowledge"} 2',
    'suyuan_recall_tasks_overdue{answer="contain"} 3',
    'suyuan_recall_deadlines_missed{regime="cn-consumer"} 1',
  ]);
});

it('says 0 of what there is none of', async () => {
  const text = await registry.metrics();
  expect(text).toContain('suyuan_recalls{phase="active"} 0');
  expect(text).toContain('suyuan_recall_tasks{state="unreachable"} 0');
  expect(text).toContain('suyuan_recall_tasks_overdue{answer="reconcile"} 0');
});
