import { Clock } from '@suyuan/platform';
import { ChannelName } from './channel.port';
import { DeliveryStore } from './delivery-store';
import { NoticeDelivery, OutgoingNotice } from './notice-delivery';
import { webhookId } from './webhook/webhook-signature';

/** `NoticeDelivery` on the tables of this module. */
export class DurableNoticeDelivery extends NoticeDelivery {
  constructor(
    private readonly store: DeliveryStore,
    private readonly clock: Clock,
    /** Told after new rows are durable; a hint only, the sender finds them anyway. */
    private readonly nudge: () => void = () => undefined,
    /** Channels that get every notice; others take over what these can not bring. */
    private readonly channels: readonly ChannelName[] = ['webhook'],
    /** Channels that get a notice only when it is to go out on every one. */
    private readonly others: readonly ChannelName[] = [],
  ) {
    super();
  }

  /** Durable when it resolves. Drill notices are left out here, before anything could send them. */
  override async queue(notices: readonly OutgoingNotice[]): Promise<void> {
    const real = notices.filter((notice) => notice.mode === 'real');
    if (real.length === 0) return;
    const timestamp = this.clock.now().toISOString();
    for (const notice of real) webhookId(notice.noticeId, notice.version);
    for (const every of [false, true]) {
      const some = real.filter(({ everyChannel = false }) => everyChannel === every);
      if (some.length === 0) continue;
      await this.store.queue(
        some.map((notice) => ({ ...notice, envelope: JSON.stringify({ type: 'recall.notice', timestamp, data: notice.body }) })),
        every ? [...this.channels, ...this.others] : this.channels,
      );
    }
    this.nudge();
  }
}
