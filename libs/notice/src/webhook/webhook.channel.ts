import { Directory } from '@suyuan/access';
import { traceHeaders } from '@suyuan/platform';
import { Channel, ChannelTarget } from '../channel.port';
import { DeliveryStore, LeasedDelivery } from '../delivery-store';
import { AttemptOutcome } from '../domain/delivery-verdict';
import { SigningKeys } from './signing-keys';
import { WebhookSender } from './webhook-sender';
import { signedHeaders, webhookId } from './webhook-signature';

interface Endpoint extends ChannelTarget {
  /** The one in force, and while it is being rotated the one before it. */
  readonly secrets: readonly string[];
}

/** Standard Webhooks to the address that the party registered. */
export class WebhookChannel extends Channel<Endpoint> {
  override readonly name = 'webhook';
  override readonly reachesHolder = true;

  constructor(
    private readonly directory: Directory,
    private readonly store: DeliveryStore,
    private readonly sender: WebhookSender,
    private readonly keys: SigningKeys,
  ) {
    super();
  }

  /** A party without a webhook, or whose address said 410, is left out. */
  override async targets(parties: readonly string[]): Promise<ReadonlyMap<string, Endpoint>> {
    const [records, gone] = await Promise.all([this.directory.parties(parties), this.store.goneUrls(parties)]);
    const endpoints = new Map<string, Endpoint>();
    for (const id of parties) {
      const webhook = records.get(id)?.webhook;
      if (webhook === undefined || gone.get(id) === webhook.url) continue;
      const { url, secret, previous } = webhook;
      const overlaps = previous !== undefined && Date.parse(previous.until) > Date.now();
      endpoints.set(id, {
        address: url,
        host: URL.canParse(url) ? new URL(url).host : url,
        secrets: overlaps ? [secret, previous.secret] : [secret],
      });
    }
    return endpoints;
  }

  override async send(delivery: LeasedDelivery, target: Endpoint, signal: AbortSignal): Promise<AttemptOutcome> {
    const id = webhookId(delivery.noticeId, delivery.version);
    const headers = signedHeaders(id, delivery.body, target.secrets, new Date(), await this.keys.inForce());
    return this.sender.post(target.address, { ...headers, ...traceHeaders() }, delivery.body, signal);
  }

  override async switchOff(party: string, target: Endpoint): Promise<void> {
    await this.store.switchOff(party, target.address);
  }

  override async close(): Promise<void> {
    await this.sender.close();
  }
}
