import { EVENT_LOG_MIGRATIONS, PostgresEventLog } from '@suyuan/event-log';
import { Clock, migrate, Progress } from '@suyuan/platform';
import { createTestDatabase, TestDatabase } from '@suyuan/testkit';
import { Holding } from '../domain/holder-task.events';
import { Actor, RecallContent } from '../domain/recall.events';
import { noticeIdOf } from '../processes/holdings';
import { Words } from '../privacy/words';
import { RecallStreams } from '../processes/recall-streams';
import { TaskBatch } from '../processes/task-batch';
import { RecallFollower } from '../projection/recall-follower';
import { recallMigrations } from '../projection/recall.migrations';
import { RecallProjector } from '../projection/recall.projector';
import { RegimeBook } from '../regimes/regime-book';
import { loadRegimes } from '../regimes/load-regimes';
import { DeadlineRunner } from './deadline-runner';
import { DueRenewal } from './due-renewal';
import { NextDue } from './next-due';

const by: Actor = { keyId: 'k', role: 'authority' };
const DECIDED = '2026-02-10T02:00:00.000Z';
const content = {
  title: 'Heater',
  regimes: ['cn-consumer'],
  depth: 'retail',
  reason: 'overheats',
  hazard: 'fire',
  product: 'Heater',
  scope: { include: [{ gtin: '09506000134352' }] },
  instructions: 'Unplug it.',
  contacts: [],
} as const satisfies RecallContent;
const holding: Holding = { class: 'current', certainty: 'certain', since: DECIDED, rows: [] };
const book = loadRegimes();

let test: TestDatabase;
let log: PostgresEventLog;
let streams: RecallStreams;
let follower: RecallFollower;
let progress: Progress;
let now: string;
beforeEach(async () => {
  test = await createTestDatabase();
  await migrate(test.database, [...EVENT_LOG_MIGRATIONS, ...recallMigrations]);
  log = new PostgresEventLog(test.database);
  streams = new RecallStreams(log, new Words(test.database));
  progress = new Progress();
  const fail = (error: unknown): void => expect(error).toBeUndefined();
  follower = new RecallFollower(log, test.database, progress, RecallProjector.by(book), fail, () => undefined);
  await follower.start();
  now = DECIDED;
});
afterEach(async () => {
  await follower.stop();
  await log.close();
  await test.drop();
});

/** A process of its own: what it remembers ends with it. */
function runner(laws = book): DeadlineRunner {
  const clock: Clock = { now: () => new Date(now) };
  const tasks = new TaskBatch(log, test.database, streams);
  const due = new NextDue(laws, laws.add);
  const renewal = new DueRenewal(test.database, due, laws);
  const fail = (error: unknown): void => expect(error).toBeUndefined();
  return new DeadlineRunner(test.database, progress, clock, streams, tasks, due, renewal, fail);
}

async function recall(id: string, ...parties: string[]): Promise<void> {
  await streams.recall(id, { type: 'DecideRecall', mode: 'real', basis: 'ordered', content, producers: [], at: DECIDED, by });
  await streams.recall(id, { type: 'Move', move: 'activate', at: DECIDED, by });
  for (const party of parties) {
    await streams.task(id, party, {
      type: 'FindHolder',
      recallId: id,
      party,
      noticeId: noticeIdOf(id, party),
      holding,
      tracePosition: 1,
      contentVersion: 1,
      updates: true,
      dueAt: book.dueTimes(['cn-consumer'], undefined, new Date(DECIDED)),
      at: DECIDED,
    });
  }
  await projected();
}

async function projected(): Promise<void> {
  const head = await log.head();
  while ((progress.followers()[0]?.position ?? 0) < head) await new Promise((resolve) => setTimeout(resolve, 5));
}

const typesOf = async (stream: string): Promise<string[]> => (await log.readStream(stream)).map(({ type }) => type);
const missed = async (id: string): Promise<unknown[]> =>
  (await log.readStream(`recall:${id}`)).flatMap(({ type, data }) =>
    type === 'recall.DeadlineMissed' ? [(data as { deadline: string }).deadline] : [],
  );

describe('A deadline', () => {
  it('that passes unmet is noted once, by whichever process comes to it, however often', async () => {
    await recall('rc-1');
    now = '2026-03-02T15:59:59.998Z';
    expect(await runner().tick()).toBe(0);
    now = '2026-03-02T15:59:59.999Z';
    await Promise.all([runner().tick(), runner().tick(), runner().tick()]);
    await runner().tick();
    expect(await missed('rc-1')).toEqual(['cn-consumer:plan']);
  });

  it('that was met is not missed, and the next one is waited for', async () => {
    await recall('rc-2');
    await streams.recall('rc-2', { type: 'Move', move: 'plan', plan: { text: '{}' }, at: '2026-02-20T00:00:00.000Z', by });
    await projected();
    now = '2026-06-01T00:00:00.000Z';
    await runner().tick();
    await runner().tick();
    expect(await missed('rc-2')).toEqual(['cn-consumer:progress-report:1']);
    now = '2026-09-01T00:00:00.000Z';
    await runner().tick();
    expect(await missed('rc-2')).toEqual(['cn-consumer:progress-report:1', 'cn-consumer:progress-report:2']);
  });

  it('is kept by the log alone: read models made anew have it again', async () => {
    await recall('rc-3');
    const nextAt = async (): Promise<unknown> => test.database.query('SELECT id, next_at FROM recall_recall');
    const before = await nextAt();
    expect(before).toMatchObject([{ next_at: new Date('2026-03-02T15:59:59.999Z') }]);
    await test.database.query('DELETE FROM recall_recall');
    await test.database.transaction(async (tx) => RecallProjector.by(book).project(tx, await log.read(0, 100)));
    expect(await nextAt()).toEqual(before);
  });
});

describe('A law that changes', () => {
  /** The shipped profile with another limit for the plan and another ladder. */
  const changed = (days: number): RegimeBook => {
    const [regime] = book.of(['cn-consumer']);
    const calendar = book.calendar('cn');
    if (regime === undefined || calendar === undefined) throw new Error('not loaded');
    const timers = regime.timers.map((timer) =>
      timer.name === 'plan' ? { ...timer, limit: { count: days, unit: 'cd' as const } } : timer,
    );
    const ladder = regime.ladder.map(({ step, after }) => ({ step, after: { ...after, count: after.count + 1 } }));
    return new RegimeBook([{ ...regime, timers, ladder }], [calendar]);
  };
  const rows = async (): Promise<{ next_at: Date }[]> => {
    await projected();
    return test.database.query(
      `SELECT 'recall', next_at FROM recall_recall UNION ALL SELECT 'task', next_at FROM recall_task ORDER BY 1`,
    );
  };
  const renewal = (laws: RegimeBook): DueRenewal => new DueRenewal(test.database, new NextDue(laws, laws.add), laws);

  it('counts for what is open from the next start on: clocks become shorter or longer, and rungs with them', async () => {
    await recall('rc-6', '417/9506000000039');
    expect(await renewal(book).run()).toBe(1);
    const before = await rows();
    expect(await renewal(changed(2)).run()).toBe(1);
    expect(await rows()).toMatchObject([
      { next_at: new Date('2026-02-12T15:59:59.999Z') },
      { next_at: new Date('2026-02-11T03:00:00.000Z') },
    ]);
    expect(await renewal(changed(60)).run()).toBe(1);
    expect((await rows())[0]?.next_at).toEqual(new Date('2026-04-11T15:59:59.999Z'));
    expect(await renewal(changed(60)).run()).toBe(0);
    expect(await renewal(book).run()).toBe(1);
    expect(await rows()).toEqual(before);
  });

  it('is taken up before the first look', async () => {
    await recall('rc-7');
    now = '2026-02-13T00:00:00.000Z';
    const process = runner(changed(2));
    await process.start();
    while ((await missed('rc-7')).length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await process.stop();
    expect(await missed('rc-7')).toEqual(['cn-consumer:plan']);
  });
});

describe('The ladder', () => {
  const task = 'holder-task:rc-4:417/9506000000015';

  it('is climbed rung by rung as time goes on, and each rung once', async () => {
    await recall('rc-4', '417/9506000000015');
    now = '2026-02-11T01:59:00.000Z';
    expect(await runner().tick()).toBe(0);
    const climbed: string[] = [];
    for (const time of [
      '2026-02-11T02:00:00Z',
      '2026-02-12T02:00:00Z',
      '2026-02-13T02:00:00Z',
      '2026-02-14T02:00:00Z',
      '2026-02-16T02:00:00Z',
    ]) {
      now = time;
      await Promise.all([runner().tick(), runner().tick()]);
      await projected();
      climbed.push(
        ...(await log.readStream(task))
          .flatMap(({ type, data }) => (type === 'holder-task.TaskEscalated' ? [(data as { rung: string }).rung] : []))
          .slice(climbed.length),
      );
    }
    expect(climbed).toEqual(['reminder', 'second_channel', 'after_hours_contact', 'registered_letter', 'report_to_authority']);
    const types = await typesOf(task);
    expect(types.filter((type) => type === 'holder-task.NoticeIssued')).toHaveLength(4);
    expect(types[types.length - 1]).toBe('holder-task.TaskMarked');
    const [row] = await test.database.query<{ name: string; next_at: Date | null }>('SELECT name, next_at FROM recall_task');
    expect(row).toEqual({ name: 'non_responsive', next_at: null });
  });

  it('rests while the recall is suspended, and goes on where it was', async () => {
    await recall('rc-5', '417/9506000000022');
    await streams.recall('rc-5', { type: 'Move', move: 'suspend', at: DECIDED, by });
    await projected();
    now = '2026-02-12T00:00:00Z';
    await runner().tick();
    expect(await typesOf('holder-task:rc-5:417/9506000000022')).not.toContain('holder-task.TaskEscalated');
    await streams.recall('rc-5', { type: 'Move', move: 'resume', at: now, by });
    await projected();
    await runner().tick();
    expect(await typesOf('holder-task:rc-5:417/9506000000022')).toContain('holder-task.TaskEscalated');
  });
});
