import { AccessModule } from '@suyuan/access';
import { CaptureModule } from '@suyuan/capture';
import { EventLogModule, EventLogPort } from '@suyuan/event-log';
import { PagesModule } from '@suyuan/pages';
import { LogHead, PlatformModule, PlatformParts } from '@suyuan/platform';
import { RecallModule } from '@suyuan/recall';
import { TraceModule } from '@suyuan/trace';
import { DynamicModule, Global, Module } from '@nestjs/common';
import { PublicPagesBindings } from './bindings/public-pages.bindings';

/** Where the log ends, for the platform, which knows no log. */
@Global()
@Module({ providers: [{ provide: LogHead, useExisting: EventLogPort }], exports: [LogHead] })
class LogHeadBinding {}

/** Every role in one process. A library joins with one line here and its tables in `schema.ts`. */
@Module({})
export class AppModule {
  static of(parts: PlatformParts): DynamicModule {
    return {
      module: AppModule,
      imports: [
        PlatformModule.forApp(parts),
        EventLogModule,
        LogHeadBinding,
        AccessModule.register({ egressAllow: parts.settings.egressAllow }),
        CaptureModule,
        TraceModule,
        RecallModule,
        PublicPagesBindings,
        PagesModule,
      ],
    };
  }
}
