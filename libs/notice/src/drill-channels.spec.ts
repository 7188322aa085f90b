import { MessagingPort } from '@suyuan/messaging';
import { SystemClock } from '@suyuan/platform';
import { createTestDatabase, TestDatabase } from '@suyuan/testkit';
import { DurableNoticeDelivery } from './durable-notice-delivery';
import { EmailChannel } from './email/email.channel';
import { KafkaChannel } from './kafka/kafka.channel';
import { OutgoingNotice } from './notice-delivery';
import { DeliveryBench, eventually } from './testing/delivery-bench';
import { MailServer } from './testing/mail-server';
import { Receiver } from './testing/receiver';

const SHOP = '417/9506000100014';
const MAIL_ONLY = '417/9506000100021';
const languages = { 'zh-CN': { title: '召回', text: '停止销售' }, en: { title: 'Recall', text: 'Stop selling.' } };

/** A broker that keeps the keys of what was published. */
class KeepingBroker {
  readonly published: string[] = [];
  async ensureTopics(): Promise<void> {
    return Promise.resolve();
  }
  async publish(_topic: string, messages: Parameters<MessagingPort['publish']>[1]): Promise<void> {
    for (const { headers } of messages) this.published.push(String(headers?.['webhook-id']));
    return Promise.resolve();
  }
}

describe('A drill, with every channel open', () => {
  let test: TestDatabase;
  let bench: DeliveryBench;
  let mail: MailServer;
  let hook: Receiver;
  const broker = new KeepingBroker();

  beforeAll(async () => {
    test = await createTestDatabase();
    bench = await DeliveryBench.on(test.database);
    mail = await MailServer.start();
    hook = await Receiver.start();
    bench.directory.register(SHOP, hook.url, ['desk@shop.example']);
    bench.directory.register(MAIL_ONLY, undefined, ['desk@mail.example']);
    await bench.dispatch();
    await bench.dispatchOver(new EmailChannel(bench.directory, mail.url, 'Suyuan <recall@suyuan.example>', 1000));
    await bench.dispatchOver(new KafkaChannel(broker as unknown as MessagingPort, async () => Promise.resolve('notices')));
  });
  afterAll(async () => {
    await bench.stop();
    await Promise.all([mail.stop(), hook.stop()]);
    await test.drop();
  });

  it('reaches no webhook, no mailbox and no broker, where the same notices in earnest reach all three', async () => {
    const delivery = new DurableNoticeDelivery(bench.store, new SystemClock(), undefined, ['webhook', 'kafka'], ['email']);
    const notices = (mode: 'real' | 'drill'): OutgoingNotice[] =>
      [SHOP, MAIL_ONLY].flatMap((party, index) =>
        [false, true].map((everyChannel) => ({
          noticeId: `${mode}-${index}-${everyChannel ? 'all' : 'first'}`,
          version: 1,
          party,
          mode,
          everyChannel,
          body: { languages },
        })),
      );
    // The drill first, and once more among real ones: whatever would carry it has had its turn when the real ones arrived.
    await delivery.queue(notices('drill'));
    await delivery.queue(notices('drill').flatMap((drill, index) => [drill, notices('real')[index] ?? drill]));
    await eventually('webhooks', () => hook.received.length === 2);
    await eventually('mails', () => mail.taken.length >= 3);
    await eventually('messages', () => broker.published.length === 4);
    const everything = [
      ...hook.ids(),
      ...hook.received.map(({ body }) => body),
      ...mail.taken.map(({ source }) => source),
      ...broker.published,
      ...bench.listener.heard,
    ].join('\n');
    expect(everything).toContain('real-0-all');
    expect(everything).not.toContain('drill');
    const rows = await test.database.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM notice_delivery WHERE notice_id LIKE 'drill%'`,
    );
    expect(rows).toEqual([{ count: 0 }]);
  });
});
