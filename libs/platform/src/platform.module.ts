import { DynamicModule, Module, OnModuleInit } from '@nestjs/common';
import { APP_FILTER, APP_INTERCEPTOR, APP_PIPE, HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import { DataSource } from 'typeorm';
import { Clock, SystemClock } from './clock';
import { Database } from './database/database';
import { Followers } from './health/followers';
import { HealthController } from './health/health.controller';
import { Metrics } from './health/metrics';
import { measureRequests } from './health/measure-requests';
import { MetricsController } from './health/metrics.controller';
import { AtLeastInterceptor } from './http/at-least.interceptor';
import { KnownRoutes } from './http/known-routes';
import { ProblemFilter } from './http/problem.filter';
import { InputPipe } from './http/validation.pipe';
import { RunnerRegistry } from './lifecycle/runner-registry';
import { ShutdownSignal } from './lifecycle/shutdown-signal';
import { Progress } from './projection/progress';
import { Settings } from './settings/settings';

/** What the app has made before Nest: it also closes what needs closing. */
export interface PlatformParts {
  readonly settings: Settings;
  readonly database: Database;
  readonly dataSource: DataSource;
  readonly routes: KnownRoutes;
  readonly clock?: Clock;
  /** Where several processes share the work: their progress, and what of the work is this one's. */
  readonly progress?: Progress;
  readonly runners?: RunnerRegistry;
}

/**
 * The ground under every module, once per app and global: `Settings`, `Database`, `DataSource` (TypeORM), `Clock`,
 * `Progress`, `RunnerRegistry`, `ShutdownSignal`, `Metrics`; problems, input checks and `?atLeast=` on every endpoint;
 * health and metrics. Log with `new Logger(context)` of Nest. The app must bind `LogHead`.
 */
@Module({})
export class PlatformModule implements OnModuleInit {
  constructor(
    private readonly http: HttpAdapterHost,
    private readonly metrics: Metrics,
  ) {}

  onModuleInit(): void {
    measureRequests(this.http.httpAdapter.getInstance<FastifyInstance>(), this.metrics);
  }

  static forApp(parts: PlatformParts): DynamicModule {
    const shared = [
      { provide: Settings, useValue: parts.settings },
      { provide: Database, useValue: parts.database },
      { provide: DataSource, useValue: parts.dataSource },
      { provide: KnownRoutes, useValue: parts.routes },
      { provide: Clock, useValue: parts.clock ?? new SystemClock() },
      { provide: Progress, useValue: parts.progress ?? new Progress() },
      { provide: RunnerRegistry, useValue: parts.runners ?? new RunnerRegistry() },
      ShutdownSignal,
      Followers,
      Metrics,
    ];
    return {
      module: PlatformModule,
      global: true,
      controllers: [HealthController, MetricsController],
      providers: [
        ...shared,
        { provide: APP_FILTER, inject: [KnownRoutes], useFactory: (routes: KnownRoutes) => new ProblemFilter(routes) },
        { provide: APP_PIPE, useFactory: () => new InputPipe() },
        { provide: APP_INTERCEPTOR, inject: [Progress], useFactory: (progress: Progress) => new AtLeastInterceptor(progress) },
      ],
      exports: shared.map((one) => ('provide' in one ? one.provide : one)),
    };
  }
}
