import { ensureAdminKey } from '@suyuan/access';
import { EventLogPort } from '@suyuan/event-log';
import {
  createHttpAdapter,
  createLogger,
  KnownRoutes,
  NestLogger,
  PlatformModule,
  Progress,
  RunnerRegistry,
  serveApiDocs,
  Settings,
  ShutdownSignal,
  StartRefusal,
} from '@suyuan/platform';
import { NestFactory } from '@nestjs/core';
import { NestFastifyApplication } from '@nestjs/platform-fastify';
import { setTimeout as sleep } from 'node:timers/promises';
import { Part, Role } from '../role';
import { serving } from '../serving';
import { SharedWork } from '../shared-work';
import { openStorage, Storage } from './storage';

/** A running service. */
export interface Service {
  /** Where it listens, without a trailing slash. */
  readonly url: string;
  /** The administrator's key where it is known; `made` when it is new and must be shown, this once. */
  readonly adminKey: { readonly key?: string; readonly made: boolean };
  /** Resolves when every follower has passed the position that the log had at the call. */
  caughtUp(): Promise<void>;
  /** Stops accepting, lets requests end, stops followers, closes the pools, stops the database. Safe to call again. */
  stop(): Promise<void>;
}

export interface ServiceEvents {
  /** For the operator's eyes: what takes long. */
  readonly tell: (line: string) => void;
  /** The database is gone for good: stop. */
  readonly onLost: (reason: Error) => void;
}

const DRAIN_MS = 5000;

/**
 * Starts a service: the whole product in one process where it is no `role` among others, else its share of it. Throws
 * `StartRefusal` for what the operator can mend.
 */
export async function startService(
  settings: Settings,
  what: { readonly module: Role['module']; readonly role?: Role; readonly part?: Part },
  events: ServiceEvents,
): Promise<Service> {
  const { role, part = 'all' } = what;
  if (role !== undefined) refuseAlone(settings, role);
  const logger = createLogger(settings.logLevel);
  const tell = (line: string): void => {
    events.tell(line);
    logger.debug(line);
  };
  const storage = await openStorage(settings, { tell, onLost: events.onLost });
  let app: NestFastifyApplication | undefined;
  const work = role === undefined ? undefined : new SharedWork(storage.database, role, part);
  try {
    const { key, printed } =
      role === undefined || role.makesAdminKey === true
        ? await ensureAdminKey(storage.database, settings)
        : { key: undefined, printed: true };
    const routes = new KnownRoutes();
    const { database, dataSource } = storage;
    const whole = what.module({ settings, database, dataSource, routes, ...work?.parts });
    app = await NestFactory.create<NestFastifyApplication>(
      role === undefined ? whole : serving(whole, [PlatformModule, ...(part === 'follow' ? [] : role.serves)]),
      createHttpAdapter(routes),
      { bodyParser: false, logger: new NestLogger(logger), abortOnError: false },
    );
    serveApiDocs(app);
    await app.init();
    work?.start();
    await app.get(RunnerRegistry).startAll();
    const url = await listen(app, settings);
    const running = app;
    let stopping: Promise<void> | undefined;
    return {
      url,
      adminKey: { ...(key !== undefined && { key }), made: !printed },
      caughtUp: () => caughtUp(running),
      stop: () => (stopping ??= stop(running, storage, work)),
    };
  } catch (error) {
    if (app === undefined) await storage.close();
    else await stop(app, storage, work);
    throw error;
  }
}

/** Services of one installation meet in the database; an embedded one has room for one process. */
function refuseAlone(settings: Settings, role: Role): void {
  if (settings.databaseUrl === undefined)
    throw new StartRefusal(
      `the service ${role.name} needs SUYUAN_DATABASE_URL: the services of one installation share a database`,
    );
  if (role.needsKafka === true && settings.kafkaBrokers === undefined)
    throw new StartRefusal(`the service ${role.name} needs SUYUAN_KAFKA_BROKERS: it brings the log to Kafka`);
}

async function listen(app: NestFastifyApplication, settings: Settings): Promise<string> {
  try {
    await app.listen(settings.port, settings.host);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const where = `${settings.host}:${settings.port}`;
    if (code === 'EADDRINUSE')
      throw new StartRefusal(
        `port ${settings.port} on ${settings.host} is taken by another program: stop it, or set SUYUAN_PORT to another port (0 = any free one)`,
      );
    if (code !== undefined) throw new StartRefusal(`can't listen on ${where} (${message}): check SUYUAN_HOST and SUYUAN_PORT`);
    throw error;
  }
  const address = app.getHttpServer().address() as { port: number };
  const host =
    settings.host === '0.0.0.0' || settings.host === '::'
      ? 'localhost'
      : settings.host.includes(':')
        ? `[${settings.host}]`
        : settings.host;
  return `http://${host}:${address.port}`;
}

async function caughtUp(app: NestFastifyApplication): Promise<void> {
  const head = await app.get(EventLogPort).head();
  // As long as it takes: a rebuild of everything may be under way.
  while (!(await app.get(Progress).waitFor(head, 60_000)));
}

async function stop(app: NestFastifyApplication, storage: Storage, work: SharedWork | undefined): Promise<void> {
  app.get(ShutdownSignal).begin();
  const server = app.getHttpServer();
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  await Promise.race([closed, sleep(DRAIN_MS, undefined, { ref: false })]);
  server.closeAllConnections();
  await app.get(RunnerRegistry).stopAll();
  await work?.stop();
  await app.close();
  await storage.close();
}
