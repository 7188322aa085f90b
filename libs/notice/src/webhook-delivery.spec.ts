import { createTestDatabase, TestDatabase } from '@suyuan/testkit';
import { ServerResponse } from 'node:http';
import { Webhook } from 'standardwebhooks';
import { DeadDeliveries } from './dead-deliveries';
import { DeliveryBench, eventually, notice, SECRET } from './testing/delivery-bench';
import { Answer, Receiver } from './testing/receiver';

const SHOP = '417/9506000100014';
const OTHER = '417/9506000100021';

describe('a notice on its way to a webhook', () => {
  let test: TestDatabase;
  let bench: DeliveryBench;
  let receivers: Receiver[];
  const receiver = async (answer?: Answer): Promise<Receiver> => {
    const started = await Receiver.start(answer);
    receivers.push(started);
    return started;
  };

  beforeEach(async () => {
    receivers = [];
    test = await createTestDatabase();
    bench = await DeliveryBench.on(test.database);
  });
  afterEach(async () => {
    await bench.stop();
    await Promise.all(receivers.map((one) => one.stop()));
    await test.drop();
  });

  it('arrives signed, and is reported as delivered', async () => {
    const hook = await receiver();
    bench.directory.register(SHOP, hook.url);
    await bench.dispatch();
    await bench.delivery.queue([notice('n1', SHOP)]);
    await eventually('delivery', () => bench.listener.heard.length > 0);
    expect(bench.listener.heard).toEqual(['delivered n1 1']);
    const [got] = hook.received;
    expect(got?.headers['webhook-id']).toBe('n1-v1');
    const opened = new Webhook(SECRET).verify(got?.body ?? '', got?.headers ?? {}) as Record<string, unknown>;
    expect(opened).toMatchObject({ type: 'recall.notice', data: { id: 'n1', version: 1, instructions: '停止销售' } });
    expect(Number.isNaN(Date.parse(String(opened['timestamp'])))).toBe(false);
    expect(() => new Webhook(SECRET).verify(`${got?.body} `, got?.headers ?? {})).toThrow();
  });

  it('goes out once however often it is queued, a new version again', async () => {
    const hook = await receiver();
    bench.directory.register(SHOP, hook.url);
    await bench.delivery.queue([notice('n1', SHOP), notice('n1', SHOP)]);
    await bench.delivery.queue([notice('n1', SHOP)]);
    await bench.dispatch();
    await eventually('first version', () => bench.listener.heard.includes('delivered n1 1'));
    await bench.delivery.queue([notice('n1', SHOP, 2), notice('n1', SHOP)]);
    await eventually('second version', () => bench.listener.heard.includes('delivered n1 2'));
    expect(hook.ids()).toEqual(['n1-v1', 'n1-v2']);
  });

  it('is tried again under the same id and with the same body after a failure', async () => {
    const hook = await receiver((response, _, count) => response.writeHead(count < 3 ? 500 : 200).end());
    bench.directory.register(SHOP, hook.url);
    await bench.dispatch();
    await bench.delivery.queue([notice('n1', SHOP)]);
    await eventually('third attempt', () => bench.listener.heard.includes('delivered n1 1'));
    expect(hook.ids()).toEqual(['n1-v1', 'n1-v1', 'n1-v1']);
    expect(new Set(hook.received.map((one) => one.body)).size).toBe(1);
    const attempts = await test.database.query('SELECT attempt, status FROM notice_attempt ORDER BY started_at');
    expect(attempts).toEqual([
      { attempt: 1, status: 500 },
      { attempt: 2, status: 500 },
      { attempt: 3, status: 200 },
    ]);
  });

  it('does not follow a redirect', async () => {
    const elsewhere = await receiver();
    const hook = await receiver((response, _, count) =>
      count === 1 ? response.writeHead(307, { location: elsewhere.url }).end() : response.writeHead(200).end(),
    );
    bench.directory.register(SHOP, hook.url);
    await bench.dispatch();
    await bench.delivery.queue([notice('n1', SHOP)]);
    await eventually('second attempt', () => bench.listener.heard.includes('delivered n1 1'));
    expect(hook.received).toHaveLength(2);
    expect(elsewhere.received).toHaveLength(0);
  });

  it.each([429, 503])('waits as long as a %i answer asks', async (status) => {
    const hook = await receiver((response, _, count) =>
      response.writeHead(count === 1 ? status : 200, { 'retry-after': '1' }).end(),
    );
    bench.directory.register(SHOP, hook.url);
    await bench.dispatch();
    await bench.delivery.queue([notice('n1', SHOP)]);
    await eventually('second attempt', () => bench.listener.heard.includes('delivered n1 1'));
    const [first, second] = hook.received;
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(950);
  });

  it('is dead after the last attempt, and an administrator can send it again', async () => {
    let broken = true;
    const hook = await receiver((response) => response.writeHead(broken ? 500 : 200).end());
    bench.directory.register(SHOP, hook.url);
    await bench.dispatch();
    await bench.delivery.queue([notice('n1', SHOP)]);
    await eventually('death', () => bench.listener.heard.length > 0);
    expect(bench.listener.heard).toEqual(['failed n1 1: the receiver answered 500']);
    expect(hook.received).toHaveLength(4);
    const dead = new DeadDeliveries(test.database);
    const [one] = await dead.list(0, 10);
    expect(one).toMatchObject({ noticeId: 'n1', version: 1, party: `https://id.gs1.org/${SHOP}`, failures: 4 });
    broken = false;
    expect(await dead.replay(Number(one?.id))).toBe(true);
    expect(await dead.replay(Number(one?.id))).toBe(false);
    await eventually('delivery', () => bench.listener.heard.includes('delivered n1 1'));
    expect(new Set(hook.ids())).toEqual(new Set(['n1-v1']));
  });

  it('switches an endpoint off that says 410, until another address is registered', async () => {
    const hook = await receiver((response) => response.writeHead(410).end());
    const other = await receiver();
    bench.directory.register(SHOP, hook.url);
    await bench.dispatch();
    await bench.delivery.queue([notice('n1', SHOP)]);
    await eventually('gone', () => bench.listener.heard.length > 0);
    expect(bench.listener.heard[0]).toContain('410');
    await bench.delivery.queue([notice('n2', SHOP)]);
    await eventually('set aside', async () => (await bench.states()).includes('n2 1 waiting'));
    expect(hook.received).toHaveLength(1);
    bench.directory.register(SHOP, other.url);
    await eventually('delivery', () => bench.listener.heard.includes('delivered n2 1'));
    expect(hook.received).toHaveLength(1);
  });

  it('waits for a party without a webhook, and then sends the newest version only', async () => {
    const hook = await receiver();
    bench.directory.register(SHOP);
    await bench.dispatch();
    await bench.delivery.queue([notice('n1', SHOP), notice('n9', '417/9506000199999')]);
    await bench.delivery.queue([notice('n1', SHOP, 2)]);
    await eventually('set aside', async () => (await bench.states()).includes('n1 2 waiting'));
    bench.directory.register(SHOP, hook.url);
    await eventually('delivery', () => bench.listener.heard.includes('delivered n1 2'));
    expect(hook.ids()).toEqual(['n1-v2']);
    expect(await bench.states()).toEqual(['n1 1 superseded', 'n1 2 delivered', 'n9 1 waiting']);
  });

  it('is not held up by a receiver that hangs', async () => {
    const hanging = await receiver(() => undefined);
    const quick = await receiver();
    bench.directory.register(OTHER, hanging.url);
    bench.directory.register(SHOP, quick.url);
    await bench.delivery.queue(Array.from({ length: 40 }, (_, i) => notice(`h${i}`, OTHER)));
    await bench.dispatch({ concurrency: 8, concurrencyPerHost: 2, timeoutMs: 10_000, leaseMs: 12_000 });
    await eventually('the hanging receiver is busy', () => hanging.received.length === 2);
    const queuedAt = Date.now();
    await bench.delivery.queue(Array.from({ length: 20 }, (_, i) => notice(`q${i}`, SHOP)));
    await eventually('all quick ones', () => quick.received.length === 20);
    expect(Date.now() - queuedAt).toBeLessThan(2000);
    expect(hanging.received).toHaveLength(2);
  });

  it('times out, and is tried again', async () => {
    const hook = await receiver((response, _, count) => (count === 1 ? undefined : response.writeHead(200).end()));
    bench.directory.register(SHOP, hook.url);
    await bench.dispatch({ timeoutMs: 200 });
    await bench.delivery.queue([notice('n1', SHOP)]);
    await eventually('delivery', () => bench.listener.heard.includes('delivered n1 1'));
    const [first] = await test.database.query<{ error: string }>('SELECT error FROM notice_attempt ORDER BY started_at');
    expect(first?.error).toContain('200 ms');
  });

  it('counts as delivered by its status, however much the receiver goes on to say', async () => {
    const pour = (response: ServerResponse): void => {
      if (response.destroyed) return;
      response.write(Buffer.alloc(16_384), () => setImmediate(pour, response));
    };
    const hook = await receiver((response) => pour(response.writeHead(200)));
    bench.directory.register(SHOP, hook.url);
    await bench.dispatch();
    await bench.delivery.queue([notice('n1', SHOP)]);
    await eventually('delivery', () => bench.listener.heard.includes('delivered n1 1'));
    expect(hook.received).toHaveLength(1);
  });

  it('is taken over by another process when its own dies in the middle', async () => {
    const hook = await receiver();
    bench.directory.register(SHOP, hook.url);
    await bench.delivery.queue([notice('n1', SHOP)]);
    // What a killed process leaves behind: a lease, and nobody who will ever answer for it.
    const taken = await bench.store.lease(10, 4, [], 600);
    expect(taken).toHaveLength(1);
    await bench.dispatch();
    await new Promise((resolve) => setTimeout(resolve, 250));
    expect(hook.received).toHaveLength(0);
    await eventually('take-over', () => bench.listener.heard.includes('delivered n1 1'));
    expect(hook.ids()).toEqual(['n1-v1']);
  });

  it('is due again at once when its process stops in good order', async () => {
    const hook = await receiver((response, _, count) => (count === 1 ? undefined : response.writeHead(200).end()));
    bench.directory.register(SHOP, hook.url);
    await bench.delivery.queue([notice('n1', SHOP)]);
    const first = await bench.dispatch({ timeoutMs: 30_000, leaseMs: 60_000 });
    await eventually('first attempt', () => hook.received.length === 1);
    await first.stop();
    await bench.dispatch();
    await eventually('delivery', () => bench.listener.heard.includes('delivered n1 1'), 2000);
  });

  it('is sent once by several processes on one queue', async () => {
    const hook = await receiver();
    bench.directory.register(SHOP, hook.url);
    for (let i = 0; i < 3; i++) await bench.dispatch({ concurrencyPerHost: 50 });
    await bench.delivery.queue(Array.from({ length: 60 }, (_, i) => notice(`n${i}`, SHOP)));
    await eventually('all', () => bench.listener.heard.length >= 60);
    expect(new Set(hook.ids()).size).toBe(60);
    expect(hook.received).toHaveLength(60);
  });

  it('is reported again to a listener that was not there', async () => {
    const hook = await receiver();
    bench.directory.register(SHOP, hook.url);
    bench.listener.refuse = 2;
    await bench.dispatch();
    await bench.delivery.queue([notice('n1', SHOP)]);
    await eventually('report', () => bench.listener.heard.includes('delivered n1 1'));
    expect(hook.received).toHaveLength(1);
  });

  it('never leaves when it belongs to a drill', async () => {
    const hook = await receiver();
    bench.directory.register(SHOP, hook.url);
    await bench.dispatch();
    await bench.delivery.queue([notice('drill', SHOP, 1, 'drill')]);
    await bench.delivery.queue([notice('real', SHOP)]);
    await eventually('the real one', () => bench.listener.heard.includes('delivered real 1'));
    expect(await bench.states()).toEqual(['real 1 delivered']);
  });

  it('is refused an address inside the network that nobody allowed', async () => {
    const hook = await receiver();
    bench.directory.register(SHOP, hook.url);
    await bench.dispatch({}, '10.9.0.0/16');
    await bench.delivery.queue([notice('n1', SHOP)]);
    await eventually('refusal', () => bench.listener.heard.length > 0);
    expect(bench.listener.heard[0]).toContain('SUYUAN_EGRESS_ALLOW');
    expect(hook.received).toHaveLength(0);
  });
});
