import { IS_PUBLIC, type Principal } from '@suyuan/access';
import { EVENT_LOG_MIGRATIONS, EventLogModule, EventLogPort } from '@suyuan/event-log';
import {
  Clock,
  createHttpAdapter,
  Database,
  KnownRoutes,
  migrate,
  ProblemFilter,
  Progress,
  RunnerRegistry,
  SystemClock,
} from '@suyuan/platform';
import { CanActivate, ExecutionContext, Global, Module } from '@nestjs/common';
import { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { createTestDatabase } from '@suyuan/testkit';
import { CAPTURE_MIGRATIONS } from '../capture.migrations';
import { CaptureModule } from '../capture.module';

export const PRINCIPALS: Readonly<Record<string, Principal>> = {
  admin: { keyId: 'a', role: 'admin' },
  regulator: { keyId: 'r', role: 'regulator' },
  auditor: { keyId: 'u', role: 'auditor' },
  maker: { keyId: 'm', role: 'operator', party: '417/9506000134376' },
  shop: { keyId: 's', role: 'operator', party: '417/9506000134369' },
};

/** Stands in for access's guard: the key is the name of a principal. Roles are checked as there. */
class NamedCaller implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<{ headers: Record<string, string>; principal?: Principal }>();
    const principal = PRINCIPALS[request.headers['authorization']?.replace('Bearer ', '') ?? 'admin'];
    const roles = Reflect.getMetadata('suyuan:roles', context.getHandler()) as string[] | undefined;
    if (principal === undefined || Reflect.getMetadata(IS_PUBLIC, context.getHandler()) === true) return false;
    request.principal = principal;
    return roles === undefined || principal.role === 'admin' || roles.includes(principal.role);
  }
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: unknown;
}

export interface CallOptions {
  /** Name of a principal; default `admin`. */
  readonly as?: string;
  /** Objects and lists are sent as JSON, text and bytes as they are. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The capture library with a real log on a database of its own. */
export interface CaptureApp {
  readonly app: NestFastifyApplication;
  readonly database: Database;
  readonly log: EventLogPort;
  call(method: 'GET' | 'POST' | 'OPTIONS', path: string, options?: CallOptions): Promise<Answer>;
  close(): Promise<void>;
}

export async function startCaptureApp(): Promise<CaptureApp> {
  const { database, drop } = await createTestDatabase();
  await migrate(database, [...EVENT_LOG_MIGRATIONS, ...CAPTURE_MIGRATIONS]);

  @Global()
  @Module({
    providers: [
      { provide: Database, useValue: database },
      { provide: Clock, useClass: SystemClock },
      { provide: Progress, useValue: new Progress() },
      RunnerRegistry,
    ],
    exports: [Database, Clock, Progress, RunnerRegistry],
  })
  class Ground {}

  const routes = new KnownRoutes();
  const testing = await Test.createTestingModule({ imports: [Ground, EventLogModule, CaptureModule] }).compile();
  const app = testing.createNestApplication<NestFastifyApplication>(createHttpAdapter(routes), {
    logger: false,
    bodyParser: false,
  });
  app.useGlobalGuards(new NamedCaller());
  app.useGlobalFilters(new ProblemFilter(routes));
  await app.init();
  await app.getHttpAdapter().getInstance().ready();
  const runners = app.get(RunnerRegistry);
  await runners.startAll();
  return {
    app,
    database,
    log: app.get(EventLogPort),
    call: async (method, url, { as = 'admin', body, headers = {} } = {}) => {
      const raw = typeof body === 'string' || Buffer.isBuffer(body) || body === undefined;
      const response = await app.inject({
        method,
        url,
        headers: {
          authorization: `Bearer ${as}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { payload: raw ? body : JSON.stringify(body) }),
      });
      return {
        status: response.statusCode,
        headers: response.headers,
        body: response.body === '' ? undefined : (JSON.parse(response.body) as unknown),
      };
    },
    close: async () => {
      await runners.stopAll();
      await app.close();
      await drop();
    },
  };
}
