import { Directory, PartyRecord, PlaceRecord, ProductRecord } from '@suyuan/access';
import { Database, migrate, SystemClock } from '@suyuan/platform';
import { DeliveryStore } from '../delivery-store';
import { DurableNoticeDelivery } from '../durable-notice-delivery';
import { EgressPolicy } from '../egress-policy';
import { DeliveryListener, OutgoingNotice } from '../notice-delivery';
import { noticeMigrations } from '../notice.migrations';
import { DEFAULT_WEBHOOK_OPTIONS, WebhookOptions } from '../webhook-options';
import { WebhookDispatcher } from '../webhook-dispatcher';
import { WebhookSender } from '../webhook-sender';

export const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

/** Parties whose webhooks a test sets and takes away. */
export class TestDirectory extends Directory {
  private readonly records = new Map<string, PartyRecord>();
  register(id: string, url?: string): void {
    const webhook = url === undefined ? {} : { webhook: { url, secret: SECRET } };
    this.records.set(id, { id, name: id, roles: [], places: [], contacts: [], ...webhook });
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
  override async delivered(noticeId: string, version: number): Promise<void> {
    this.hear(`delivered ${noticeId} ${version}`);
  }
  override async failed(noticeId: string, version: number, _channel: string, _at: Date, reason: string): Promise<void> {
    this.hear(`failed ${noticeId} ${version}: ${reason}`);
  }
  private hear(what: string): void {
    if (this.refuse-- > 0) throw new Error('the listener is not there');
    this.heard.push(what);
  }
}

export const FAST: WebhookOptions = {
  ...DEFAULT_WEBHOOK_OPTIONS,
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
  private readonly running: WebhookDispatcher[] = [];

  constructor(readonly database: Database) {
    this.store = new DeliveryStore(database);
    this.delivery = new DurableNoticeDelivery(this.store, new SystemClock());
  }

  static async on(database: Database): Promise<DeliveryBench> {
    await migrate(database, noticeMigrations);
    return new DeliveryBench(database);
  }

  async dispatch(options: Partial<WebhookOptions> = {}, allow = '127.0.0.0/8'): Promise<WebhookDispatcher> {
    const all = { ...FAST, ...options };
    const sender = new WebhookSender(EgressPolicy.parse(allow), all.timeoutMs);
    const dispatcher = new WebhookDispatcher(this.store, sender, this.directory, this.listener, all);
    await dispatcher.start();
    this.running.push(dispatcher);
    return dispatcher;
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
