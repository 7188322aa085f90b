import { Principal } from '@suyuan/access';
import { EVENT_LOG_MIGRATIONS, PostgresEventLog } from '@suyuan/event-log';
import { migrate, Progress, SystemClock } from '@suyuan/platform';
import { createTestDatabase, TestDatabase } from '@suyuan/testkit';
import { ChangeRecall } from '../commands/commands';
import { RecallCommands } from '../http/recall-commands';
import { CreateRecallDto } from '../http/recall.dto';
import { RecallReads } from '../http/recall-reads';
import { PersonalData } from '../privacy/personal-data';
import { Words } from '../privacy/words';
import { RecallProcess } from '../processes/recall-process';
import { RecallStreams } from '../processes/recall-streams';
import { RECALL_PROJECTION, SAVE_CHECKPOINT } from '../projection/recall-follower';
import { recallMigrations } from '../projection/recall.migrations';
import { loadRegimes } from '../regimes/load-regimes';
import { Investigations } from './investigations';
import { recallIdOf } from './recall-origin';

const caller = { keyId: 'k-1', role: 'regulator' } as Principal;
const product = '09506000134352';
const draft = (investigationId: string): CreateRecallDto => ({
  title: 'Kettle',
  mode: 'real',
  regimes: ['cn-consumer'],
  basis: 'ordered',
  depth: 'retail',
  reason: 'bursts',
  hazard: 'burns',
  product: 'Kettle',
  scope: { include: [{ gtin: product }] },
  instructions: 'Stop sale.',
  contacts: [{ name: 'Desk', phone: '1' }],
  details: { brand: 'K', translations: { en: { title: 'Kettle' } } },
  investigationId,
});

let test: TestDatabase;
let log: PostgresEventLog;
let investigations: Investigations;
/** The process dies after it has decided the recall, before the investigation is told. */
const crash = { wanted: false };
const directory = { product: () => Promise.resolve(undefined) } as never;

beforeAll(async () => {
  test = await createTestDatabase();
  await migrate(test.database, [...EVENT_LOG_MIGRATIONS, ...recallMigrations]);
  log = new PostgresEventLog(test.database);
  investigations = new Investigations(log, test.database, directory, new SystemClock(), new Words(test.database), loadRegimes());
});
afterAll(async () => {
  await log.close();
  await test.drop();
});

function commands(): RecallCommands {
  const words = new Words(test.database);
  const personal = new PersonalData(test.database);
  const progress = new Progress();
  progress.register(RECALL_PROJECTION, 1_000_000);
  const dying = Object.create(investigations, {
    decided: {
      value: (id: string, recallId: string) =>
        crash.wanted ? Promise.reject(new Error('killed')) : investigations.decided(id, recallId),
    },
  }) as Investigations;
  const streams = new RecallStreams(log, words);
  return new RecallCommands(
    { execute: ({ recallId, command }: ChangeRecall) => streams.recall(recallId, command) } as never,
    streams,
    new RecallReads(test.database, personal, words),
    directory,
    { holdersOfScope: () => Promise.resolve({ producers: [] }) } as never,
    progress,
    new SystemClock(),
    loadRegimes(),
    dying,
    personal,
  );
}

const inquiry = async (): Promise<string> =>
  (await investigations.open({ title: 'Kettles burst', codes: [`(01)${product}`] }, caller)).id;

async function killedAfterTheDecision(investigationId: string): Promise<void> {
  crash.wanted = true;
  await expect(commands().create(draft(investigationId), caller)).rejects.toThrow('killed');
  crash.wanted = false;
  expect(await investigations.state(investigationId)).toMatchObject({ phase: 'investigating', recallId: undefined });
}

describe('A recall that grows out of an investigation', () => {
  it('is completed by the same request again, and is one recall however often it is asked for', async () => {
    const id = await inquiry();
    await killedAfterTheDecision(id);
    for (let time = 0; time < 2; time++) {
      const again = await commands().create(draft(id), caller);
      expect(again).toMatchObject({ id: recallIdOf(id), state: { phase: 'decided', content: { contacts: [{ name: 'Desk' }] } } });
      expect(await investigations.state(id)).toMatchObject({ phase: 'led_to_recall', recallId: recallIdOf(id) });
    }
    expect(await log.readStream(`recall:${recallIdOf(id)}`)).toHaveLength(1);
    const links = await log.readStream(`investigation:${id}`);
    expect(links.filter(({ type }) => type === 'investigation.RecallDecidedUpon')).toHaveLength(1);
  });

  it('is not decided twice: another request is told which recall there is, and the link is complete', async () => {
    const id = await inquiry();
    await killedAfterTheDecision(id);
    const refused = { status: 400, code: 'recall/bad-investigation', errors: [{ pointer: '/investigationId' }] };
    for (const other of [{ hazard: 'fire' }, { contacts: [] }, { scope: { include: [{ gtin: product, lots: ['1'] }] } }])
      await expect(commands().create({ ...draft(id), ...other }, caller)).rejects.toMatchObject(refused);
    await expect(commands().create(draft(id), { ...caller, keyId: 'k-2' })).rejects.toMatchObject(refused);
    expect(await investigations.state(id)).toMatchObject({ phase: 'led_to_recall', recallId: recallIdOf(id) });
  });

  it('is linked by the recall process where nobody asks again, also when the inquiry was closed meanwhile', async () => {
    const [open, closed] = [await inquiry(), await inquiry()];
    const from = await log.head();
    await killedAfterTheDecision(open);
    await killedAfterTheDecision(closed);
    await investigations.move(closed, 'close', { reason: 'nothing in it' }, caller);
    const records = await log.read(from, 100);
    const head = await log.head();
    await test.database.query(SAVE_CHECKPOINT, [RECALL_PROJECTION, head]);
    const outbox = { send: () => Promise.resolve() } as never;
    const holders = { releaseAll: () => Promise.resolve(0) } as never;
    const process = new RecallProcess(
      log,
      test.database,
      new Progress(),
      {} as never,
      holders,
      outbox,
      investigations,
      () => undefined,
    );
    for (let time = 0; time < 2; time++) {
      await process.handle(from, head, records);
      for (const id of [open, closed])
        expect(await investigations.state(id)).toMatchObject({ phase: 'led_to_recall', recallId: recallIdOf(id) });
    }
    expect((await log.read(head, 100)).map(({ type }) => type)).toEqual(Array(2).fill('investigation.RecallDecidedUpon'));
  });
});
