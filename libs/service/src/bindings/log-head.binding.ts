import { EventLogHead, EventLogPort } from '@suyuan/event-log';
import { LogHead } from '@suyuan/platform';
import { Global, Module } from '@nestjs/common';

/** Where the log ends, for the platform, which knows no log. */
@Global()
@Module({
  providers: [{ provide: LogHead, inject: [EventLogPort], useFactory: (log: EventLogPort) => new EventLogHead(log) }],
  exports: [LogHead],
})
export class LogHeadBinding {}
