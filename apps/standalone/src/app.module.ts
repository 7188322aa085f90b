import { DynamicModule, Global, Module } from '@nestjs/common';
import { AccessModule } from '@suyuan/access';
import { CaptureModule } from '@suyuan/capture';
import { EventLogModule, EventLogPort } from '@suyuan/event-log';
import { PagesModule, ProductJourney, PublicRecallReader, ShopperCheck } from '@suyuan/pages';
import { LogHead, PlatformModule, PlatformParts } from '@suyuan/platform';
import { CodeCheck, PublicRecalls, RecallModule } from '@suyuan/recall';
import { TraceModule, TraceQueries } from '@suyuan/trace';
import { PublishedRecalls, TillCheck, TracedJourney } from './bindings/public-pages.bindings';

/** Ports of one module that another one fills: the only place where both are known. */
@Global()
@Module({
  providers: [
    { provide: LogHead, useExisting: EventLogPort },
    { provide: ShopperCheck, inject: [CodeCheck], useFactory: (codes: CodeCheck) => new TillCheck(codes) },
    { provide: PublicRecallReader, inject: [PublicRecalls], useFactory: (recalls: PublicRecalls) => new PublishedRecalls(recalls) },
    { provide: ProductJourney, inject: [TraceQueries], useFactory: (trace: TraceQueries) => new TracedJourney(trace) },
  ],
  exports: [LogHead, ShopperCheck, PublicRecallReader, ProductJourney],
})
class BindingsModule {}

/** Every role in one process. */
@Module({})
export class AppModule {
  static forParts(parts: PlatformParts): DynamicModule {
    return {
      module: AppModule,
      imports: [
        PlatformModule.forApp(parts),
        EventLogModule,
        AccessModule.register({ egressAllow: parts.settings.egressAllow }),
        CaptureModule,
        TraceModule,
        RecallModule,
        PagesModule,
        BindingsModule,
      ],
    };
  }
}
