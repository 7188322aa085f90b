import { EventLogPort, LogCovering } from '@suyuan/event-log';
import { Clock, Database, KafkaSecurity, Metrics } from '@suyuan/platform';
import { BeforeApplicationShutdown, DynamicModule, Global, Logger, Module } from '@nestjs/common';
import { DeadLetters } from '../dead-letters/dead-letters';
import { FedEventLog } from '../feed/fed-event-log';
import { KafkaMessaging } from '../kafka/kafka-messaging.adapter';
import { MessagingPort } from '../messaging.port';
import { MessagingMetrics } from './messaging-metrics';
import { Store } from './store';

export interface MessagingOptions {
  /** Named followers of the log take their records from the broker. */
  readonly feedsFollowers: boolean;
  readonly security: KafkaSecurity | undefined;
}

/** Messages over Kafka. Needs `Database`, `Clock` and `Metrics` of the platform. */
@Global()
@Module({})
export class MessagingModule implements BeforeApplicationShutdown {
  constructor(private readonly messaging: MessagingPort) {}

  /** @param brokers `host:port` */
  static over(brokers: readonly string[], { feedsFollowers, security }: MessagingOptions): DynamicModule {
    const logger = new Logger('Kafka');
    const feeding = {
      provide: LogCovering,
      inject: [MessagingPort, Store, MessagingMetrics, Clock],
      useFactory: (messaging: MessagingPort, store: Store, metrics: MessagingMetrics, clock: Clock): LogCovering => ({
        cover: (log: EventLogPort) =>
          new FedEventLog(log, async () => {
            const names = await store.names();
            return {
              log,
              messaging,
              names,
              now: () => clock.now(),
              onRecords: (follower, way, count) => metrics.countRecords(follower, way, count),
              onDeadLetter: (follower) => metrics.countDeadLetter(follower),
              onTrouble: (error) => logger.warn(`records: ${error instanceof Error ? error.message : String(error)}`),
            };
          }),
      }),
    };
    const shared = [
      {
        provide: MessagingPort,
        useFactory: () =>
          new KafkaMessaging({
            brokers,
            clientId: 'suyuan',
            security,
            onLog: (line) => logger.debug(line),
          }) satisfies MessagingPort,
      },
      { provide: Store, inject: [Database], useFactory: (database: Database) => new Store(database) },
      {
        provide: MessagingMetrics,
        inject: [Metrics, MessagingPort, Store],
        useFactory: (metrics: Metrics, messaging: MessagingPort, store: Store) =>
          new MessagingMetrics(metrics.registry, messaging, store),
      },
      {
        provide: DeadLetters,
        inject: [MessagingPort, Store],
        useFactory: (messaging: MessagingPort, store: Store) => new DeadLetters(messaging, () => store.names()),
      },
      ...(feedsFollowers ? [feeding] : []),
    ];
    return { module: MessagingModule, providers: shared, exports: shared.map(({ provide }) => provide) };
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.messaging.close();
  }
}
