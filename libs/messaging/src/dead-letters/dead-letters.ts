import { isUtf8 } from 'node:buffer';
import type { IncomingMessage, MessagingPort } from '../messaging.port';
import type { StoreNames } from '../store/store-names';

/** A message that was put aside, as people look at it. */
export interface DeadLetter {
  /** Its place in the dead-letter topic, `partition-offset`. */
  readonly letter: string;
  /** Where it came from. */
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  readonly key: string;
  readonly handler: string;
  readonly reason: string;
  readonly at: string;
  /** CloudEvents id, where it had one. */
  readonly id?: string;
}

/** One of them whole. */
export interface DeadLetterDetails extends DeadLetter {
  /** As it came. */
  readonly headers: Readonly<Record<string, string>>;
  /** The value, where it is UTF-8; else `valueBase64`. */
  readonly value?: string;
  readonly valueBase64?: string;
}

const PREFIX = 'suyuan-dead-';
/** Names the one handler for which a message was brought back: every group of the topic is given it. */
export const REPLAYED_FOR = 'suyuan-replayed-for';

const REPLAY = 'dead-letters-replay';
const LOOK_MS = 100;
const PATIENCE_MS = 20_000;

/**
 * The dead-letter topic: what a handler can't take is put there whole, with who could not take it and why, and can be
 * brought back to where it came from.
 */
export class DeadLetters {
  constructor(
    private readonly messaging: MessagingPort,
    private readonly names: () => Promise<StoreNames>,
  ) {}

  /** Durable when it resolves; then, and only then, the handler may go on to the next message. */
  async put(message: IncomingMessage, handler: string, reason: string, at: Date): Promise<void> {
    const { topic, partition, offset } = message;
    const about = { topic, partition, offset, handler, reason: reason.slice(0, 1000), at: at.toISOString() };
    const headers = Object.entries(about).map(([name, value]) => [PREFIX + name, String(value)]);
    await this.messaging.publish((await this.names()).deadLetters, [
      { key: message.key, value: message.value, headers: { ...message.headers, ...Object.fromEntries(headers) } },
    ]);
  }

  /** What waits, oldest first, at most `limit`. */
  async list(limit: number): Promise<readonly DeadLetter[]> {
    const found: DeadLetter[] = [];
    await this.walk('marked', async (message) => {
      if (found.length < limit) found.push(show(message));
    });
    return found;
  }

  /** One that waits; undefined where none of this place does. */
  async find(letter: string): Promise<DeadLetterDetails | undefined> {
    let found: DeadLetterDetails | undefined;
    await this.walk('marked', async (message) => {
      if (letterOf(message) === letter) found = { ...show(message), ...contentOf(message) };
      return Promise.resolve();
    });
    return found;
  }

  /** Brings everything that waits back to its topic, as it was, for the handler that could not take it. @returns how many */
  async replay(): Promise<number> {
    let count = 0;
    await this.walk('handled', async (message) => {
      const { topic, handler } = show(message);
      const own = Object.entries(message.headers).filter(([name]) => !name.startsWith(PREFIX));
      const headers = [...own, [REPLAYED_FOR, handler]];
      await this.messaging.publish(topic, [{ key: message.key, value: message.value, headers: Object.fromEntries(headers) }]);
      count += 1;
    });
    return count;
  }

  /** How many wait. */
  async count(): Promise<number> {
    const names = await this.names();
    const lags = await this.messaging.lag(names.deadLetters, names.group(REPLAY));
    return Number([...lags.values()].reduce((sum, lag) => sum + lag, 0n));
  }

  /** Through all that waits now. With `marked` nothing is remembered: it is there again the next time. */
  private async walk(acknowledge: 'handled' | 'marked', each: (message: IncomingMessage) => Promise<void>): Promise<void> {
    const waiting = await this.count();
    if (waiting === 0) return;
    let seen = 0;
    const names = await this.names();
    const subscription = await this.messaging.subscribe({
      topic: names.deadLetters,
      group: names.group(REPLAY),
      acknowledge,
      handle: async (messages) => {
        for (const message of messages) await each(message);
        seen += messages.length;
      },
    });
    const deadline = performance.now() + PATIENCE_MS;
    while (seen < waiting && performance.now() < deadline) await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    await subscription.stop();
  }
}

const letterOf = ({ partition, offset }: IncomingMessage): string => `${partition}-${offset}`;

function contentOf({ headers, value }: IncomingMessage): Pick<DeadLetterDetails, 'headers' | 'value' | 'valueBase64'> {
  const own = Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith(PREFIX)));
  const isText = isUtf8(value);
  return { headers: own, ...(isText ? { value: value.toString() } : { valueBase64: value.toString('base64') }) };
}

function show(message: IncomingMessage): DeadLetter {
  const { headers, key } = message;
  const read = (name: string): string => headers[PREFIX + name] ?? '';
  const id = headers['ce_id'];
  return {
    letter: letterOf(message),
    topic: read('topic'),
    partition: Number(read('partition')),
    offset: read('offset'),
    key,
    handler: read('handler'),
    reason: read('reason'),
    at: read('at'),
    ...(id === undefined ? {} : { id }),
  };
}
