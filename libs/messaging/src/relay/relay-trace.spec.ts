import { EVENT_LOG_MIGRATIONS, PostgresEventLog, TracedEventLog } from '@suyuan/event-log';
import { inBatchSpan, inSpan, migrate, startTracing, Tracing } from '@suyuan/platform';
import { createTestDatabase, TestDatabase } from '@suyuan/testkit';
import { InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { FedEventLog } from '../feed/fed-event-log';
import { InProcessMessaging } from '../in-process/in-process-messaging.adapter';
import { MESSAGING_MIGRATIONS } from '../messaging.migrations';
import { OutgoingMessage } from '../messaging.port';
import { StoreNames } from '../store/store-names';
import { LogRelay } from './log-relay';

const TRACES = ['0af7651916cd43dd8448eb211c80319c', '4bf92f3577b34da6a3ce929d0e0e4736'];
const traceOf = (traceparent: unknown): string => String(traceparent).slice(3, 35);

let test: TestDatabase;
let tracing: Tracing | undefined;
const exporter = new InMemorySpanExporter();

beforeAll(async () => {
  const processor = new SimpleSpanProcessor(exporter);
  tracing = await startTracing({ service: 'test', env: {}, onTrouble: () => undefined, processor });
  test = await createTestDatabase();
  await migrate(test.database, [...EVENT_LOG_MIGRATIONS, ...MESSAGING_MIGRATIONS]);
});
afterAll(async () => {
  await tracing?.stop();
  await test.drop();
});

it('brings the traces of records over the broker to whoever follows them', async () => {
  const log = new TracedEventLog(new PostgresEventLog(test.database));
  const names = await StoreNames.read(test.database);
  const messaging = new InProcessMessaging();
  const sent: OutgoingMessage[] = [];
  const publish = messaging.publish.bind(messaging);
  messaging.publish = (topic, messages) => (sent.push(...messages), publish(topic, messages));
  for (const [index, trace] of TRACES.entries())
    await inSpan('request', { parent: `00-${trace}-b7ad6b7169203331-01` }, () =>
      log.append([{ stream: `s${index}`, records: [{ id: `r${index}`, type: 'test.said', data: {}, meta: {} }] }]),
    );
  const store = (): Promise<StoreNames> => Promise.resolve(names);
  const relay = new LogRelay(log, test.database, messaging, store, () => undefined);
  await relay.start();
  const quiet = { onRecords: () => undefined, onDeadLetter: () => undefined, onTrouble: () => undefined };
  const fed = new FedEventLog(log, () => Promise.resolve({ log, messaging, names, now: () => new Date(0), ...quiet }));
  const stop = new AbortController();
  let count = 0;
  for await (const batch of fed.tail(0, { batchSize: 10, signal: stop.signal, follower: 'reader' })) {
    await inBatchSpan('reader', batch, () => Promise.resolve());
    if ((count += batch.length) === 2) break;
  }
  await relay.stop();
  await messaging.close();
  await log.close();
  expect(sent.map(({ headers }) => traceOf(headers['ce_traceparent']))).toEqual(TRACES);
  // Each message says which of the relay's spans brought it; that one is linked with what it brought.
  for (const { headers } of sent) {
    const span = exporter.getFinishedSpans().find((one) => one.spanContext().spanId === headers['traceparent']?.slice(36, 52));
    expect(span?.name).toBe('follow relay');
    expect(span?.links.map(({ context }) => context.traceId)).toContain(traceOf(headers['ce_traceparent']));
  }
  const read = exporter.getFinishedSpans().filter(({ name }) => name === 'follow reader');
  expect(read.flatMap(({ links }) => links.map(({ context }) => context.traceId))).toEqual(TRACES);
});
