import { Counter, Gauge, Registry } from 'prom-client';
import { setTimeout as wait } from 'node:timers/promises';
import type { MessagingPort } from '../messaging.port';
import type { Store } from './store';

/** A scrape does not wait longer for a broker that is away. */
const PATIENCE_MS = 2_000;

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
    const { followers } = this;
    new Gauge({
      name: 'suyuan_messaging_lag_messages',
      help: 'Messages of the records topic that the group of a follower of this process has still to be done with.',
      labelNames: ['follower'],
      registers: [registry],
      async collect() {
        this.reset();
        const asked = [...followers].map(async (follower) => this.set({ follower }, await lagOf(follower)));
        await Promise.race([Promise.allSettled(asked), wait(PATIENCE_MS, undefined, { ref: false })]);
      },
    });
  }

  countRecords(follower: string, way: 'broker' | 'log', count: number): void {
    this.followers.add(follower);
    this.records.inc({ follower, way }, count);
  }

  countDeadLetter(follower: string): void {
    this.deadLetters.inc({ follower });
  }
}
