import { inSpan, migrate, startTracing, Tracing } from '@suyuan/platform';
import { createTestDatabase, TestDatabase } from '@suyuan/testkit';
import type { NewRecord } from '../event-log';
import { EVENT_LOG_MIGRATIONS } from '../event-log.migrations';
import { PostgresEventLog } from '../postgres/postgres-event-log.adapter';
import { TracedEventLog } from './traced-event-log';

const FIRST = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const SECOND = '00-11111111111111111111111111111111-2222222222222222-01';
const RECORD: NewRecord = { id: 'r1', type: 'epcis.event', data: { a: 1 }, meta: { by: 'maker' }, contentHash: 'hash' };

let test: TestDatabase;
let log: TracedEventLog;
let tracing: Tracing | undefined;

beforeAll(async () => {
  const processor = { onStart: () => undefined, onEnd: () => undefined };
  const quiet = { forceFlush: () => Promise.resolve(), shutdown: () => Promise.resolve() };
  tracing = await startTracing({ service: 'test', env: {}, onTrouble: () => undefined, processor: { ...processor, ...quiet } });
});
afterAll(() => tracing?.stop());
beforeEach(async () => {
  test = await createTestDatabase();
  await migrate(test.database, EVENT_LOG_MIGRATIONS);
  log = new TracedEventLog(new PostgresEventLog(test.database));
});
afterEach(async () => {
  await log.close();
  await test.drop();
});

const append = (record: NewRecord, parent?: string): Promise<unknown> =>
  inSpan('request', { parent }, () => log.append([{ stream: 's', records: [record] }]));

describe('the traced event log', () => {
  it('keeps the trace that wrote a record in its meta, beside what was there', async () => {
    await append(RECORD, FIRST);
    const [written] = await log.read(0, 10);
    expect(written).toMatchObject({ ...RECORD, meta: { by: 'maker', traceparent: expect.stringMatching(/^00-0af7/) } });
  });

  it('leaves records alone that nobody traces', async () => {
    await append(RECORD);
    expect((await log.read(0, 10))[0]).toMatchObject({ meta: { by: 'maker' } });
    expect((await log.read(0, 10))[0]?.meta).toEqual({ by: 'maker' });
  });

  it('takes the same record in another trace for the same, and other content for other', async () => {
    await append(RECORD, FIRST);
    const before = await log.read(0, 10);
    expect(await append(RECORD, SECOND)).toMatchObject({ kind: 'appended', records: [{ outcome: 'duplicate', position: 1 }] });
    expect(await append(RECORD)).toMatchObject({ kind: 'appended', records: [{ outcome: 'duplicate', position: 1 }] });
    expect(await append({ ...RECORD, contentHash: 'other' }, FIRST)).toEqual({ kind: 'id-conflict', ids: ['r1'] });
    expect(await log.read(0, 10)).toEqual(before);
  });

  it('does the same in bulk', async () => {
    await append(RECORD, FIRST);
    const result = await inSpan('request', { parent: SECOND }, async () => {
      const bulk = await log.bulk();
      await bulk.stage([RECORD, { ...RECORD, id: 'r2' }].map((record) => ({ ...record, stream: 's' })));
      return bulk.commit();
    });
    expect(result).toMatchObject({ kind: 'appended', appended: 1, duplicates: 1 });
    const traces = (await log.read(0, 10)).map(({ meta }) => String(meta['traceparent']).slice(3, 7));
    expect(traces).toEqual(['0af7', '1111']);
  });
});
