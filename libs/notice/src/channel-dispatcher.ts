import { Directory } from '@suyuan/access';
import { Runner } from '@suyuan/platform';
import { Logger } from '@nestjs/common';
import { judge } from './domain/delivery-verdict';
import { pauseAfter } from './domain/retry-schedule';
import { DeliveryStore, LeasedDelivery, SettledDelivery } from './delivery-store';
import { HostSlots } from './host-slots';
import { DeliveryListener } from './notice-delivery';
import { WebhookOptions } from './webhook-options';
import { WebhookSender } from './webhook-sender';
import { signedHeaders, webhookId } from './webhook-signature';

interface Endpoint {
  readonly url: string;
  readonly secret: string;
  readonly host: string;
}

export const WEBHOOK_DISPATCHER = 'webhook dispatcher';

/**
 * Takes due deliveries from the queue and sends them. All it knows is in the tables: stop it, kill it, run several of it, and
 * every notice still goes out, at least once, under the same `webhook-id`.
 */
export class WebhookDispatcher implements Runner {
  readonly name = WEBHOOK_DISPATCHER;
  private readonly log = new Logger('webhooks');
  private readonly slots: HostSlots;
  private readonly underWay = new Set<Promise<void>>();
  private stopping = new AbortController();
  private loop: Promise<void> | undefined;
  private wakeUp: () => void = () => undefined;
  /** A nudge that came while the queue was being looked at counts for the next look. */
  private nudged = false;

  constructor(
    private readonly store: DeliveryStore,
    private readonly sender: WebhookSender,
    private readonly directory: Directory,
    private readonly listener: DeliveryListener,
    private readonly options: WebhookOptions,
  ) {
    this.slots = new HostSlots(options.concurrency, options.concurrencyPerHost);
  }

  async start(): Promise<void> {
    if (this.loop !== undefined) return;
    this.stopping = new AbortController();
    this.loop = Promise.all([this.repeatSend(), this.repeatSweep()]).then(() => undefined);
  }

  /** Ends after the attempts under way were broken off and given back; nothing is lost, they are due again at once. */
  async stop(): Promise<void> {
    this.stopping.abort();
    this.wakeUp();
    await this.loop;
    await Promise.all(this.underWay);
    this.loop = undefined;
    await this.sender.close();
  }

  /** Something new is due: look now. */
  nudge(): void {
    this.nudged = true;
    this.wakeUp();
  }

  private async repeatSend(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      this.nudged = false;
      const more = await this.sendDue().catch((error: Error) => {
        this.log.warn(`sending webhooks: ${error.message}`);
        return false;
      });
      if (!more && !this.nudged && !this.stopping.signal.aborted) await this.pause(this.options.pollMs, true);
    }
  }

  private async repeatSweep(): Promise<void> {
    let after = '';
    while (!this.stopping.signal.aborted) {
      after = await this.wakeWaiting(after).catch((error: Error) => {
        this.log.warn(`looking for new webhooks: ${error.message}`);
        return '';
      });
      await this.tellUntold().catch((error: Error) => this.log.warn(`telling outcomes: ${error.message}`));
      if (!this.stopping.signal.aborted) await this.pause(this.options.sweepMs, false);
    }
  }

  /** One look at the queue; true when more may be due right now. */
  private async sendDue(): Promise<boolean> {
    if (this.slots.free <= 0) return false;
    const leased = await this.store.lease(
      this.slots.free,
      this.options.concurrencyPerHost,
      this.slots.busyHosts(),
      this.options.leaseMs,
    );
    if (leased.length === 0) return false;
    const endpoints = await this.endpointsOf(leased.map((delivery) => delivery.party));
    const aside: LeasedDelivery[] = [];
    const back: { id: number; host: string }[] = [];
    for (const delivery of leased) {
      const endpoint = endpoints.get(delivery.party);
      if (endpoint === undefined) aside.push(delivery);
      else if (this.slots.tryTake(endpoint.host)) this.begin(delivery, endpoint);
      else back.push({ id: delivery.id, host: endpoint.host });
    }
    if (aside.length > 0) await this.store.setAside(aside);
    if (back.length > 0)
      await this.store.release(
        back.map((b) => b.id),
        back.map((b) => b.host),
      );
    return true;
  }

  private begin(delivery: LeasedDelivery, endpoint: Endpoint): void {
    const attempt = this.attempt(delivery, endpoint)
      .catch((error: Error) => {
        this.log.warn(`delivery ${delivery.id}: ${error.message}`);
        return true;
      })
      .then((answered) => {
        this.slots.giveBack(endpoint.host, answered);
        this.underWay.delete(attempt);
        this.nudge();
      });
    this.underWay.add(attempt);
  }

  /** True when the receiver answered at all. */
  private async attempt(delivery: LeasedDelivery, endpoint: Endpoint): Promise<boolean> {
    const startedAt = new Date();
    const headers = signedHeaders(webhookId(delivery.noticeId, delivery.version), delivery.body, endpoint.secret, startedAt);
    const outcome = await this.sender.post(endpoint.url, headers, delivery.body, this.stopping.signal);
    if (outcome.status === undefined && this.stopping.signal.aborted) {
      await this.store.release([delivery.id], [null]);
      return true;
    }
    const verdict = judge(outcome, Date.now());
    const record = { startedAt, url: endpoint.url, ...outcome };
    if (verdict.kind === 'delivered') {
      await this.tell(await this.store.markDelivered(delivery, record));
      return true;
    }
    if (verdict.kind === 'gone') await this.store.switchOff(delivery.party, endpoint.url);
    const pause =
      verdict.kind === 'gone'
        ? undefined
        : pauseAfter(delivery.failures + 1, Math.random(), verdict.retryAfterMs, this.options.pausesMs);
    await this.tell(await this.store.markFailed(delivery, record, verdict.reason, endpoint.host, pause));
    return outcome.status !== undefined;
  }

  /** The webhooks that take notices now; a party without one, or whose address said 410, is left out. */
  private async endpointsOf(ids: readonly string[]): Promise<Map<string, Endpoint>> {
    const distinct = [...new Set(ids)];
    const [parties, gone] = await Promise.all([this.directory.parties(distinct), this.store.goneUrls(distinct)]);
    const endpoints = new Map<string, Endpoint>();
    for (const id of distinct) {
      const webhook = parties.get(id)?.webhook;
      if (webhook === undefined || gone.get(id) === webhook.url) continue;
      endpoints.set(id, { ...webhook, host: URL.canParse(webhook.url) ? new URL(webhook.url).host : webhook.url });
    }
    return endpoints;
  }

  /** Looks whether the next waiting parties have a webhook by now; returns where to go on. */
  private async wakeWaiting(after: string): Promise<string> {
    const parties = await this.store.waitingParties(after, 2000);
    if (parties.length === 0) return '';
    const reachable = [...(await this.endpointsOf(parties)).keys()];
    if (reachable.length > 0) {
      await this.store.wake(reachable);
      this.nudge();
    }
    return parties.at(-1) ?? '';
  }

  private async tellUntold(): Promise<void> {
    for (const settled of await this.store.untold(500, this.options.sweepMs)) await this.tell(settled);
  }

  private async tell(settled: SettledDelivery | undefined): Promise<void> {
    if (settled === undefined) return;
    const { noticeId, version, state, at, reason } = settled;
    if (state === 'delivered') await this.listener.delivered(noticeId, version, 'webhook', at);
    else await this.listener.failed(noticeId, version, 'webhook', at, reason ?? 'unknown');
    await this.store.markTold(settled.id);
  }

  private async pause(ms: number, wakeable: boolean): Promise<void> {
    await new Promise<void>((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.stopping.signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      this.stopping.signal.addEventListener('abort', done, { once: true });
      if (wakeable) this.wakeUp = done;
    });
  }
}
