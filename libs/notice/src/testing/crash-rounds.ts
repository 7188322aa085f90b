import { Database, EgressPolicy, Sql, SystemClock } from '@suyuan/platform';
import { ChannelDispatcher } from '../channel-dispatcher';
import { DeliveryStore } from '../delivery-store';
import { DurableNoticeDelivery } from '../durable-notice-delivery';
import { SigningKeys } from '../webhook/signing-keys';
import { WebhookChannel } from '../webhook/webhook.channel';
import { WebhookSender } from '../webhook/webhook-sender';
import { DeliveryBench, eventually, FAST, notice } from './delivery-bench';
import { Receiver } from './receiver';

/** The process is gone: nothing it does from now on reaches anything. */
class Crashed extends Error {}

/**
 * The database as a process sees it that dies at its n-th statement: half of the time before the statement reaches the
 * server, else after it took effect but before the answer came. From then on every statement fails, so a transaction that was
 * open is rolled back and one that was committed stays: what a kill -9 leaves behind.
 */
function dyingDatabase(database: Database, statements: number, afterwards: boolean, died: () => void): Database {
  let left = statements;
  const run = async <T>(work: () => Promise<T>): Promise<T> => {
    left -= 1;
    if (left < 0 || (left === 0 && !afterwards)) {
      died();
      throw new Crashed('the process is gone');
    }
    const result = await work();
    if (left <= 0) {
      died();
      throw new Crashed('the process is gone');
    }
    return result;
  };
  const dying = (sql: Sql): Sql => ({ ...sql, query: async (text, values) => run(async () => sql.query(text, values)) });
  return new Proxy(database, {
    get(target, name) {
      if (name === 'query') return async (text: string, values?: unknown[]) => run(async () => target.query(text, values));
      if (name === 'transaction')
        // The commit is a statement of its own.
        return async (work: (tx: Sql) => Promise<unknown>) => run(async () => target.transaction(async (tx) => work(dying(tx))));
      return Reflect.get(target, name) as unknown;
    },
  });
}

export interface CrashTally {
  readonly queued: number;
  readonly crashes: number;
  /** `webhook-id`s that the receiver got, with the (notice, version) in each body. */
  readonly got: readonly { readonly webhookId: string; readonly notice: string }[];
  /** `webhook-id`s that the receiver answered with 2xx. */
  readonly accepted: ReadonlySet<string>;
  readonly states: readonly string[];
}

/**
 * Queues notices and sends them while the process that does so dies again and again at random points: while it queues, between
 * lease and attempt, between attempt and bookkeeping, inside the bookkeeping. Then lets one process live.
 * @param random 0 to 1, drawn from a seed that the caller prints
 */
export async function crashRounds(bench: DeliveryBench, rounds: number, random: () => number): Promise<CrashTally> {
  const accepted = new Set<string>();
  const hook = await Receiver.start((response, { headers }) => {
    const takes = random() >= 0.2;
    if (takes) accepted.add(headers['webhook-id'] ?? '');
    response.writeHead(takes ? 204 : 500).end();
  });
  const party = '417/9506000100014';
  bench.directory.register(party, hook.url);
  // Long enough that failures alone never kill a notice.
  const options = { ...FAST, leaseMs: 60, timeoutMs: 50, pollMs: 5, pausesMs: new Array<number>(100_000).fill(5) };
  let queued = 0;
  let crashes = 0;
  try {
    for (let round = 0; round < rounds; round++) {
      let died = false;
      const statements = 1 + Math.floor(random() * 14);
      const database = dyingDatabase(bench.database, statements, random() < 0.5, () => (died = true));
      const store = new DeliveryStore(database);
      const sender = new WebhookSender(EgressPolicy.parse('127.0.0.0/8'), options.timeoutMs);
      const channel = new WebhookChannel(bench.directory, store, sender, new SigningKeys(bench.database));
      const dispatcher = new ChannelDispatcher(store, channel, bench.listener, options);
      await dispatcher.start();
      // Whoever queues repeats from the log what was not confirmed, as the recall process does.
      const versions = [notice(`n${queued >> 1}`, party, 1 + (queued % 2))];
      await new DurableNoticeDelivery(store, new SystemClock()).queue(versions).catch(() => undefined);
      await eventually('crash', () => died);
      await dispatcher.stop();
      crashes += 1;
      await bench.delivery.queue(versions);
      queued += 1;
    }
    await bench.dispatch({ ...options, pollMs: 20 });
    await eventually('an end', async () => (await bench.states()).every((state) => /delivered|superseded/.test(state)), 60_000);
    return {
      queued,
      crashes,
      got: hook.received.map(({ headers, body }) => {
        const { data } = JSON.parse(body) as { data: { id: string; version: number } };
        return { webhookId: headers['webhook-id'] ?? '', notice: `${data.id} ${data.version}` };
      }),
      accepted,
      states: await bench.states(),
    };
  } finally {
    await hook.stop();
  }
}
