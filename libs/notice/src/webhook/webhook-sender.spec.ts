import { EgressPolicy } from '@suyuan/platform';
import { Receiver } from '../testing/receiver';
import { WebhookSender } from './webhook-sender';

const never = new AbortController().signal;

describe('one request to a receiver', () => {
  let receiver: Receiver;
  let sender: WebhookSender | undefined;
  beforeEach(async () => {
    receiver = await Receiver.start();
  });
  afterEach(async () => {
    await sender?.close();
    await receiver.stop();
  });

  it('goes to the address that was judged, whatever the name server says a moment later, under the name it was given', async () => {
    const answers = [['127.0.0.1'], ['10.0.0.1']];
    sender = new WebhookSender(EgressPolicy.parse('127.0.0.0/8'), 1000, async () => answers.shift() ?? []);
    const { port } = new URL(receiver.url);
    expect(await sender.post(`http://shop.example:${port}/hook`, {}, '{}', never)).toEqual({ status: 204 });
    expect(receiver.received[0]?.headers['host']).toBe(`shop.example:${port}`);
    expect(answers).toHaveLength(1);
  });

  it('is not made when one of several addresses is off limits', async () => {
    sender = new WebhookSender(EgressPolicy.parse('127.0.0.0/8'), 1000, async () => ['127.0.0.1', '169.254.169.254']);
    const { port } = new URL(receiver.url);
    const outcome = await sender.post(`http://shop.example:${port}/hook`, {}, '{}', never);
    expect(outcome.error).toContain('SUYUAN_EGRESS_ALLOW');
    expect(receiver.received).toHaveLength(0);
  });

  it.each(['ftp://127.0.0.1/', 'file:///etc/hosts', 'http://user:secret@127.0.0.1/', 'no address'])(
    'is not made to %s',
    async (url) => {
      sender = new WebhookSender(EgressPolicy.parse('127.0.0.0/8'), 1000);
      expect((await sender.post(url, {}, '{}', never)).error).toBeDefined();
    },
  );

  it('says what went wrong when nobody listens', async () => {
    const { url } = receiver;
    await receiver.stop();
    sender = new WebhookSender(EgressPolicy.parse('127.0.0.0/8'), 1000);
    expect((await sender.post(url, {}, '{}', never)).error).toContain('ECONNREFUSED');
    receiver = await Receiver.start();
  });
});
