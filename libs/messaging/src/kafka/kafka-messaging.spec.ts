import { setTimeout as wait } from 'node:timers/promises';
import { describeMessagingContract } from '../messaging.contract';
import { MessagingPort } from '../messaging.port';
import { KafkaMessaging } from './kafka-messaging.adapter';

const brokers = process.env['SUYUAN_TEST_KAFKA_BROKERS'];
/** The shortest that a broker allows. */
const SESSION_MS = 6_000;

function open(): KafkaMessaging {
  return new KafkaMessaging({ brokers: (brokers ?? '').split(','), clientId: 'contract', sessionMs: SESSION_MS });
}

/** Needs a broker: `npm run test:distributed` starts one. */
if (brokers === undefined) it.skip('MessagingPort on Kafka: SUYUAN_TEST_KAFKA_BROKERS names no broker', () => undefined);
else {
  describeMessagingContract('Kafka', () => Promise.resolve(open()));

  describe('KafkaMessaging', () => {
    let messaging: MessagingPort;

    beforeAll(() => {
      messaging = open();
    });
    afterAll(() => messaging.close());

    it('is not taken for dead while a handler works longer than a session', async () => {
      const topic = `long-${process.pid}-${Date.now()}`;
      await messaging.ensureTopics([{ name: topic, partitions: 1 }]);
      const begun: string[] = [];
      const done: string[] = [];
      await messaging.subscribe({
        topic,
        group: topic,
        handle: async (messages, signal) => {
          const text = messages.map(({ value }) => value.toString()).join();
          begun.push(text);
          if (text === 'long') await wait(SESSION_MS * 1.7, undefined, { signal });
          done.push(text);
        },
      });
      await messaging.publish(topic, [{ key: 'k', value: Buffer.from('long'), headers: {} }]);
      while (done.length < 1) await wait(100);
      await messaging.publish(topic, [{ key: 'k', value: Buffer.from('next'), headers: {} }]);
      while (done.length < 2) await wait(100);
      expect(begun).toEqual(['long', 'next']);
    });
  });
}
