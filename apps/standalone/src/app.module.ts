import { AccessModule } from '@suyuan/access';
import { CaptureModule } from '@suyuan/capture';
import { EventLogModule } from '@suyuan/event-log';
import { MessagingModule, RelayModule } from '@suyuan/messaging';
import { PagesModule } from '@suyuan/pages';
import { PlatformModule, PlatformParts } from '@suyuan/platform';
import { RECALL_MODULES } from '@suyuan/recall';
import { LogHeadBinding, PublicPagesBindings } from '@suyuan/service';
import { TraceModule } from '@suyuan/trace';
import { DynamicModule, Module } from '@nestjs/common';

/** Every role in one process. A library joins with one line here, its tables in libs/service, its service in apps/. */
@Module({})
export class AppModule {
  static of(parts: PlatformParts): DynamicModule {
    const { egressAllow, kafkaBrokers, kafkaSecurity: security } = parts.settings;
    // With brokers the log is brought to them for others; this process follows the log itself.
    const messaging =
      kafkaBrokers === undefined ? [] : [MessagingModule.over(kafkaBrokers, { feedsFollowers: false, security }), RelayModule];
    return {
      module: AppModule,
      imports: [
        PlatformModule.forApp(parts),
        EventLogModule,
        LogHeadBinding,
        AccessModule.register({ egressAllow }),
        CaptureModule,
        TraceModule,
        ...RECALL_MODULES,
        PublicPagesBindings,
        PagesModule,
        ...messaging,
      ],
    };
  }
}
