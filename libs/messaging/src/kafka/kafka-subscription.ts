import { Consumer, EachBatchPayload, Kafka } from 'kafkajs';
import { setTimeout as wait } from 'node:timers/promises';
import { IncomingMessage, Mark, SubscribeOptions, Subscription } from '../messaging.port';
import { fromKafka } from './from-kafka';

const AGAIN_MS = 500;
const AGAIN_MS_MAX = 5_000;
const HEARTBEATS_PER_SESSION = 5;
/** Upper bound of work under way in one process; kafkajs starts no more than there are partitions. */
const PARTITIONS_AT_ONCE = 64;

/**
 * A member of a consumer group that stays one. kafkajs ends a consumer for good after some errors and restarts it after
 * others; here every end is answered the same way, with a new consumer. Handlers never fail towards kafkajs: what they
 * throw is tried again here, with heartbeats meanwhile.
 */
export class KafkaSubscription implements Subscription {
  private readonly stopping = new AbortController();
  private readonly handling = new Set<Promise<void>>();
  private consumer: Consumer | undefined;
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly kafka: Kafka,
    private readonly options: SubscribeOptions,
    private readonly sessionMs: number,
    private readonly onStopped: () => void,
  ) {}

  start(): void {
    this.running = this.keepConsuming();
  }

  async mark(marks: readonly Mark[]): Promise<void> {
    const done = marks.map(({ topic, partition, offset }) => ({ topic, partition, offset: String(offset + 1n) }));
    // Refused when the partition has gone elsewhere meanwhile: its new owner is given the messages again.
    await this.consumer?.commitOffsets(done).catch((error: unknown) => this.options.onTrouble?.(error));
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
    this.onStopped();
  }

  private async keepConsuming(): Promise<void> {
    const { signal } = this.stopping;
    for (let failures = 0; !signal.aborted;) {
      const began = performance.now();
      try {
        await this.consume(signal);
      } catch (error) {
        if (!signal.aborted) this.options.onTrouble?.(error);
      }
      failures = performance.now() - began > AGAIN_MS_MAX ? 0 : failures + 1;
      const pauseMs = Math.min(AGAIN_MS * 2 ** failures, AGAIN_MS_MAX);
      if (!signal.aborted) await wait(pauseMs, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Resolves when told to stop, throws what ended the consumer. */
  private async consume(signal: AbortSignal): Promise<void> {
    const consumer = this.kafka.consumer({
      groupId: this.options.group,
      sessionTimeout: this.sessionMs,
      rebalanceTimeout: this.sessionMs * 2,
      heartbeatInterval: Math.floor(this.sessionMs / HEARTBEATS_PER_SESSION),
      allowAutoTopicCreation: false,
      maxWaitTimeInMs: 250,
      retry: { retries: 3, restartOnFailure: () => Promise.resolve(false) },
    });
    const ended = new Promise<void>((resolve, reject) => {
      consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error));
      if (signal.aborted) resolve();
      else signal.addEventListener('abort', () => resolve(), { once: true });
    });
    // Nobody may be waiting for it yet when the first connection fails.
    ended.catch(() => undefined);
    try {
      await consumer.connect();
      await consumer.subscribe({ topics: [this.options.topic], fromBeginning: true });
      this.consumer = consumer;
      await consumer.run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        partitionsConsumedConcurrently: PARTITIONS_AT_ONCE,
        eachBatch: (batch) => this.track(this.work(batch, consumer)),
      });
      await ended;
    } finally {
      await Promise.allSettled(this.handling);
      // Leaves the group, so that others need not wait for the session to run out.
      await consumer.disconnect().catch(() => undefined);
      if (this.consumer === consumer) this.consumer = undefined;
    }
  }

  private async work(payload: EachBatchPayload, consumer: Consumer): Promise<void> {
    const messages = payload.batch.messages.map((message) => fromKafka(payload.batch.topic, payload.batch.partition, message));
    const last = messages.at(-1);
    if (last === undefined) return;
    const leaving = new AbortController();
    const signal = AbortSignal.any([leaving.signal, this.stopping.signal]);
    const beat = setInterval(() => {
      // Fails when the group is rebalancing: the handler is asked to end, and the member joins again.
      payload.heartbeat().catch((error: unknown) => leaving.abort(error));
    }, this.sessionMs / HEARTBEATS_PER_SESSION);
    try {
      if (!(await this.handleUntilDone(messages, signal))) {
        if (leaving.signal.aborted) throw leaving.signal.reason;
        return;
      }
      payload.resolveOffset(String(last.offset));
      if (this.options.acknowledge !== 'marked') await this.commit(consumer, last);
      // kafkajs asks the group only between fetches; without this a busy consumer would be taken for a dead one.
      await payload.heartbeat();
    } finally {
      clearInterval(beat);
    }
  }

  /** False when told to leave before the messages were handled. */
  private async handleUntilDone(messages: readonly IncomingMessage[], signal: AbortSignal): Promise<boolean> {
    for (let pauseMs = AGAIN_MS / 4; !signal.aborted; pauseMs = Math.min(pauseMs * 2, AGAIN_MS_MAX)) {
      try {
        await this.options.handle(messages, signal);
        return true;
      } catch (error) {
        if (!signal.aborted) this.options.onTrouble?.(error);
      }
      await wait(pauseMs, undefined, { signal }).catch(() => undefined);
    }
    return false;
  }

  private async commit(consumer: Consumer, { topic, partition, offset }: IncomingMessage): Promise<void> {
    await consumer.commitOffsets([{ topic, partition, offset: String(offset + 1n) }]);
  }

  private track(work: Promise<void>): Promise<void> {
    this.handling.add(work);
    return work.finally(() => this.handling.delete(work));
  }
}
