import { Injectable } from '@nestjs/common';
import { collectDefaultMetrics, Histogram, Registry } from 'prom-client';
import { Database } from '../database/database';
import { askedGauge } from './asked-gauge';
import { VERSION } from '../version';
import { Followers } from './followers';

/** Positions cost a look at one row or none. */
const POSITIONS_KEPT_MS = 500;
const SIZE_KEPT_MS = 60_000;

/** The process's Prometheus registry; features add their own metrics to `registry`. Names: docs/operations.md. */
@Injectable()
export class Metrics {
  readonly registry = new Registry();
  private readonly requests = new Histogram({
    name: 'suyuan_http_request_duration_seconds',
    help: 'Time from request to the end of the answer, by the pattern of the route.',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers: [this.registry],
  });

  constructor(followers: Followers, database: Database) {
    collectDefaultMetrics({ register: this.registry });
    askedGauge(this.registry, {
      name: 'suyuan_build_info',
      help: 'Always 1; the labels say which version runs on which Node.',
      labelNames: ['version', 'node'],
      ask: async () => Promise.resolve([{ labels: { version: VERSION, node: process.versions.node }, value: 1 }]),
    });
    this.measureLog(followers);
    this.measureDatabase(database);
  }

  /** `route` is the pattern, never the path: codes in labels would make a series of each product. */
  observeRequest(method: string, route: string, status: number, seconds: number): void {
    this.requests.observe({ method, route, status: String(status) }, seconds);
  }

  private measureLog(followers: Followers): void {
    askedGauge(this.registry, {
      name: 'suyuan_log_head_position',
      help: 'Last position of the event log.',
      keptMs: POSITIONS_KEPT_MS,
      ask: async () => [{ value: await followers.head() }],
    });
    askedGauge(this.registry, {
      name: 'suyuan_follower_lag_positions',
      help: 'Positions of the log that a follower has still to come to.',
      labelNames: ['follower'],
      keptMs: POSITIONS_KEPT_MS,
      ask: async () => (await followers.lags()).followers.map(({ name, lag }) => ({ labels: { follower: name }, value: lag })),
    });
    askedGauge(this.registry, {
      name: 'suyuan_follower_lag_seconds',
      help: 'Age of the first record that a follower has still to come to; 0 when there is none.',
      labelNames: ['follower'],
      keptMs: POSITIONS_KEPT_MS,
      ask: async () =>
        (await followers.lagsInTime()).map(({ name, seconds }) => ({ labels: { follower: name }, value: seconds })),
    });
  }

  private measureDatabase(database: Database): void {
    askedGauge(this.registry, {
      name: 'suyuan_database_connections',
      help: 'Connections of the pool, by state; awaited: calls that wait for one.',
      labelNames: ['state'],
      keptMs: 0,
      ask: async () => {
        const { totalCount, idleCount, waitingCount } = database.pool;
        const values = { busy: totalCount - idleCount, idle: idleCount, awaited: waitingCount };
        return Promise.resolve(Object.entries(values).map(([state, value]) => ({ labels: { state }, value })));
      },
    });
    askedGauge(this.registry, {
      name: 'suyuan_database_connections_max',
      help: 'Connections that the pool may open.',
      ask: async () => Promise.resolve([{ value: database.pool.options.max }]),
    });
    askedGauge(this.registry, {
      name: 'suyuan_database_size_bytes',
      help: 'Size of the database on its disk.',
      keptMs: SIZE_KEPT_MS,
      ask: async () => database.query<{ value: number }>('SELECT pg_database_size(current_database()) AS value'),
    });
  }
}
