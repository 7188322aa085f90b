/** A message on its way out. Messages of one key stay in the order in which they were published. */
export interface OutgoingMessage {
  readonly key: string;
  readonly value: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

/** A message as it came. `offset` counts up within its partition; gaps are allowed. */
export interface IncomingMessage extends OutgoingMessage {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
}

export interface TopicSpec {
  readonly name: string;
  /** Used when the topic is made; an existing topic keeps what it has. */
  readonly partitions: number;
  /** How long messages are kept; undefined = for ever. */
  readonly retentionMs?: number;
}

/** Everything of a partition up to and including `offset` is done with. */
export interface Mark {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
}

export interface SubscribeOptions {
  readonly topic: string;
  /** Members of one group share the partitions; each group gets every message, from the oldest that is kept. */
  readonly group: string;
  /**
   * Given messages of one partition in order, never two calls for one partition at a time. When it throws it is given the
   * same messages again after a pause, for as long as it takes: whoever wants to give up puts them aside and returns.
   * `signal` aborts when the partitions are about to go elsewhere: what is not handled then comes again.
   */
  readonly handle: (messages: readonly IncomingMessage[], signal: AbortSignal) => Promise<void>;
  /** `handled` (default): done with when `handle` resolves. `marked`: when the caller says so with `mark`. */
  readonly acknowledge?: 'handled' | 'marked';
  /** Told what went wrong and is being tried again. */
  readonly onTrouble?: (error: unknown) => void;
}

export interface Subscription {
  /** Remembers, durably, that these need not come again to this group. May fail silently: they then come again. */
  mark(marks: readonly Mark[]): Promise<void>;
  /** Lets handlers end, gives the partitions back. */
  stop(): Promise<void>;
}

/** Messages between processes, at least once, in order by key. Also the injection token. */
export abstract class MessagingPort {
  /** Makes the topics that do not exist. Safe to call from several processes at once. */
  abstract ensureTopics(topics: readonly TopicSpec[]): Promise<void>;
  /** Durable when it resolves. When it throws, some of the messages may have been stored: publish them again. */
  abstract publish(topic: string, messages: readonly OutgoingMessage[]): Promise<void>;
  /** Resolves when the subscription is set up; a broker that can't be reached is waited for in the background. */
  abstract subscribe(options: SubscribeOptions): Promise<Subscription>;
  /** Messages that the group has still to be done with, by partition. */
  abstract lag(topic: string, group: string): Promise<ReadonlyMap<number, bigint>>;
  /** Stops subscriptions and gives connections back. */
  abstract close(): Promise<void>;
}
