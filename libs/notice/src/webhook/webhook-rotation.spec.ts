import { createPublicKey, verify } from 'node:crypto';
import { InProcessMessaging } from '@suyuan/messaging';
import { SystemClock } from '@suyuan/platform';
import { createTestDatabase, TestDatabase } from '@suyuan/testkit';
import { Webhook } from 'standardwebhooks';
import { KafkaChannel } from '../kafka/kafka.channel';
import { DurableNoticeDelivery } from '../durable-notice-delivery';
import { DeliveryBench, eventually, notice, SECRET } from '../testing/delivery-bench';
import { Received, Receiver } from '../testing/receiver';
import { SigningKeys } from './signing-keys';

const SHOP = '417/9506000100014';
const OLD = 'whsec_T2xkT2xkT2xkT2xkT2xkT2xkT2xkT2xk';
const SPKI = Buffer.from('302a300506032b6570032100', 'hex');

/** Whether a `v1a` signature of this request was made by this public key. */
function verifies(key: string, { headers, body }: Received): boolean {
  const raw = Buffer.from(key.replace('whpk_', ''), 'base64');
  const publicKey = createPublicKey({ key: Buffer.concat([SPKI, raw]), format: 'der', type: 'spki' });
  const signed = Buffer.from(`${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`);
  return (headers['webhook-signature'] ?? '')
    .split(' ')
    .some((one) => one.startsWith('v1a,') && verify(null, signed, publicKey, Buffer.from(one.slice(4), 'base64')));
}

describe('while keys are rotated', () => {
  let test: TestDatabase;
  let bench: DeliveryBench;
  let hook: Receiver;
  beforeEach(async () => {
    test = await createTestDatabase();
    bench = await DeliveryBench.on(test.database);
    hook = await Receiver.start();
  });
  afterEach(async () => {
    await bench.stop();
    await hook.stop();
    await test.drop();
  });
  const sent = async (id: string): Promise<Received> => {
    await bench.delivery.queue([notice(id, SHOP)]);
    await eventually(id, () => bench.listener.heard.includes(`delivered ${id} 1`));
    return hook.received.at(-1) as Received;
  };

  it('a webhook verifies with the new secret and, until its time is over, with the old one', async () => {
    bench.directory.register(SHOP, hook.url, [], { secret: OLD, until: new Date(Date.now() + 60_000).toISOString() });
    await bench.dispatch();
    const both = await sent('n1');
    for (const secret of [SECRET, OLD]) expect(() => new Webhook(secret).verify(both.body, both.headers)).not.toThrow();
    bench.directory.register(SHOP, hook.url, [], { secret: OLD, until: new Date(Date.now() - 1).toISOString() });
    const one = await sent('n2');
    expect(() => new Webhook(SECRET).verify(one.body, one.headers)).not.toThrow();
    expect(() => new Webhook(OLD).verify(one.body, one.headers)).toThrow();
  });

  it('a webhook verifies with each published ed25519 key, and not when a byte differs', async () => {
    bench.directory.register(SHOP, hook.url);
    const keys = new SigningKeys(test.database);
    const [first] = await keys.published();
    const published = await keys.rotate(1);
    expect(published.map(({ key }) => key)).toContain(first?.key);
    expect(published).toHaveLength(2);
    await bench.dispatch();
    const got = await sent('n1');
    for (const { key } of published) expect(verifies(key, got)).toBe(true);
    expect(verifies(first?.key ?? '', { ...got, body: `${got.body} ` })).toBe(false);
    expect(await keys.rotate(0)).toHaveLength(2);
    expect((await keys.published()).map(({ key }) => key)).not.toContain(published[0]?.key);
  });

  it('Kafka gets every version too, under the same id, and is not taken for the holder', async () => {
    const messaging = new InProcessMessaging();
    const got: string[] = [];
    await bench.dispatchOver(new KafkaChannel(messaging, async () => Promise.resolve('notices')));
    const delivery = new DurableNoticeDelivery(bench.store, new SystemClock(), undefined, ['webhook', 'kafka']);
    await delivery.queue([notice('n1', SHOP), notice('n1', SHOP, 2)]);
    await eventually('published', async () => (await bench.states()).filter((state) => state.endsWith('delivered')).length === 2);
    await messaging.subscribe({
      topic: 'notices',
      group: 'test',
      handle: async (messages) => {
        for (const { key, headers } of messages) got.push(`${key} ${headers['webhook-id']}`);
        return Promise.resolve();
      },
    });
    await eventually('read', () => got.length === 2);
    expect(got.sort()).toEqual([`${SHOP} n1-v1`, `${SHOP} n1-v2`]);
    expect(bench.listener.heard).toEqual([]);
    await messaging.close();
  });
});
