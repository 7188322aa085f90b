import { EVENT_LOG_MIGRATIONS, LogRecord, PostgresEventLog } from '@suyuan/event-log';
import { NoticeDelivery, OutgoingNotice } from '@suyuan/notice';
import { migrate } from '@suyuan/platform';
import { createTestDatabase, TestDatabase } from '@suyuan/testkit';
import { Holding } from '../domain/holder-task.events';
import { Actor, RecallContent } from '../domain/recall.events';
import { NoticeView } from '../http/notice-view';
import { PersonalData } from '../privacy/personal-data';
import { noticeIdOf } from '../processes/holdings';
import { NoticeOutbox } from '../processes/notice-outbox';
import { Words } from '../privacy/words';
import { RecallStreams } from '../processes/recall-streams';
import { recallMigrations } from '../projection/recall.migrations';
import { RecallProjector } from '../projection/recall.projector';
import { loadRegimes } from '../regimes/load-regimes';

const regimes = loadRegimes();
const at = '2026-05-01T00:00:00.000Z';
const party = '417/9506000000015';
const by: Actor = { keyId: 'k', role: 'authority' };
const holding: Holding = { class: 'current', certainty: 'certain', since: at, rows: [] };
const dueAt = { acknowledge: at, contain: at, reconcile: at };
const content: RecallContent = {
  title: 'Heater',
  regimes: ['drill'],
  depth: 'retail',
  reason: 'overheats',
  hazard: 'fire',
  product: 'Heater',
  scope: { include: [{ gtin: '09506000134352', lots: ['F1'] }] },
  instructions: 'Unplug it.',
  contacts: [],
};

class KeepingDelivery extends NoticeDelivery {
  readonly queued: OutgoingNotice[] = [];
  override async queue(notices: readonly OutgoingNotice[]): Promise<void> {
    this.queued.push(...notices);
    return Promise.resolve();
  }
}

describe('What leaves the log for the channels', () => {
  let test: TestDatabase;
  let log: PostgresEventLog;
  let records: LogRecord[];
  beforeAll(async () => {
    test = await createTestDatabase();
    await migrate(test.database, [...EVENT_LOG_MIGRATIONS, ...recallMigrations]);
    log = new PostgresEventLog(test.database);
    const streams = new RecallStreams(log, new Words(test.database));
    for (const mode of ['drill', 'real'] as const) {
      await streams.recall(mode, { type: 'DecideRecall', mode, basis: 'ordered', content, producers: [party], at, by });
      await streams.recall(mode, { type: 'Move', move: 'activate', at, by });
      await streams.task(mode, party, {
        type: 'FindHolder',
        recallId: mode,
        party,
        noticeId: noticeIdOf(mode, party),
        holding,
        tracePosition: 0,
        contentVersion: 1,
        updates: true,
        dueAt,
        at,
      });
    }
    records = await log.read(0, 1_000);
    await test.database.transaction(async (tx) => RecallProjector.by(regimes).project(tx, records));
  });
  afterAll(async () => {
    await log.close();
    await test.drop();
  });

  it('says of every notice whether it belongs to a drill, in its face and to its reader', async () => {
    const delivery = new KeepingDelivery();
    await new NoticeOutbox(test.database, delivery, new NoticeView(regimes), new PersonalData(test.database)).send(records);
    const told = delivery.queued.map(({ noticeId, mode, body }) => [noticeId, mode, body['mode']]).sort();
    expect(told).toEqual(
      [
        [noticeIdOf('drill', party), 'drill', 'drill'],
        [noticeIdOf('real', party), 'real', 'real'],
      ].sort(),
    );
  });
});
