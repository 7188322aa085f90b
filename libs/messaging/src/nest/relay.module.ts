import { EventLogPort } from '@suyuan/event-log';
import { Clock, Database, Metrics, RunnerRegistry } from '@suyuan/platform';
import { Logger, Module, OnModuleInit } from '@nestjs/common';
import { DeadLetters } from '../dead-letters/dead-letters';
import { MessagingPort } from '../messaging.port';
import { LogRelay } from '../relay/log-relay';
import { DeadLettersController } from './dead-letters.controller';
import { measureRelay } from './relay-metrics';
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
    private readonly deadLetters: DeadLetters,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.runners.add(this.relay);
    measureRelay(this.metrics.registry, { relay: this.relay, log: this.log, deadLetters: this.deadLetters, clock: this.clock });
  }
}
