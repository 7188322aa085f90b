import type { EventLog, LogRecord, TailOptions } from '@suyuan/event-log';
import { DeadLetters, REPLAYED_FOR } from '../dead-letters/dead-letters';
import { IncomingMessage, MessagingPort, Subscription } from '../messaging.port';
import { readRecordMessage, RecordNews } from '../records/record-message';
import type { StoreNames } from '../store/store-names';
import { UnreadableMessage } from '../unreadable-message';
import { RecordBuffer } from './record-buffer';
import { Wakeup } from './wakeup';

/** What a feed stands on. */
export interface FeedParts {
  readonly log: EventLog;
  readonly messaging: MessagingPort;
  readonly names: StoreNames;
  readonly now: () => Date;
  /** Counts records by the way they came. */
  readonly onRecords: (follower: string, way: 'broker' | 'log', count: number) => void;
  readonly onDeadLetter: (follower: string) => void;
  readonly onTrouble: (error: unknown) => void;
}

/** How long a record may be missing while later ones are there, before it is read from the log. */
const GAP_MS = 200;
/** How often the log is asked when the broker brings nothing: it may be away, or the relay may be. */
const QUIET_MS = 1_000;
const MARK_EVERY_MS = 500;
/** Records held back; beyond it the partitions wait. */
const WAITING_MAX = 20_000;

/**
 * The log, as it comes over the broker: in the log's order, each record once, whatever the broker does. The log remains
 * the truth: what the broker does not bring in time is read there, so a broker that is away costs a second, no record.
 * A batch is acknowledged to the broker only after the follower asked for the next one, its effects being durable then.
 */
export async function* feedRecords(
  parts: FeedParts,
  follower: string,
  after: number,
  options: TailOptions,
): AsyncGenerator<readonly LogRecord[]> {
  const { signal, batchSize } = options;
  const withoutDataOf = new Set(options.withoutDataOf);
  const buffer = new RecordBuffer(after);
  const wakeup = new Wakeup();
  const deadLetters = new DeadLetters(parts.messaging, () => Promise.resolve(parts.names));
  const read = (message: IncomingMessage): Promise<RecordNews> =>
    readOrPutAside(parts, { follower, withoutDataOf }, deadLetters, message);
  const subscription = await parts.messaging.subscribe({
    topic: parts.names.records,
    group: parts.names.group(follower),
    acknowledge: 'marked',
    onTrouble: parts.onTrouble,
    handle: async (messages, leaving) => {
      for (const message of messages) buffer.add(message, await read(message));
      wakeup.wake();
      const either = AbortSignal.any([leaving, signal]);
      while (buffer.size > WAITING_MAX && !either.aborted) await wakeup.next(GAP_MS, either);
    },
  });
  let position = after;
  let behind = false;
  let waitingSince = performance.now();
  let marked = performance.now();
  try {
    while (!signal.aborted) {
      // Also when nothing comes any more: a group that is done must not look as if it were behind.
      if (performance.now() - marked > MARK_EVERY_MS) {
        marked = performance.now();
        // A group that is just changing hands refuses it: the next one, or a repeat of the records, makes it good.
        acknowledge(subscription, buffer, position).catch(parts.onTrouble);
      }
      const seen = wakeup.count;
      let batch: readonly LogRecord[] = buffer.take(batchSize);
      if (batch.length > 0) parts.onRecords(follower, 'broker', batch.length);
      else {
        const leftMs = waitingSince + (buffer.size > 0 ? GAP_MS : QUIET_MS) - performance.now();
        // Measured from the last record passed on: later ones that keep coming must not put the gap off for ever.
        if (!behind && leftMs > 0) {
          await wakeup.next(leftMs, signal, seen);
          continue;
        }
        batch = await parts.log.read(position, batchSize);
        // A full batch: the log goes on, so there is nothing to wait for.
        behind = batch.length === batchSize;
        parts.onRecords(follower, 'log', batch.length);
      }
      waitingSince = performance.now();
      const last = batch.at(-1);
      if (last === undefined || signal.aborted) continue;
      buffer.passBy(last.position);
      wakeup.wake();
      yield batch;
      position = last.position;
      waitingSince = performance.now();
    }
  } finally {
    await acknowledge(subscription, buffer, position).catch(parts.onTrouble);
    await subscription.stop();
  }
}

/** What no repeat makes readable is put aside; the record itself, if it is one, comes from the log. */
async function readOrPutAside(
  parts: FeedParts,
  { follower, withoutDataOf }: { readonly follower: string; readonly withoutDataOf: ReadonlySet<string> },
  deadLetters: DeadLetters,
  message: IncomingMessage,
): Promise<RecordNews> {
  // Brought back for one follower: the others had it before.
  if ((message.headers[REPLAYED_FOR] ?? follower) !== follower) return { position: 0 };
  try {
    return readRecordMessage(message, parts.names.source, withoutDataOf);
  } catch (error) {
    if (!(error instanceof UnreadableMessage)) throw error;
    await deadLetters.put(message, follower, error.message, parts.now());
    parts.onDeadLetter(follower);
    return { position: 0 };
  }
}

async function acknowledge(subscription: Subscription, buffer: RecordBuffer, position: number): Promise<void> {
  const marks = buffer.marksUpTo(position);
  if (marks.length > 0) await subscription.mark(marks);
}
