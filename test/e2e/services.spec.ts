import 'reflect-metadata';
import {
  createHttpAdapter,
  KnownRoutes,
  Metrics,
  migrate,
  openDataSource,
  PlatformParts,
  readSettings,
  RunnerRegistry,
  PlatformModule,
} from '@suyuan/platform';
import { ENTITIES, MIGRATIONS, Role, serving } from '@suyuan/service';
import { createTestDatabase, TestDatabase } from '@suyuan/testkit';
import { DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { DataSource } from 'typeorm';
import { CAPTURE_SERVICE } from '../../apps/capture/src/capture.service';
import { NOTIFY_SERVICE } from '../../apps/notify/src/notify.service';
import { RECALL_SERVICE } from '../../apps/recall/src/recall.service';
import { RELAY_SERVICE } from '../../apps/relay/src/relay.service';
import { AppModule } from '../../apps/standalone/src/app.module';
import { TRACE_SERVICE } from '../../apps/trace/src/trace.service';
import { GatewayTable } from '../support/gateway-table';

const ROLES: readonly Role[] = [CAPTURE_SERVICE, TRACE_SERVICE, RECALL_SERVICE, NOTIFY_SERVICE, RELAY_SERVICE];

/** What every process has to say of itself. */
const EVERYWHERE = ['log_head_position', 'follower_lag_seconds', 'http_request_duration_seconds', 'database_connections'].map(
  (name) => `suyuan_${name}`,
);

/** Remembers which runners the modules bring. */
class NotedRunners extends RunnerRegistry {
  readonly names: string[] = [];

  override add(runner: Parameters<RunnerRegistry['add']>[0]): void {
    this.names.push(runner.name);
  }
}

interface Shape {
  readonly routes: readonly string[];
  readonly runners: readonly string[];
  readonly metrics: readonly string[];
}

let test: TestDatabase;
let dataSource: DataSource;

beforeAll(async () => {
  test = await createTestDatabase();
  await migrate(test.database, MIGRATIONS);
  dataSource = await openDataSource(test.url, ENTITIES);
});
afterAll(async () => {
  await dataSource.destroy();
  await test.drop();
});

/** What a service would serve and run; nothing is started, no broker is asked. */
async function shapeOf(compose: (parts: PlatformParts) => DynamicModule): Promise<Shape> {
  const settings = readSettings({ SUYUAN_DATABASE_URL: test.url, SUYUAN_KAFKA_BROKERS: '127.0.0.1:1' });
  const routes = new KnownRoutes();
  const runners = new NotedRunners();
  const app = await NestFactory.create(
    compose({ settings, database: test.database, dataSource, routes, runners }),
    createHttpAdapter(routes),
    { bodyParser: false, logger: false, abortOnError: false },
  );
  await app.init();
  const metrics = app.get(Metrics).registry.getMetricsAsArray();
  await app.close();
  const names = metrics.map(({ name }) => name).sort();
  return { routes: routes.list(), runners: runners.names, metrics: names };
}

describe('the services together', () => {
  it('serve the routes of the standalone, each one once, run its runners and show its metrics', async () => {
    const whole = await shapeOf((parts) => AppModule.of(parts));
    expect(whole.routes.length).toBeGreaterThan(60);
    const common = new Set((await shapeOf((parts) => serving(RELAY_SERVICE.module(parts), [PlatformModule]))).routes);
    const routes: string[] = [];
    const runners: string[] = [];
    const metrics = new Set<string>();
    const gateway = new GatewayTable();
    const astray: string[] = [];
    for (const role of ROLES) {
      const shape = await shapeOf((parts) => serving(role.module(parts), [PlatformModule, ...role.serves]));
      const own = shape.routes.filter((route) => !common.has(route));
      routes.push(...own);
      astray.push(...own.filter((route) => gateway.serviceOf(route.split(' ')[1] ?? '') !== role.name));
      for (const name of shape.metrics) metrics.add(name);
      expect(shape.metrics).toEqual(expect.arrayContaining(EVERYWHERE));
      // What a service would run of what its modules bring; a name that they do not bring runs nowhere.
      runners.push(...Object.keys(role.runs).filter((name) => shape.runners.includes(name)));
    }
    expect(astray).toEqual([]);
    expect([...metrics].sort()).toEqual(whole.metrics);
    expect(routes.sort()).toEqual(whole.routes.filter((route) => !common.has(route)));
    expect([...new Set(runners)].sort()).toEqual([...new Set(whole.runners)].sort());
    const shared = ROLES.flatMap(({ runs }) => Object.entries(runs)).filter(([, share]) => share === 'one');
    expect(new Set(shared.map(([name]) => name)).size).toBe(shared.length);
  });

  it('wait only for followers that some service runs', () => {
    const run = new Set(ROLES.flatMap(({ runs }) => Object.keys(runs)));
    for (const { needs } of ROLES) expect(needs.filter((name) => !run.has(name))).toEqual([]);
  });
});
