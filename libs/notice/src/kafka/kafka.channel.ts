import { MessagingPort } from '@suyuan/messaging';
import { traceHeaders } from '@suyuan/platform';
import { Channel, ChannelTarget } from '../channel.port';
import { LeasedDelivery } from '../delivery-store';
import { AttemptOutcome } from '../domain/delivery-verdict';
import { webhookId } from '../webhook/webhook-signature';

const PARTITIONS = 6;

/** Every notice on one topic, for the operator's own systems: key the party, value what webhooks get, header `webhook-id`. */
export class KafkaChannel extends Channel {
  override readonly name = 'kafka';
  /** The broker has it, the holder may not. */
  override readonly reachesHolder = false;
  private ready: Promise<string> | undefined;

  /** @param topic the topic's name, once the store's own id is known */
  constructor(
    private readonly messaging: MessagingPort,
    private readonly topic: () => Promise<string>,
  ) {
    super();
  }

  override async targets(parties: readonly string[]): Promise<ReadonlyMap<string, ChannelTarget>> {
    return Promise.resolve(new Map(parties.map((party) => [party, { address: 'kafka:notices', host: 'kafka' }])));
  }

  override async send({ noticeId, version, party, body }: LeasedDelivery): Promise<AttemptOutcome> {
    try {
      const headers = { 'webhook-id': webhookId(noticeId, version), 'content-type': 'application/json', ...traceHeaders() };
      await this.messaging.publish(await this.prepared(), [{ key: party, value: Buffer.from(body), headers }]);
      return { status: 200 };
    } catch (error) {
      return { error: error instanceof Error ? error.message : String(error) };
    }
  }

  override async switchOff(): Promise<void> {
    return Promise.resolve();
  }

  /** The connection is the messaging module's. */
  override async close(): Promise<void> {
    return Promise.resolve();
  }

  private async prepared(): Promise<string> {
    this.ready ??= this.topic().then(async (name) => {
      await this.messaging.ensureTopics([{ name, partitions: PARTITIONS }]);
      return name;
    });
    this.ready.catch(() => (this.ready = undefined));
    return this.ready;
  }
}
