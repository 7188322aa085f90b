import { Injectable } from '@nestjs/common';
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { Database } from '../database/database';
import { Followers } from './followers';

/** The process's Prometheus registry; features may add their own metrics to `registry`. */
@Injectable()
export class Metrics {
  readonly registry = new Registry();
  private readonly requests = new Histogram({
    name: 'suyuan_http_request_duration_seconds',
    help: 'Time from request to the end of the answer.',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers: [this.registry],
  });

  constructor(followers: Followers, database: Database) {
    collectDefaultMetrics({ register: this.registry });
    new Gauge({
      name: 'suyuan_log_head_position',
      help: 'Last position of the event log.',
      registers: [this.registry],
      async collect() {
        // The database may be away; the other metrics are wanted then more than ever.
        await followers.head().then(
          (head) => this.set(head),
          () => this.reset(),
        );
      },
    });
    new Gauge({
      name: 'suyuan_follower_lag_positions',
      help: 'Positions of the log that a follower has still to come to.',
      labelNames: ['follower'],
      registers: [this.registry],
      async collect() {
        this.reset();
        const seen = await followers.lags().catch(() => ({ followers: [] }));
        for (const one of seen.followers) this.set({ follower: one.name }, one.lag);
      },
    });
    new Gauge({
      name: 'suyuan_database_connections',
      help: 'Connections of the pool, by state.',
      labelNames: ['state'],
      registers: [this.registry],
      collect() {
        const { totalCount, idleCount, waitingCount } = database.pool;
        this.set({ state: 'busy' }, totalCount - idleCount);
        this.set({ state: 'idle' }, idleCount);
        this.set({ state: 'awaited' }, waitingCount);
      },
    });
  }

  /** `route` is the pattern, never the path: codes in labels would make a series of each product. */
  observeRequest(method: string, route: string, status: number, seconds: number): void {
    this.requests.observe({ method, route, status: String(status) }, seconds);
  }
}
