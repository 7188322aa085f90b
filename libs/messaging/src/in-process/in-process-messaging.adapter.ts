import {
  IncomingMessage,
  Mark,
  MessagingPort,
  OutgoingMessage,
  SubscribeOptions,
  Subscription,
  TopicSpec,
} from '../messaging.port';
import { partitionOf } from './partition-of';

const RETRY_MS = 10;
const BATCH_MAX = 100;

interface Group {
  /** Next offset by partition. */
  readonly committed: Map<number, number>;
  readonly members: Member[];
}

/** Messages within one process, kept as long as it lives: for tests and for what needs no second process. */
export class InProcessMessaging extends MessagingPort {
  private readonly topics = new Map<string, IncomingMessage[][]>();
  private readonly groups = new Map<string, Group>();
  private readonly subscriptions = new Set<Member>();

  override ensureTopics(topics: readonly TopicSpec[]): Promise<void> {
    for (const { name, partitions } of topics)
      if (!this.topics.has(name))
        this.topics.set(
          name,
          Array.from({ length: partitions }, () => []),
        );
    return Promise.resolve();
  }

  override async publish(topic: string, messages: readonly OutgoingMessage[]): Promise<void> {
    const partitions = this.partitions(topic);
    for (const message of messages) {
      const partition = partitionOf(message.key, partitions.length);
      const stored = partitions[partition] ?? [];
      stored.push({ ...message, value: Buffer.from(message.value), topic, partition, offset: BigInt(stored.length) });
    }
    for (const member of this.subscriptions) member.wake();
  }

  override async subscribe(options: SubscribeOptions): Promise<Subscription> {
    const partitions = this.partitions(options.topic);
    const name = `${options.group}\n${options.topic}`;
    const group: Group = this.groups.get(name) ?? { committed: new Map(), members: [] };
    this.groups.set(name, group);
    const member = new Member(partitions, group, options, () => this.subscriptions.delete(member));
    await member.join();
    this.subscriptions.add(member);
    return member;
  }

  override lag(topic: string, group: string): Promise<ReadonlyMap<number, bigint>> {
    const committed = this.groups.get(`${group}\n${topic}`)?.committed;
    const lags = this.partitions(topic).map(
      (stored, partition) => [partition, BigInt(stored.length - (committed?.get(partition) ?? 0))] as const,
    );
    return Promise.resolve(new Map(lags));
  }

  override async close(): Promise<void> {
    await Promise.all([...this.subscriptions].map((member) => member.stop()));
  }

  private partitions(topic: string): IncomingMessage[][] {
    const partitions = this.topics.get(topic);
    if (partitions === undefined) throw new Error(`there is no topic ${topic}`);
    return partitions;
  }
}

/** One member of a group: works off the partitions that are its share. */
class Member implements Subscription {
  private working: Promise<void> = Promise.resolve();
  private giveBack = new AbortController();
  private wakeUp: (() => void)[] = [];

  constructor(
    private readonly partitions: IncomingMessage[][],
    private readonly group: Group,
    private readonly options: SubscribeOptions,
    private readonly onStopped: () => void,
  ) {}

  async join(): Promise<void> {
    this.group.members.push(this);
    await rebalance(this.group);
  }

  mark(marks: readonly Mark[]): Promise<void> {
    for (const { partition, offset } of marks)
      this.group.committed.set(partition, Math.max(Number(offset) + 1, this.group.committed.get(partition) ?? 0));
    return Promise.resolve();
  }

  async stop(): Promise<void> {
    const place = this.group.members.indexOf(this);
    if (place < 0) return;
    this.group.members.splice(place, 1);
    this.onStopped();
    await this.pause();
    await rebalance(this.group);
  }

  wake(): void {
    for (const wake of this.wakeUp.splice(0)) wake();
  }

  /** Ends work on the partitions it has. */
  async pause(): Promise<void> {
    this.giveBack.abort();
    this.wake();
    await this.working;
  }

  resume(share: number, of: number): void {
    this.giveBack = new AbortController();
    const { signal } = this.giveBack;
    const mine = this.partitions.map((_, partition) => partition).filter((partition) => partition % of === share);
    this.working = Promise.all(mine.map((partition) => this.work(partition, signal))).then(() => undefined);
  }

  private async work(partition: number, signal: AbortSignal): Promise<void> {
    let next = this.group.committed.get(partition) ?? 0;
    while (!signal.aborted) {
      const batch = (this.partitions[partition] ?? []).slice(next, next + BATCH_MAX);
      const last = batch.at(-1);
      if (last === undefined) {
        await new Promise<void>((resolve) => this.wakeUp.push(resolve));
        continue;
      }
      try {
        await this.options.handle(batch, signal);
        next = Number(last.offset) + 1;
        if (this.options.acknowledge !== 'marked') await this.mark([last]);
      } catch (error) {
        this.options.onTrouble?.(error);
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  }
}

async function rebalance(group: Group): Promise<void> {
  await Promise.all(group.members.map((member) => member.pause()));
  group.members.forEach((member, share) => member.resume(share, group.members.length));
}
