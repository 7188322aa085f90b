import { Directory } from '@suyuan/access';
import { MessagingPort, StoreNames } from '@suyuan/messaging';
import { Clock, Database, EgressPolicy, Metrics, RunnerRegistry, Settings } from '@suyuan/platform';
import { Module, OnModuleInit } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { Channel, ChannelTarget } from './channel.port';
import { ChannelDispatcher } from './channel-dispatcher';
import { DeadDeliveries } from './dead-deliveries';
import { DeadNoticesController } from './dead-notices.controller';
import { DEFAULT_DELIVERY_OPTIONS } from './delivery-options';
import { DeliveryStore } from './delivery-store';
import { DurableNoticeDelivery } from './durable-notice-delivery';
import { EmailChannel } from './email/email.channel';
import { KafkaChannel } from './kafka/kafka.channel';
import { NoticeDeliveries } from './notice-deliveries';
import { DeliveryListener, NoticeDelivery } from './notice-delivery';
import { NoticeMetrics } from './notice-metrics';
import { NoticeDispatchers } from './notice-dispatchers';
import { SigningKeys } from './webhook/signing-keys';
import { SigningKeysController } from './webhook/signing-keys.controller';
import { WebhookChannel } from './webhook/webhook.channel';
import { WebhookSender } from './webhook/webhook-sender';

/**
 * Brings notices to webhooks, mailboxes and Kafka. Needs `Database`, `Clock`, `Settings`, `RunnerRegistry` and `Directory`
 * from global modules, and `MessagingPort` where Kafka is configured. The `DeliveryListener` is looked up when it is needed,
 * because the module that provides it queues notices here: neither waits for the other.
 */
@Module({
  controllers: [DeadNoticesController, SigningKeysController],
  providers: [
    { provide: DeadDeliveries, inject: [Database], useFactory: (database: Database) => new DeadDeliveries(database) },
    { provide: NoticeDeliveries, inject: [Database], useFactory: (database: Database) => new NoticeDeliveries(database) },
    {
      provide: NoticeMetrics,
      inject: [Metrics, Database],
      useFactory: (metrics: Metrics, database: Database) => new NoticeMetrics(metrics.registry, database),
    },
    { provide: SigningKeys, inject: [Database], useFactory: (database: Database) => new SigningKeys(database) },
    {
      provide: NoticeDispatchers,
      inject: [Database, Settings, Directory, SigningKeys, ModuleRef, NoticeMetrics, { token: MessagingPort, optional: true }],
      useFactory: (
        database: Database,
        settings: Settings,
        directory: Directory,
        keys: SigningKeys,
        modules: ModuleRef,
        metrics: NoticeMetrics,
        messaging: MessagingPort | undefined,
      ) =>
        new NoticeDispatchers(
          dispatchersOf({ database, settings, directory, keys, listener: listenerOf(modules), messaging, metrics }),
        ),
    },
    {
      provide: NoticeDelivery,
      inject: [Database, Clock, NoticeDispatchers, Settings, { token: MessagingPort, optional: true }],
      useFactory: (
        database: Database,
        clock: Clock,
        dispatchers: NoticeDispatchers,
        settings: Settings,
        messaging: MessagingPort | undefined,
      ) =>
        new DurableNoticeDelivery(
          new DeliveryStore(database),
          clock,
          () => dispatchers.nudge(),
          messaging === undefined ? ['webhook'] : ['webhook', 'kafka'],
          sendsMail(settings) ? ['email'] : [],
        ),
    },
  ],
  exports: [NoticeDelivery, NoticeDeliveries],
})
export class NoticeModule implements OnModuleInit {
  constructor(
    private readonly runners: RunnerRegistry,
    private readonly dispatchers: NoticeDispatchers,
  ) {}

  onModuleInit(): void {
    this.runners.add(this.dispatchers);
  }
}

interface Parts {
  readonly database: Database;
  readonly settings: Settings;
  readonly directory: Directory;
  readonly keys: SigningKeys;
  readonly listener: DeliveryListener;
  readonly messaging: MessagingPort | undefined;
  readonly metrics: NoticeMetrics;
}

/** A dispatcher for each channel that the settings make possible. */
function dispatchersOf({ database, settings, directory, keys, listener, messaging, metrics }: Parts): NoticeDispatcher[] {
  const { timeoutMs } = DEFAULT_DELIVERY_OPTIONS;
  const over = <Target extends ChannelTarget>(channel: Channel<Target>): NoticeDispatcher =>
    new ChannelDispatcher(new DeliveryStore(database, channel.name), channel, listener, DEFAULT_DELIVERY_OPTIONS, (name, end) =>
      metrics.countAttempt(name, end),
    );
  const sender = new WebhookSender(EgressPolicy.parse(settings.egressAllow), timeoutMs);
  const { smtpUrl = '', mailFrom = '' } = settings;
  return [
    over(new WebhookChannel(directory, new DeliveryStore(database), sender, keys)),
    ...(!sendsMail(settings) ? [] : [over(new EmailChannel(directory, smtpUrl, mailFrom, timeoutMs))]),
    ...(messaging === undefined
      ? []
      : [over(new KafkaChannel(messaging, async () => (await StoreNames.read(database)).notices))]),
  ];
}

const sendsMail = ({ smtpUrl, mailFrom }: Settings): boolean => smtpUrl !== undefined && mailFrom !== undefined;

type NoticeDispatcher = Pick<ChannelDispatcher, 'start' | 'stop' | 'nudge'>;

function listenerOf(modules: ModuleRef): DeliveryListener {
  const owner = (): DeliveryListener => modules.get(DeliveryListener, { strict: false });
  return {
    delivered: (...told) => owner().delivered(...told),
    failed: (...told) => owner().failed(...told),
  };
}
