import { EVENT_LOG_MIGRATIONS, PostgresEventLog } from '@suyuan/event-log';
import { migrate } from '@suyuan/platform';
import { createTestDatabase, TestDatabase } from '@suyuan/testkit';
import { Holding } from '../domain/holder-task.events';
import { Actor, RecallContent } from '../domain/recall.events';
import { noticeIdOf } from '../processes/holdings';
import { Words } from '../privacy/words';
import { RecallStreams } from '../processes/recall-streams';
import { loadRegimes } from '../regimes/load-regimes';
import { RecallProjector } from './recall.projector';
import { recallMigrations } from './recall.migrations';
import { rebuildRecalls } from './rebuild';

const by: Actor = { keyId: 'k', role: 'authority' };
const at = '2026-05-01T00:00:00.000Z';
const content: RecallContent = {
  title: 'Heater',
  regimes: ['cn-consumer'],
  depth: 'consumer',
  reason: 'overheats',
  hazard: 'fire',
  product: 'Heater',
  scope: { include: [{ gtin: '09506000134352', lots: ['F1'] }] },
  instructions: 'Unplug it.',
  contacts: [],
};
const party = '417/9506000000015';
const holding: Holding = {
  class: 'current',
  certainty: 'certain',
  since: at,
  rows: [
    {
      party,
      place: null,
      product: '01/09506000134352/10/F1',
      quantity: 2,
      uom: 'EA',
      state: 'held',
      since: at,
      certainty: 'certain',
    },
  ],
};
const dueAt = { acknowledge: at, contain: at, reconcile: at };

let test: TestDatabase;
let log: PostgresEventLog;
const projector = RecallProjector.by(loadRegimes());
beforeAll(async () => {
  test = await createTestDatabase();
  await migrate(test.database, [...EVENT_LOG_MIGRATIONS, ...recallMigrations]);
  log = new PostgresEventLog(test.database);
  const streams = new RecallStreams(log, new Words(test.database));
  await streams.recall('rc-1', { type: 'DecideRecall', mode: 'real', basis: 'ordered', content, producers: [party], at, by });
  await streams.recall('rc-1', { type: 'Move', move: 'activate', at, by });
  await streams.note(
    'rc-1',
    {
      type: 'ScopeResolved',
      at,
      tracePosition: 1,
      contentVersion: 1,
      products: ['01/09506000134352/10/F1'],
      produced: [],
      unassigned: [],
    },
    '1',
  );
  const found = {
    type: 'FindHolder',
    recallId: 'rc-1',
    party,
    noticeId: noticeIdOf('rc-1', party),
    holding,
    tracePosition: 1,
    contentVersion: 1,
    updates: true,
    dueAt,
    at,
  } as const;
  await streams.task('rc-1', party, found);
  await streams.task('rc-1', party, found);
  const lines = [{ product: '01/09506000134352/21/1', uom: 'EA', quantity: 1, method: 'reworked' as const }];
  await streams.task('rc-1', party, { type: 'Answer', answer: { type: 'GoodsDisposed', lines, at, by: 'k' } });
});
afterAll(async () => {
  await log.close();
  await test.drop();
});

const tables = async (): Promise<unknown> =>
  Promise.all(
    [
      'recall_recall ORDER BY id',
      'recall_task ORDER BY notice_id',
      'recall_entry ORDER BY position',
      'recall_reworked ORDER BY key',
    ].map((rows) => test.database.query(`SELECT * FROM ${rows}`)),
  );

describe('The read models of recalls', () => {
  it('come out of the streams alone, and the same records twice change nothing', async () => {
    const records = await log.read(0, 1_000);
    await test.database.transaction((tx) => projector.project(tx, records));
    const projected = await tables();
    expect(projected).toMatchObject([
      [{ id: 'rc-1', phase: 'active' }],
      [{ name: 'disposed', party }],
      expect.any(Array),
      [{ key: '01/09506000134352/21/1' }],
    ]);
    await test.database.transaction((tx) => projector.project(tx, records));
    expect(await tables()).toEqual(projected);
    await test.database.query(`INSERT INTO recall_profiles (print) VALUES ('of the last start')`);
    await rebuildRecalls(test.database, log);
    expect(await test.database.query('SELECT print FROM recall_profiles')).toEqual([]);
    expect(await tables()).toEqual(projected);
  });

  it('show one task and one notice however often the holder is found', async () => {
    const kinds = (await log.readStream(`holder-task:rc-1:${party}`)).map(({ type }) => type);
    expect(kinds).toEqual(['holder-task.HolderFound', 'holder-task.NoticeIssued', 'holder-task.GoodsDisposed']);
  });
});
