import { Directory, PartyRecord, PlaceRecord, ProductRecord } from '@suyuan/access';
import { Database, EgressPolicy, migrate, SystemClock } from '@suyuan/platform';
import { DeliveryStore } from '../delivery-store';
import { DurableNoticeDelivery } from '../durable-notice-delivery';
import { DeliveryListener, OutgoingNotice } from '../notice-delivery';
import { noticeMigrations } from '../notice.migrations';
import { Channel, ChannelTarget } from '../channel.port';
import { ChannelDispatcher } from '../channel-dispatcher';
import { DEFAULT_DELIVERY_OPTIONS, DeliveryOptions } from '../delivery-options';
import { SigningKeys } from '../webhook/signing-keys';
import { WebhookChannel } from '../webhook/webhook.channel';
import { WebhookSender } from '../webhook/webhook-sender';

export const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

/** Parties whose webhooks a test sets and takes away. */
export class TestDirectory extends Directory {
  private readonly records = new Map<string, PartyRecord>();
  register(id: string, url?: string, emails: readonly string[] = [], previous?: { secret: string; until: string }): void {
    const webhook =
      url === undefined ? {} : { webhook: { url, secret: SECRET, ...(previous === undefined ? {} : { previous }) } };
    const contacts = emails.map((email) => ({ name: 'Desk', email }));
    this.records.set(id, { id, name: id, roles: [], places: [], contacts, ...webhook });
  }
  override async party(id: string): Promise<PartyRecord | undefined> {
    return this.records.get(id);
  }
  override async parties(ids: readonly string[]): Promise<ReadonlyMap<string, PartyRecord>> {
    return new Map([...this.records].filter(([id]) => ids.includes(id)));
  }
  override async product(): Promise<ProductRecord | undefined> {
    return undefined;
  }
  override async place(): Promise<PlaceRecord | undefined> {
    return undefined;
  }
}

/** Keeps what it was told; may be made to fail. */
export class RecordingListener extends DeliveryListener {
  readonly heard: string[] = [];
  refuse = 0;
  override async delivered(noticeId: string, version: number, channel: string): Promise<void> {
    this.hear(`delivered ${noticeId} ${version}${besideWebhook(channel)}`);
  }
  override async failed(noticeId: string, version: number, channel: string, _at: Date, reason: string): Promise<void> {
    this.hear(`failed ${noticeId} ${version}${besideWebhook(channel)}: ${reason}`);
  }
  private hear(what: string): void {
    if (this.refuse-- > 0) throw new Error('the listener is not there');
    this.heard.push(what);
  }
}

const besideWebhook = (channel: string): string => (channel === 'webhook' ? '' : ` by ${channel}`);

export const FAST: DeliveryOptions = {
  ...DEFAULT_DELIVERY_OPTIONS,
  timeoutMs: 1000,
  leaseMs: 1200,
  pollMs: 20,
  sweepMs: 50,
  pausesMs: [60, 60, 60],
};

export class DeliveryBench {
  readonly directory = new TestDirectory();
  readonly listener = new RecordingListener();
  readonly store: DeliveryStore;
  readonly delivery: DurableNoticeDelivery;
  private readonly running: Pick<ChannelDispatcher, 'start' | 'stop' | 'nudge'>[] = [];

  constructor(readonly database: Database) {
    this.store = new DeliveryStore(database);
    this.delivery = new DurableNoticeDelivery(this.store, new SystemClock());
  }

  static async on(database: Database): Promise<DeliveryBench> {
    await migrate(database, noticeMigrations);
    return new DeliveryBench(database);
  }

  async dispatch(
    options: Partial<DeliveryOptions> = {},
    allow = '127.0.0.0/8',
  ): Promise<Pick<ChannelDispatcher, 'start' | 'stop' | 'nudge'>> {
    const all = { ...FAST, ...options };
    const sender = new WebhookSender(EgressPolicy.parse(allow), all.timeoutMs);
    const channel = new WebhookChannel(this.directory, this.store, sender, new SigningKeys(this.database));
    const dispatcher = new ChannelDispatcher(this.store, channel, this.listener, all);
    await dispatcher.start();
    this.running.push(dispatcher);
    return dispatcher;
  }

  /** Another channel beside the webhooks, with a queue of its own. */
  async dispatchOver<Target extends ChannelTarget>(
    channel: Channel<Target>,
    options: Partial<DeliveryOptions> = {},
  ): Promise<void> {
    const store = new DeliveryStore(this.database, channel.name);
    const dispatcher = new ChannelDispatcher(store, channel, this.listener, { ...FAST, ...options });
    await dispatcher.start();
    this.running.push(dispatcher);
  }

  async stop(): Promise<void> {
    await Promise.all(this.running.map((dispatcher) => dispatcher.stop()));
  }

  async states(): Promise<string[]> {
    const rows = await this.database.query<{ what: string }>(
      `SELECT notice_id || ' ' || version || ' ' || state AS what FROM notice_delivery ORDER BY notice_id, version`,
    );
    return rows.map((row) => row.what);
  }
}

export function notice(noticeId: string, party: string, version = 1, mode: 'real' | 'drill' = 'real'): OutgoingNotice {
  return { noticeId, version, party, mode, body: { id: noticeId, version, party, instructions: '停止销售' } };
}

/** Waits until `condition` holds; fails with `what` after `withinMs`. */
export async function eventually(what: string, condition: () => boolean | Promise<boolean>, withinMs = 8000): Promise<void> {
  const end = Date.now() + withinMs;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`did not happen within ${withinMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
