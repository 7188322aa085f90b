import { IncomingMessage, MessagingPort, OutgoingMessage, SubscribeOptions, Subscription } from './messaging.port';

const PATIENCE_MS = 50_000;

/** What every adapter of `MessagingPort` must do. @param begin one more process that talks to the same messages */
export function describeMessagingContract(name: string, begin: () => Promise<MessagingPort>): void {
  describe(`MessagingPort: ${name}`, () => {
    const opened: MessagingPort[] = [];
    let messaging: MessagingPort;
    let number = 0;

    const open = async (): Promise<MessagingPort> => {
      const made = await begin();
      opened.push(made);
      return made;
    };
    const fresh = async (partitions = 3): Promise<{ topic: string; group: string }> => {
      const id = `contract-${process.pid}-${Date.now()}-${(number += 1)}`;
      await messaging.ensureTopics([{ name: id, partitions }]);
      return { topic: id, group: `${id}-group` };
    };
    const collect = async (
      from: MessagingPort,
      options: Pick<SubscribeOptions, 'topic' | 'group'> & Partial<SubscribeOptions>,
    ): Promise<{ seen: IncomingMessage[]; subscription: Subscription }> => {
      const seen: IncomingMessage[] = [];
      const subscription = await from.subscribe({ handle: async (messages) => void seen.push(...messages), ...options });
      return { seen, subscription };
    };

    beforeAll(async () => {
      messaging = await open();
    });
    afterAll(async () => {
      await Promise.all(opened.map((one) => one.close()));
    });

    it('brings every message once, in the order of its key, byte for byte', async () => {
      const { topic, group } = await fresh();
      const { seen } = await collect(messaging, { topic, group });
      const sent = run(200, ['a', 'b', 'ü/溯源', 'd']);
      for (let from = 0; from < sent.length; from += 30) await messaging.publish(topic, sent.slice(from, from + 30));
      await until(() => seen.length >= sent.length);
      expect(seen).toHaveLength(sent.length);
      for (const key of new Set(sent.map((message) => message.key)))
        expect(texts(seen.filter((message) => message.key === key))).toEqual(
          texts(sent.filter((message) => message.key === key)),
        );
      expect(seen.find(({ headers }) => headers['number'] === '7')?.headers).toEqual({ number: '7', name: '名 é' });
      expect(seen.every(({ topic: from }) => from === topic)).toBe(true);
    });

    it('keeps one key in one partition, and counts offsets up', async () => {
      const { topic, group } = await fresh(4);
      const { seen } = await collect(messaging, { topic, group });
      await messaging.publish(topic, run(60, ['a', 'b', 'c', 'd', 'e', 'f']));
      await until(() => seen.length >= 60);
      const places = new Map<string, Set<number>>();
      for (const { key, partition } of seen) places.set(key, (places.get(key) ?? new Set()).add(partition));
      expect([...places.values()].every((partitions) => partitions.size === 1)).toBe(true);
      expect(new Set(seen.map(({ partition }) => partition)).size).toBeGreaterThan(1);
      for (let partition = 0; partition < 4; partition++) {
        const offsets = seen.filter((message) => message.partition === partition).map(({ offset }) => offset);
        expect(offsets.every((offset, index) => index === 0 || offset > (offsets[index - 1] ?? 0n))).toBe(true);
      }
    });

    it('gives every group everything, from the beginning', async () => {
      const { topic, group } = await fresh();
      await messaging.publish(topic, run(20));
      const early = await collect(messaging, { topic, group });
      const late = await collect(messaging, { topic, group: `${group}-other` });
      await until(() => early.seen.length >= 20 && late.seen.length >= 20);
      expect([early.seen.length, late.seen.length]).toEqual([20, 20]);
    });

    it('goes on where the group was, after a stop', async () => {
      const { topic, group } = await fresh();
      const first = await collect(messaging, { topic, group });
      await messaging.publish(topic, run(10));
      await until(() => first.seen.length >= 10);
      await first.subscription.stop();
      await messaging.publish(topic, run(5, ['k'], 10));
      const second = await collect(messaging, { topic, group });
      await until(() => second.seen.length >= 5);
      expect(texts(second.seen)).toEqual(texts(run(5, ['k'], 10)));
    });

    it('brings again what was not marked as done', async () => {
      const { topic, group } = await fresh(1);
      const first = await collect(messaging, { topic, group, acknowledge: 'marked' });
      await messaging.publish(topic, run(10));
      await until(() => first.seen.length >= 10);
      const third = first.seen[2];
      await first.subscription.mark(third === undefined ? [] : [third]);
      await first.subscription.stop();
      const second = await collect(messaging, { topic, group, acknowledge: 'marked' });
      await until(() => second.seen.length >= 7);
      expect(texts(second.seen)).toEqual(texts(run(10)).slice(3));
    });

    it('brings messages again, in order, until they are handled', async () => {
      const { topic, group } = await fresh(1);
      const handled: string[] = [];
      const troubles: unknown[] = [];
      let failures = 2;
      await messaging.subscribe({
        topic,
        group,
        onTrouble: (error) => troubles.push(error),
        handle: async (messages) => {
          if ((failures -= 1) >= 0) throw new Error('not now');
          handled.push(...texts(messages));
        },
      });
      await messaging.publish(topic, run(3));
      await until(() => handled.length >= 3);
      expect(handled).toEqual(texts(run(3)));
      expect(troubles.map(String)).toEqual(expect.arrayContaining(['Error: not now']));
    });

    it('shares partitions among the members of a group, and loses nothing when one leaves', async () => {
      const { topic, group } = await fresh(4);
      const keys = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l'];
      const one = await collect(messaging, { topic, group });
      const two = await collect(await open(), { topic, group });
      const sent: OutgoingMessage[] = [];
      const publish = async (): Promise<void> => {
        const more = run(12, keys, sent.length);
        sent.push(...more);
        await messaging.publish(topic, more);
      };
      const everything = (): Set<string> => new Set(texts([...one.seen, ...two.seen]));
      // Until both have a share: how soon a member joins is the broker's affair.
      await until(async () => {
        await publish();
        return one.seen.length > 0 && two.seen.length > 0;
      });
      await one.subscription.stop();
      const before = one.seen.length;
      await publish();
      await until(() => everything().size >= sent.length);
      expect([...everything()].sort()).toEqual([...new Set(texts(sent))].sort());
      expect(one.seen).toHaveLength(before);
    });

    it('counts what a group has still to come to', async () => {
      const { topic, group } = await fresh(2);
      await messaging.publish(topic, run(8, ['a', 'b', 'c', 'd']));
      expect(total(await messaging.lag(topic, group))).toBe(8n);
      const { seen } = await collect(messaging, { topic, group });
      await until(async () => seen.length >= 8 && total(await messaging.lag(topic, group)) === 0n);
      expect(total(await messaging.lag(topic, `${group}-other`))).toBe(8n);
    });

    it('makes topics once, whoever asks, and publishes to none that was not made', async () => {
      const { topic } = await fresh(2);
      const other = await open();
      await Promise.all([messaging, other].map((one) => one.ensureTopics([{ name: topic, partitions: 5 }])));
      await messaging.publish(topic, run(1));
      await expect(messaging.publish(`${topic}-never-made`, run(1))).rejects.toThrow();
    });

    it('takes more in one call than one request holds', async () => {
      const { topic, group } = await fresh(1);
      const { seen } = await collect(messaging, { topic, group });
      const large = run(8).map((message) => ({ ...message, value: Buffer.alloc(400_000, String(message.value)) }));
      await messaging.publish(topic, large);
      await until(() => seen.length >= large.length);
      expect(seen.map(({ value }) => value.length)).toEqual(large.map(({ value }) => value.length));
      expect(seen.map(({ headers }) => headers['number'])).toEqual(large.map(({ headers }) => headers['number']));
    });
  });
}

function run(count: number, keys: readonly string[] = ['k'], from = 0): OutgoingMessage[] {
  return Array.from({ length: count }, (_, index) => ({
    key: keys[index % keys.length] ?? '',
    value: Buffer.from(`value ${from + index} 溯`),
    headers: { number: String(from + index), name: '名 é' },
  }));
}

const texts = (messages: readonly OutgoingMessage[]): string[] => messages.map(({ value }) => value.toString());
const total = (lags: ReadonlyMap<number, bigint>): bigint => [...lags.values()].reduce((sum, lag) => sum + lag, 0n);

async function until(done: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while (!(await done())) {
    if (Date.now() > deadline) throw new Error('it did not happen in time');
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
