import { Global, Module } from '@nestjs/common';
import { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { EVENT_LOG_MIGRATIONS, EventLogHead, EventLogModule, EventLogPort } from '@suyuan/event-log';
import {
  createHttpAdapter,
  Database,
  KnownRoutes,
  LogHead,
  migrate,
  openDataSource,
  PlatformModule,
  readSettings,
  RunnerRegistry,
} from '@suyuan/platform';
import { DataSource } from 'typeorm';
import { ACCESS_MIGRATIONS } from '../access.migrations';
import { AccessModule } from '../access.module';
import { ACCESS_ENTITIES } from '../entities';
import { ensureAdminKey } from '../keys/admin-key';

export const ADMIN = 'an-administrator-key-for-tests';

/** The answer to one request. */
export interface Answer {
  readonly status: number;
  // The shape of a body is what a test asserts.
  readonly body: Record<string, never> & { readonly [member: string]: unknown };
  readonly headers: Readonly<Record<string, unknown>>;
}

/** An application of the access library and whatever more `controllers` a test brings, on a database of its own. */
export interface AccessApp {
  readonly app: NestFastifyApplication;
  readonly source: DataSource;
  call(
    method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
    path: string,
    options?: { key?: string; body?: unknown; headers?: Record<string, string> },
  ): Promise<Answer>;
  close(): Promise<void>;
}

export async function startAccessApp(
  url: string,
  database: Database,
  controllers: (new (...given: never[]) => object)[] = [],
): Promise<AccessApp> {
  await migrate(database, [...EVENT_LOG_MIGRATIONS, ...ACCESS_MIGRATIONS]);
  await ensureAdminKey(database, { adminKey: ADMIN, dataDir: '/nowhere' });
  const source = await openDataSource(url, ACCESS_ENTITIES);
  const routes = new KnownRoutes();
  const settings = readSettings({});

  @Global()
  @Module({
    providers: [{ provide: LogHead, inject: [EventLogPort], useFactory: (log: EventLogPort) => new EventLogHead(log) }],
    exports: [LogHead],
  })
  class Head {}

  const testing = await Test.createTestingModule({
    imports: [
      PlatformModule.forApp({ settings, database, dataSource: source, routes }),
      EventLogModule,
      Head,
      AccessModule.register({ egressAllow: '127.0.0.0/8' }),
    ],
    controllers,
  }).compile();
  const app = testing.createNestApplication<NestFastifyApplication>(createHttpAdapter(routes), {
    logger: false,
    bodyParser: false,
  });
  await app.init();
  const runners = app.get(RunnerRegistry);
  await runners.startAll();
  await app.getHttpAdapter().getInstance().ready();
  return {
    app,
    source,
    call: async (method, path, { key, body, headers = {} } = {}) => {
      const response = await app.inject({
        method,
        url: path,
        headers: { ...(key === undefined ? {} : { authorization: `Bearer ${key}` }), ...headers },
        ...(body === undefined ? {} : { payload: body as object }),
      });
      const text = response.body;
      return {
        status: response.statusCode,
        headers: response.headers,
        body: (text === '' ? {} : JSON.parse(text)) as Answer['body'],
      };
    },
    close: async () => {
      await runners.stopAll();
      await app.close();
      await source.destroy();
    },
  };
}
