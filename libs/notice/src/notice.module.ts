import { Directory } from '@suyuan/access';
import { Clock, Database, RunnerRegistry, Settings } from '@suyuan/platform';
import { Module, OnModuleInit } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { DeadDeliveries } from './dead-deliveries';
import { DeadNoticesController } from './dead-notices.controller';
import { DeliveryStore } from './delivery-store';
import { DurableNoticeDelivery } from './durable-notice-delivery';
import { EgressPolicy } from './egress-policy';
import { DeliveryListener, NoticeDelivery } from './notice-delivery';
import { WebhookDispatcher } from './webhook-dispatcher';
import { DEFAULT_WEBHOOK_OPTIONS } from './webhook-options';
import { WebhookSender } from './webhook-sender';

/**
 * Brings notices to webhooks. Needs `Database`, `Clock`, `Settings`, `RunnerRegistry` and `Directory` from global modules. The `DeliveryListener`
 * is looked up when it is needed, because the module that provides it queues notices here: neither waits for the other.
 */
@Module({
  controllers: [DeadNoticesController],
  providers: [
    { provide: DeliveryStore, inject: [Database], useFactory: (database: Database) => new DeliveryStore(database) },
    { provide: DeadDeliveries, inject: [Database], useFactory: (database: Database) => new DeadDeliveries(database) },
    {
      provide: WebhookSender,
      inject: [Settings],
      useFactory: (settings: Settings) =>
        new WebhookSender(EgressPolicy.parse(settings.egressAllow), DEFAULT_WEBHOOK_OPTIONS.timeoutMs),
    },
    {
      provide: WebhookDispatcher,
      inject: [DeliveryStore, WebhookSender, Directory, ModuleRef],
      useFactory: (store: DeliveryStore, sender: WebhookSender, directory: Directory, modules: ModuleRef) =>
        new WebhookDispatcher(store, sender, directory, listenerOf(modules), DEFAULT_WEBHOOK_OPTIONS),
    },
    {
      provide: NoticeDelivery,
      inject: [DeliveryStore, Clock, WebhookDispatcher],
      useFactory: (store: DeliveryStore, clock: Clock, dispatcher: WebhookDispatcher) =>
        new DurableNoticeDelivery(store, clock, () => dispatcher.nudge()),
    },
  ],
  exports: [NoticeDelivery],
})
export class NoticeModule implements OnModuleInit {
  constructor(
    private readonly runners: RunnerRegistry,
    private readonly dispatcher: WebhookDispatcher,
  ) {}

  onModuleInit(): void {
    this.runners.add(this.dispatcher);
  }
}

function listenerOf(modules: ModuleRef): DeliveryListener {
  const owner = (): DeliveryListener => modules.get(DeliveryListener, { strict: false });
  return {
    delivered: (...told) => owner().delivered(...told),
    failed: (...told) => owner().failed(...told),
  };
}
