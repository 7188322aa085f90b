import { Database, tracingIsOn } from '@suyuan/platform';
import { Global, Module, BeforeApplicationShutdown } from '@nestjs/common';
import { EventLogPort } from './event-log.port';
import { LogCovering } from './log-covering';
import { PostgresEventLog } from './postgres/postgres-event-log.adapter';
import { TracedEventLog } from './tracing/traced-event-log';

/** Binds `EventLogPort` to the PostgreSQL adapter; `Database` comes from the platform. */
@Global()
@Module({
  providers: [
    {
      provide: EventLogPort,
      inject: [Database, { token: LogCovering, optional: true }],
      useFactory: (database: Database, covering?: LogCovering) => {
        const log = new PostgresEventLog(database);
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
