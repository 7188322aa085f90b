import { EventLogPort } from '@suyuan/event-log';
import { Database, Metrics, RunnerRegistry } from '@suyuan/platform';
import { Logger, Module, OnModuleInit } from '@nestjs/common';
import { Gauge } from 'prom-client';
import { MessagingPort } from '../messaging.port';
import { LogRelay } from '../relay/log-relay';
import { DeadLettersController } from './dead-letters.controller';
import { Store } from './store';

/** Brings the log to the broker, and back what was put aside there. Needs the `MessagingModule`, the log and the platform. */
@Module({
  controllers: [DeadLettersController],
  providers: [
    {
      provide: LogRelay,
      inject: [EventLogPort, Database, MessagingPort, Store],
      useFactory: (log: EventLogPort, database: Database, messaging: MessagingPort, store: Store) =>
        new LogRelay(
          log,
          database,
          messaging,
          () => store.names(),
          (error) => new Logger('LogRelay').warn(error instanceof Error ? error.message : String(error)),
        ),
    },
  ],
})
export class RelayModule implements OnModuleInit {
  constructor(
    private readonly runners: RunnerRegistry,
    private readonly relay: LogRelay,
    private readonly log: EventLogPort,
    private readonly metrics: Metrics,
  ) {}

  onModuleInit(): void {
    this.runners.add(this.relay);
    const { relay, log } = this;
    new Gauge({
      name: 'suyuan_relay_lag_positions',
      help: 'Positions of the log that the broker has still to be brought.',
      registers: [this.metrics.registry],
      async collect() {
        await Promise.all([log.head(), relay.position()]).then(
          ([head, position]) => this.set(Math.max(0, head - position)),
          () => this.reset(),
        );
      },
    });
  }
}
