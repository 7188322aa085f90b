import { Database, Settings, tracingIsOn } from '@suyuan/platform';
import { Global, Module, BeforeApplicationShutdown } from '@nestjs/common';
import { EventLogPort } from './event-log.port';
import { LogCovering } from './log-covering';
import { openEventLog } from './open-event-log';
import { TracedEventLog } from './tracing/traced-event-log';

/** Binds `EventLogPort` to the adapter that the settings name; `Database` and `Settings` come from the platform. */
@Global()
@Module({
  providers: [
    {
      provide: EventLogPort,
      inject: [Database, { token: Settings, optional: true }, { token: LogCovering, optional: true }],
      useFactory: async (database: Database, settings?: Settings, covering?: LogCovering) => {
        const log = await openEventLog(database, settings?.eventStoreUrl);
        const covered = covering?.cover(log) ?? log;
        return tracingIsOn() ? new TracedEventLog(covered) : covered;
      },
    },
  ],
  exports: [EventLogPort],
})
export class EventLogModule implements BeforeApplicationShutdown {
  constructor(private readonly log: EventLogPort) {}

  /** Before the pool closes: a pool waits for the listener's connection, and would wait for ever. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.log.close();
  }
}
