import { Database } from '@suyuan/platform';
import { Global, Module, BeforeApplicationShutdown } from '@nestjs/common';
import { EventLogPort } from './event-log.port';
import { PostgresEventLog } from './postgres/postgres-event-log.adapter';

/** Binds `EventLogPort` to the PostgreSQL adapter; `Database` comes from the platform. */
@Global()
@Module({
  providers: [{ provide: EventLogPort, useFactory: (database: Database) => new PostgresEventLog(database), inject: [Database] }],
  exports: [EventLogPort],
})
export class EventLogModule implements BeforeApplicationShutdown {
  constructor(private readonly log: EventLogPort) {}

  /** Before the pool closes: a pool waits for the listener's connection, and would wait for ever. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.log.close();
  }
}
