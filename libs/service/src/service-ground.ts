import { AccessModule } from '@suyuan/access';
import { EventLogModule } from '@suyuan/event-log';
import { MessagingModule } from '@suyuan/messaging';
import { PlatformModule, PlatformParts } from '@suyuan/platform';
import type { DynamicModule, Type } from '@nestjs/common';
import { LogHeadBinding } from './bindings/log-head.binding';

/** What every service stands on: platform, log, who may do what, and, where there are brokers, records over them. */
export function serviceGround(parts: PlatformParts): (DynamicModule | Type)[] {
  const { egressAllow, kafkaBrokers, kafkaSecurity: security } = parts.settings;
  return [
    PlatformModule.forApp(parts),
    ...(kafkaBrokers === undefined ? [] : [MessagingModule.over(kafkaBrokers, { feedsFollowers: true, security })]),
    EventLogModule,
    LogHeadBinding,
    AccessModule.register({ egressAllow }),
  ];
}
