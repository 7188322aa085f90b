import type { KafkaSecurity } from '@suyuan/platform';
import { Admin, Kafka, logLevel, Partitioners, Producer } from 'kafkajs';
import { MessagingPort, OutgoingMessage, SubscribeOptions, Subscription, TopicSpec } from '../messaging.port';
import { KafkaSubscription } from './kafka-subscription';
import { clientSecurity } from './client-security';
import { inChunks } from './in-chunks';

export interface KafkaOptions {
  /** `host:port`, some of the cluster. */
  readonly brokers: readonly string[];
  readonly clientId: string;
  /** TLS, name and password; absent: neither. */
  readonly security?: KafkaSecurity | undefined;
  /** Copies of each partition that a topic is made with; fewer where the cluster has fewer brokers. Default 3. */
  readonly copies?: number;
  /** After this silence a member is counted as gone and its partitions go to others. Default 10 s; brokers allow 6 s or more. */
  readonly sessionMs?: number;
  /** Told what the client library has to say, at warn and error. */
  readonly onLog?: (line: string) => void;
}

const CONNECT_MS = 3_000;
const REQUEST_MS = 15_000;
/** Brokers refuse a batch over 1 MiB by default; headers and frames need some of it. */
const CHUNK_BYTES = 700_000;
const COPIES = 3;
const SESSION_MS = 10_000;

/**
 * Messages over Kafka by kafkajs, which nobody maintains: only plain produce, fetch, groups and commits are used of it,
 * no transactions, no idempotent producer (its sequence numbers go wrong after a reconnect). One request is under way per
 * producer, so that a repeat can't overtake what follows it.
 */
export class KafkaMessaging extends MessagingPort {
  private readonly kafka: Kafka;
  private readonly subscriptions = new Set<KafkaSubscription>();
  private producer: Promise<Producer> | undefined;
  private admin: Promise<Admin> | undefined;
  private publishing: Promise<unknown> = Promise.resolve();
  /** Partitions of the request under way, of which each must be answered for. */
  private readonly chosen = new Set<number>();

  constructor(private readonly options: KafkaOptions) {
    super();
    this.kafka = new Kafka({
      brokers: [...options.brokers],
      clientId: options.clientId,
      ...clientSecurity(options.security),
      connectionTimeout: CONNECT_MS,
      requestTimeout: REQUEST_MS,
      enforceRequestTimeout: true,
      retry: { initialRetryTime: 100, maxRetryTime: 1_000, retries: 4 },
      logLevel: logLevel.WARN,
      logCreator: () => (entry) =>
        options.onLog?.(`${entry.namespace}: ${entry.log.message} ${String(entry.log['error'] ?? '')}`),
    });
  }

  override async ensureTopics(topics: readonly TopicSpec[]): Promise<void> {
    await this.asAdmin(async (admin) => {
      const there = new Set(await admin.listTopics());
      const missing = topics.filter(({ name }) => !there.has(name));
      if (missing.length === 0) return;
      const { brokers } = await admin.describeCluster();
      const replicationFactor = Math.min(this.options.copies ?? COPIES, brokers.length);
      // Two of three copies acknowledge: one broker may be lost, and with it nothing that was acknowledged.
      const insync = Math.max(1, replicationFactor - 1);
      await admin.createTopics({
        waitForLeaders: true,
        topics: missing.map(({ name, partitions, retentionMs }) => ({
          topic: name,
          numPartitions: partitions,
          replicationFactor,
          configEntries: [
            { name: 'min.insync.replicas', value: String(insync) },
            { name: 'retention.ms', value: String(retentionMs ?? -1) },
          ],
        })),
      });
    });
  }

  override async publish(topic: string, messages: readonly OutgoingMessage[]): Promise<void> {
    // One call after another: the order of calls is the order on the broker, whatever fails in between.
    const mine = this.publishing.then(() => this.send(topic, messages));
    this.publishing = mine.catch(() => undefined);
    await mine;
  }

  override async subscribe(options: SubscribeOptions): Promise<Subscription> {
    const subscription: KafkaSubscription = new KafkaSubscription(this.kafka, options, this.options.sessionMs ?? SESSION_MS, () =>
      this.subscriptions.delete(subscription),
    );
    this.subscriptions.add(subscription);
    subscription.start();
    return Promise.resolve(subscription);
  }

  override async lag(topic: string, group: string): Promise<ReadonlyMap<number, bigint>> {
    return this.asAdmin(async (admin) => {
      const ends = await admin.fetchTopicOffsets(topic);
      const [committed] = await admin.fetchOffsets({ groupId: group, topics: [topic] });
      const done = new Map(committed?.partitions.map(({ partition, offset }) => [partition, BigInt(offset)]));
      return new Map(
        ends.map(({ partition, high, low }) => {
          // -1: nothing committed yet, the group begins with the oldest that is kept.
          const from = done.get(partition) ?? -1n;
          const next = from < BigInt(low) ? BigInt(low) : from;
          return [partition, BigInt(high) - next];
        }),
      );
    });
  }

  override async close(): Promise<void> {
    await Promise.allSettled([...this.subscriptions].map((subscription) => subscription.stop()));
    await this.publishing;
    const ends = [this.producer, this.admin].map(async (client) => (await client)?.disconnect());
    await Promise.allSettled(ends);
  }

  private async send(topic: string, messages: readonly OutgoingMessage[]): Promise<void> {
    this.producer ??= this.connectProducer();
    const { producer } = this;
    try {
      const connected = await producer;
      for (const chunk of inChunks(messages, CHUNK_BYTES)) {
        this.chosen.clear();
        const answers = await connected.send({
          topic,
          acks: -1,
          timeout: REQUEST_MS,
          messages: chunk.map(({ key, value, headers }) => ({ key, value, headers: { ...headers } })),
        });
        const stored = new Set(answers.map(({ partition }) => partition));
        const missing = [...this.chosen].filter((partition) => !stored.has(partition));
        if (missing.length > 0) throw new Error(`no broker answered for the partitions ${missing.join(', ')} of ${topic}`);
      }
    } catch (error) {
      // After a broker is lost kafkajs may ask the lost one for minutes: a new producer asks who leads now.
      this.producer = undefined;
      void producer.then((lost) => lost.disconnect()).catch(() => undefined);
      throw error;
    }
  }

  private async connectProducer(): Promise<Producer> {
    const choose = Partitioners.DefaultPartitioner();
    const producer = this.kafka.producer({
      createPartitioner: () => (message) => {
        const partition = choose(message);
        this.chosen.add(partition);
        return partition;
      },
      allowAutoTopicCreation: false,
      maxInFlightRequests: 1,
      // kafkajs repeats by broker, not by partition: where a partition has moved to a broker that had answered already,
      // its messages are left out and the call succeeds. So it must not repeat; our caller does, with all messages.
      retry: { retries: 0 },
    });
    await producer.connect();
    return producer;
  }

  /** A broken admin connection is replaced at the next call. */
  private async asAdmin<T>(work: (admin: Admin) => Promise<T>): Promise<T> {
    this.admin ??= (async () => {
      const admin = this.kafka.admin();
      await admin.connect();
      return admin;
    })();
    const { admin } = this;
    try {
      return await work(await admin);
    } catch (error) {
      if (this.admin === admin) this.admin = undefined;
      void admin.then((client) => client.disconnect()).catch(() => undefined);
      throw error;
    }
  }
}
