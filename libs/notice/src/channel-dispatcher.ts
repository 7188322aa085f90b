import { failSpan, inSpan, Runner, SpanKind } from '@suyuan/platform';
import { Logger } from '@nestjs/common';
import { AttemptOutcome, DeliveryVerdict, judge } from './domain/delivery-verdict';
import { pauseAfter } from './domain/retry-schedule';
import { DeliveryStore, LeasedDelivery, SettledDelivery } from './delivery-store';
import { HostSlots } from './host-slots';
import { DeliveryListener } from './notice-delivery';
import { Channel, ChannelName, ChannelTarget } from './channel.port';
import { AttemptEnd } from './notice-metrics';
import { DeliveryOptions } from './delivery-options';
import { Settlements } from './settlements';
import { Telling } from './telling';

const GATHER_MS = 5;

/**
 * Takes due deliveries of one channel from the queue and sends them. All it knows is in the tables: stop it, kill it, run several of it, and
 * every notice still goes out, at least once, under the same id.
 */
export class ChannelDispatcher<Target extends ChannelTarget = ChannelTarget> implements Runner {
  readonly name: string;
  private readonly log: Logger;
  private readonly settlements: Settlements;
  private readonly telling: Telling;
  private readonly slots: HostSlots;
  private readonly underWay = new Set<Promise<void>>();
  private stopping = new AbortController();
  private loop: Promise<void> | undefined;
  private wakeUp: () => void = () => undefined;
  /** A nudge that came while the queue was being looked at counts for the next look. */
  private nudged = false;

  constructor(
    private readonly store: DeliveryStore,
    private readonly channel: Channel<Target>,
    listener: DeliveryListener,
    private readonly options: DeliveryOptions,
    private readonly onAttempt: (channel: ChannelName, end: AttemptEnd) => void = () => undefined,
  ) {
    this.name = `${channel.name} dispatcher`;
    this.log = new Logger(this.name);
    this.slots = new HostSlots(options.concurrency, options.concurrencyPerHost);
    this.settlements = new Settlements((group) => store.settle(group));
    this.telling = new Telling(
      async (settled) => {
        if (channel.reachesHolder) await tell(listener, settled);
        await store.markTold(settled.id);
      },
      (error) => this.log.warn(`telling outcomes: ${error instanceof Error ? error.message : String(error)}`),
    );
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
    await this.telling.stop();
    this.loop = undefined;
    await this.channel.close();
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
        this.log.warn(`sending: ${error.message}`);
        return false;
      });
      if (!more && !this.nudged && !this.stopping.signal.aborted) await this.pause(this.options.pollMs, true);
    }
  }

  private async repeatSweep(): Promise<void> {
    let after = '';
    while (!this.stopping.signal.aborted) {
      await this.takeOver().catch((error: Error) => this.log.warn(`taking over: ${error.message}`));
      after = await this.wakeWaiting(after).catch((error: Error) => {
        this.log.warn(`looking for new targets: ${error.message}`);
        return '';
      });
      await this.tellUntold().catch((error: Error) => this.log.warn(`telling outcomes: ${error.message}`));
      if (!this.stopping.signal.aborted) await this.pause(this.options.sweepMs, false);
    }
  }

  /** One look at the queue; true when more may be due right now. */
  private async sendDue(): Promise<boolean> {
    if (this.slots.free <= 0) return false;
    // A look for each slot that falls free would be more looking than sending: let some more fall free first.
    if (this.slots.free < this.options.concurrency / 4) await this.pause(GATHER_MS, false);
    const leased = await this.store.lease(
      this.slots.free,
      this.options.concurrencyPerHost,
      this.slots.busyHosts(),
      this.options.leaseMs,
    );
    if (leased.length === 0) return false;
    const targets = await this.channel.targets([...new Set(leased.map(({ party }) => party))]);
    const aside: LeasedDelivery[] = [];
    const back: { id: number; host: string }[] = [];
    for (const delivery of leased) {
      const target = targets.get(delivery.party);
      if (target === undefined) aside.push(delivery);
      else if (this.slots.tryTake(target.host)) this.begin(delivery, target);
      else back.push({ id: delivery.id, host: target.host });
    }
    if (aside.length > 0) await this.store.setAside(aside);
    if (back.length > 0)
      await this.store.release(
        back.map((b) => b.id),
        back.map((b) => b.host),
      );
    return true;
  }

  private begin(delivery: LeasedDelivery, target: Target): void {
    const attempt = this.attempt(delivery, target)
      .catch((error: Error) => {
        this.log.warn(`delivery ${delivery.id}: ${error.message}`);
        return true;
      })
      .then((answered) => {
        this.slots.giveBack(target.host, answered);
        this.underWay.delete(attempt);
        this.nudge();
      });
    this.underWay.add(attempt);
  }

  /** True when the receiver answered at all. */
  private async attempt(delivery: LeasedDelivery, target: Target): Promise<boolean> {
    const startedAt = new Date();
    const outcome = await this.send(delivery, target);
    if (outcome.status === undefined && this.stopping.signal.aborted) {
      await this.store.release([delivery.id], [null]);
      return true;
    }
    const verdict = judge(outcome, Date.now());
    this.onAttempt(this.channel.name, endOf(verdict, outcome));
    const attempt = { startedAt, url: target.address, ...outcome };
    if (verdict.kind === 'gone') await this.channel.switchOff(delivery.party, target);
    const settled = await this.settlements.settle({
      delivery,
      attempt,
      outcome:
        verdict.kind === 'delivered'
          ? verdict
          : { kind: 'failed', reason: verdict.reason, host: target.host, pauseMs: this.pauseOf(delivery, verdict) },
    });
    if (settled !== undefined) this.telling.add(settled);
    return outcome.status !== undefined;
  }

  /** In the trace of what made the notice, hours later if need be. */
  private async send(delivery: LeasedDelivery, target: Target): Promise<AttemptOutcome> {
    const attributes = {
      'suyuan.notice.id': delivery.noticeId,
      'suyuan.notice.version': delivery.version,
      'suyuan.attempt': delivery.failures + 1,
    };
    const about = { kind: SpanKind.CLIENT, parent: delivery.traceparent, attributes };
    return inSpan(`deliver by ${this.channel.name}`, about, async (span) => {
      const outcome = await this.channel.send(delivery, target, this.stopping.signal);
      if (outcome.status !== undefined) span?.setAttribute('http.response.status_code', outcome.status);
      else if (span !== undefined) failSpan(span, new Error('no answer'));
      return outcome;
    });
  }

  private pauseOf({ failures }: LeasedDelivery, verdict: DeliveryVerdict): number | undefined {
    if (verdict.kind !== 'retry') return undefined;
    return pauseAfter(failures + 1, Math.random(), verdict.retryAfterMs, this.options.pausesMs);
  }

  /** Channels after the first take what the first can not bring. */
  private async takeOver(): Promise<void> {
    if (this.channel.name === 'email' && (await this.store.takeOver(this.options.fallAfterFailures)) > 0) this.nudge();
  }

  /** Looks whether the next waiting parties have a webhook by now; returns where to go on. */
  private async wakeWaiting(after: string): Promise<string> {
    const parties = await this.store.waitingParties(after, 2000);
    if (parties.length === 0) return '';
    const reachable = [...(await this.channel.targets(parties)).keys()];
    if (reachable.length > 0) {
      await this.store.wake(reachable);
      this.nudge();
    }
    return parties.at(-1) ?? '';
  }

  private async tellUntold(): Promise<void> {
    for (const settled of await this.store.untold(500, this.options.sweepMs)) this.telling.add(settled);
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

function endOf({ kind }: DeliveryVerdict, { status }: AttemptOutcome): AttemptEnd {
  if (kind === 'delivered' || kind === 'gone') return kind;
  return status === undefined ? 'failed' : 'refused';
}

async function tell(listener: DeliveryListener, settled: SettledDelivery): Promise<void> {
  const { noticeId, version, channel, state, at, reason } = settled;
  if (state === 'delivered') await listener.delivered(noticeId, version, channel, at);
  else await listener.failed(noticeId, version, channel, at, reason ?? 'unknown');
}
