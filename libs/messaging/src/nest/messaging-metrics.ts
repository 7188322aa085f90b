import { askedGauge } from '@suyuan/platform';
import { Counter, Registry } from 'prom-client';
import type { MessagingPort } from '../messaging.port';
import type { Store } from './store';

/** How records reach the followers of this process, and how far behind their groups are. */
export class MessagingMetrics {
  private readonly records: Counter<'follower' | 'way'>;
  private readonly deadLetters: Counter<'follower'>;
  private readonly followers = new Set<string>();

  constructor(registry: Registry, messaging: MessagingPort, store: Store) {
    this.records = new Counter({
      name: 'suyuan_messaging_records_total',
      help: 'Records that followers of this process were given, by the way they came: broker, or log where the broker brought nothing.',
      labelNames: ['follower', 'way'],
      registers: [registry],
    });
    this.deadLetters = new Counter({
      name: 'suyuan_messaging_dead_letters_total',
      help: 'Messages that this process put into the dead-letter topic.',
      labelNames: ['follower'],
      registers: [registry],
    });
    const lagOf = async (follower: string): Promise<number> => {
      const names = await store.names();
      const lags = await messaging.lag(names.records, names.group(follower));
      return Number([...lags.values()].reduce((sum, lag) => sum + lag, 0n));
    };
    askedGauge(registry, {
      name: 'suyuan_messaging_lag_messages',
      help: 'Messages of the records topic that the consumer group of a follower of this process has still to be done with.',
      labelNames: ['follower'],
      ask: async () =>
        Promise.all([...this.followers].map(async (follower) => ({ labels: { follower }, value: await lagOf(follower) }))),
    });
  }

  countRecords(follower: string, way: 'broker' | 'log', count: number): void {
    if (!this.followers.has(follower)) this.begin(follower);
    this.records.inc({ follower, way }, count);
  }

  /** A series that begins when something happens has no rate for its first time, and nothing to be compared with. */
  private begin(follower: string): void {
    this.followers.add(follower);
    for (const way of ['broker', 'log']) this.records.inc({ follower, way }, 0);
    this.deadLetters.inc({ follower }, 0);
  }

  countDeadLetter(follower: string): void {
    this.deadLetters.inc({ follower });
  }
}
