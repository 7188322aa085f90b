import { ArgumentsHost, Catch, ExceptionFilter, Global, Module } from '@nestjs/common';
import { FastifyAdapter, NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { EVENT_LOG_MIGRATIONS, EventLogModule } from '@suyuan/event-log';
import { Clock, Database, Problem, Progress, SystemClock, migrate } from '@suyuan/platform';
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

@Catch(Problem)
class RenderProblem implements ExceptionFilter<Problem> {
  catch(problem: Problem, host: ArgumentsHost): void {
    const reply = host
      .switchToHttp()
      .getResponse<{ status(code: number): { headers(all: object): { send(body: object): void } } }>();
    const { status, code, title, detail, errors } = problem;
    reply.status(status).headers(problem.headers).send({ type: code, title, status, detail, errors });
  }
}

export async function startAccessApp(
  url: string,
  database: Database,
  controllers: (new (...given: never[]) => object)[] = [],
): Promise<AccessApp> {
  await migrate(database, [...EVENT_LOG_MIGRATIONS, ...ACCESS_MIGRATIONS]);
  await ensureAdminKey(database, { adminKey: ADMIN, dataDir: '/nowhere' });
  const source = await new DataSource({ type: 'postgres', url, entities: [...ACCESS_ENTITIES], poolSize: 4 }).initialize();

  @Global()
  @Module({
    providers: [
      { provide: Database, useValue: database },
      { provide: DataSource, useValue: source },
      { provide: Clock, useClass: SystemClock },
      Progress,
    ],
    exports: [Database, DataSource, Clock, Progress],
  })
  class Ground {}

  const testing = await Test.createTestingModule({
    imports: [Ground, EventLogModule, AccessModule.register({ egressAllow: '127.0.0.0/8' })],
    controllers,
  }).compile();
  const app = testing.createNestApplication<NestFastifyApplication>(
    new FastifyAdapter({ routerOptions: { maxParamLength: 2_000 } }),
    { logger: false },
  );
  app.useGlobalFilters(new RenderProblem());
  await app.init();
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
      await app.close();
      await source.destroy();
    },
  };
}
