import { createTestDatabase, TestDatabase } from '@suyuan/testkit';
import { NoticeDeliveries } from '../notice-deliveries';
import { OutgoingNotice } from '../notice-delivery';
import { DeliveryBench, eventually } from '../testing/delivery-bench';
import { MailServer } from '../testing/mail-server';
import { Receiver } from '../testing/receiver';
import { EmailChannel } from './email.channel';
import { noticeMail } from './notice-mail';

const SHOP = '417/9506000100014';
const languages = {
  'zh-CN': { title: '召回：电水壶', text: '请立即停止销售。\n危害：烫伤' },
  en: { title: 'Recall: kettle <K1>\r\nBcc: thief@example.org', text: 'Stop selling.\nHazard: burns' },
};
const mailed = (noticeId: string, version = 1): OutgoingNotice => ({
  noticeId,
  version,
  party: SHOP,
  mode: 'real',
  body: { languages },
});
/** Decodes what nodemailer encodes: quoted-printable and base64 parts, as far as these texts need it. */
const plain = (source: string): string =>
  source.replace(/^(?:[A-Za-z0-9+/]{20,}={0,2}\r?\n?)+$/gm, (block) => Buffer.from(block, 'base64').toString('utf8'));

describe('a notice by e-mail', () => {
  let test: TestDatabase;
  let bench: DeliveryBench;
  let mail: MailServer;
  const start = async (): Promise<void> =>
    bench.dispatchOver(new EmailChannel(bench.directory, mail.url, 'Suyuan <recall@suyuan.example>', 1000));

  beforeEach(async () => {
    test = await createTestDatabase();
    bench = await DeliveryBench.on(test.database);
    mail = await MailServer.start();
  });
  afterEach(async () => {
    await bench.stop();
    await mail.stop();
    await test.drop();
  });

  it('goes to the contacts of a party without a webhook, in both languages, under its stable id', async () => {
    bench.directory.register(SHOP, undefined, ['desk@shop.example', 'boss@shop.example']);
    await bench.dispatch();
    await start();
    await bench.delivery.queue([mailed('n1')]);
    await eventually('mail', () => bench.listener.heard.includes('delivered n1 1 by email'));
    expect(mail.taken).toHaveLength(1);
    expect(mail.taken[0]?.to).toEqual(['desk@shop.example', 'boss@shop.example']);
    const source = plain(mail.taken[0]?.source ?? '');
    expect(source).toMatch(/^Message-ID: <n1-v1@suyuan\.example>\r?$/im);
    expect(source).toMatch(/^X-Suyuan-Notice: n1-v1\r?$/m);
    expect(source.split(/\r?\n\r?\n/)[0]).not.toMatch(/^Bcc:/im);
    for (const part of ['text/plain', 'text/html', 'Hazard: burns']) expect(source).toContain(part);
  });

  it('comes when a webhook fails again and again, while the webhook goes on', async () => {
    let broken = true;
    const hook = await Receiver.start((response) => response.writeHead(broken ? 500 : 204).end());
    bench.directory.register(SHOP, hook.url, ['desk@shop.example']);
    await bench.dispatch({ pausesMs: [20, 20, 20, 300, 300, 300, 300, 300] });
    await start();
    await bench.delivery.queue([mailed('n1')]);
    await eventually('mail', () => bench.listener.heard.includes('delivered n1 1 by email'));
    broken = false;
    await eventually('webhook', () => bench.listener.heard.includes('delivered n1 1'));
    expect(hook.ids().every((id) => id === 'n1-v1')).toBe(true);
    expect(mail.taken).toHaveLength(1);
    const deliveries = await new NoticeDeliveries(test.database).of('n1');
    expect(deliveries.map(({ channel, state }) => [channel, state])).toEqual([
      ['webhook', 'delivered'],
      ['email', 'delivered'],
    ]);
    expect(deliveries[0]?.attempts.length).toBeGreaterThanOrEqual(3);
    await hook.stop();
  });

  it('that bounces is told to the task at once, without the address', async () => {
    mail.refuse = () => 550;
    bench.directory.register(SHOP, undefined, ['secret.person@shop.example']);
    await bench.dispatch();
    await start();
    await bench.delivery.queue([mailed('n1')]);
    await eventually('bounce', () => bench.listener.heard.length > 0);
    expect(bench.listener.heard).toEqual(['failed n1 1 by email: bounced: the mail server refused it (550)']);
    expect(mail.recipients).toBe(1);
    const stored = await test.database.query(
      'SELECT d.*, a.* FROM notice_delivery d LEFT JOIN notice_attempt a ON a.delivery_id = d.id',
    );
    expect(JSON.stringify(stored)).not.toContain('secret.person');
  });

  it('that is put off is tried again under the same id', async () => {
    mail.refuse = (_, count) => (count < 3 ? 451 : undefined);
    bench.directory.register(SHOP, undefined, ['desk@shop.example']);
    await bench.dispatch();
    await start();
    await bench.delivery.queue([mailed('n1')]);
    await eventually('mail', () => bench.listener.heard.includes('delivered n1 1 by email'));
    expect(mail.recipients).toBe(3);
    expect(mail.taken).toHaveLength(1);
  });

  it('carries no markup and no header of its author', () => {
    const { subject, html } = noticeMail('n1', 2, JSON.stringify({ data: { languages } }), 'x.example');
    expect(subject).not.toMatch(/[\r\n]/);
    expect(html).toContain('&lt;K1&gt;');
    expect(html).toContain('<p>危害：烫伤</p>');
  });
});
