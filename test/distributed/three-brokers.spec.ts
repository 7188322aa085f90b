import { IncomingMessage, KafkaMessaging, MessagingPort } from '@suyuan/messaging';
import { KafkaCluster } from '../support/kafka-cluster';

const libraries = process.env['SUYUAN_TEST_KAFKA_LIBRARIES'];
const suite = libraries === undefined ? describe.skip : describe;

suite('three brokers', () => {
  let cluster: KafkaCluster;
  let messaging: MessagingPort;

  beforeAll(async () => {
    cluster = await KafkaCluster.start(libraries ?? '', 3);
    messaging = new KafkaMessaging({ brokers: cluster.brokers.split(','), clientId: 'three', sessionMs: 6_000 });
  }, 300_000);
  afterAll(async () => {
    await messaging?.close();
    await cluster?.remove();
  }, 60_000);

  it('of which each is lost in turn, lose nothing that was acknowledged', async () => {
    const topic = 'three-brokers';
    await messaging.ensureTopics([{ name: topic, partitions: 6 }]);
    const seen = new Set<string>();
    let messages = 0;
    await messaging.subscribe({
      topic,
      group: topic,
      handle: async (batch: readonly IncomingMessage[]) => {
        messages += batch.length;
        for (const { value } of batch) seen.add(value.toString());
      },
    });
    const acknowledged: string[] = [];
    let repeats = 0;
    let going = true;
    const publishing = (async () => {
      for (let number = 0; going; number++) {
        const batch = Array.from({ length: 20 }, (_, index) => `${number}-${index}`);
        const sent = batch.map((text, index) => ({ key: `k${index}`, value: Buffer.from(text), headers: {} }));
        // What a relay does: the same messages again until the brokers have them.
        for (let done = false; !done && going;) {
          done = await messaging.publish(topic, sent).then(
            () => true,
            () => false,
          );
          if (done) acknowledged.push(...batch);
          else repeats += 1;
        }
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    })();
    const grown = async (): Promise<void> => {
      const from = acknowledged.length;
      while (acknowledged.length < from + 200) await new Promise((resolve) => setTimeout(resolve, 50));
    };
    for (let index = 0; index < 3; index++) {
      await grown();
      await cluster.kill(index);
      await grown();
      await cluster.restart(index);
    }
    await grown();
    going = false;
    await publishing;
    while (acknowledged.some((text) => !seen.has(text))) await new Promise((resolve) => setTimeout(resolve, 100));
    process.stdout.write(
      `  three brokers, each killed once: ${acknowledged.length} messages acknowledged, all received; ${repeats} publishings repeated, ${messages - seen.size} messages received twice\n`,
    );
    expect(acknowledged.filter((text) => !seen.has(text))).toEqual([]);
  }, 300_000);
});
