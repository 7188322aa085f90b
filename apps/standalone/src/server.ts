import { NestFactory } from '@nestjs/core';
import { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ACCESS_ENTITIES, ensureAdminKey } from '@suyuan/access';
import { createHttpAdapter, createLogger, Database, EmbeddedPostgres, KnownRoutes, migrate, NestLogger, openDataSource, RunnerRegistry, serveApiDocs, Settings, ShutdownSignal, StartRefusal } from '@suyuan/platform';
import { DataSource } from 'typeorm';
import { AppModule } from './app.module';
import { ALL_MIGRATIONS } from './migrations';

/** A running product: everything that `stop` has to end, in the order in which it was begun. */
export interface RunningServer {
  readonly app: NestFastifyApplication;
  readonly url: string;
  /** The administrator's key, when it was made just now and must be shown once. */
  readonly newAdminKey: string | undefined;
  /** Requests first, then followers, then pools, PostgreSQL last. */
  stop(): Promise<void>;
}

/**
 * Starts the whole product. What has begun is ended again when a later step fails.
 * @param onLost called when the embedded database is gone for good
 */
export async function startServer(settings: Settings, tell: (line: string) => void, onLost: (reason: Error) => void): Promise<RunningServer> {
  const endings: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const end of endings.splice(0).reverse()) await end();
  };
  try {
    const databaseUrl = settings.databaseUrl ?? (await startDatabase(settings, tell, onLost, endings));
    const database = Database.connect(databaseUrl, { max: 16 });
    endings.push(() => database.close());
    await migrate(database, ALL_MIGRATIONS).catch((error: Error) => {
      throw settings.databaseUrl === undefined ? error : new StartRefusal(`the database of SUYUAN_DATABASE_URL can not be used: ${error.message}`);
    });
    const admin = await ensureAdminKey(database, { adminKey: settings.adminKey, dataDir: settings.dataDir }).catch((error: Error) => {
      throw new StartRefusal(error.message, 2);
    });
    const dataSource = await openDataSource(databaseUrl, ACCESS_ENTITIES);
    endings.push(() => dataSource.destroy());
    const app = await startApp(settings, database, dataSource, endings);
    return { app, url: await listen(app, settings), newAdminKey: admin.printed ? undefined : admin.key, stop };
  } catch (error) {
    await stop().catch(() => undefined);
    throw error;
  }
}

async function startDatabase(settings: Settings, tell: (line: string) => void, onLost: (reason: Error) => void, endings: (() => Promise<void>)[]): Promise<string> {
  const postgres = await EmbeddedPostgres.start({ dataDir: settings.dataDir, tell, onLost });
  endings.push(() => postgres.stop());
  return postgres.url;
}

async function startApp(settings: Settings, database: Database, dataSource: DataSource, endings: (() => Promise<void>)[]): Promise<NestFastifyApplication> {
  const routes = new KnownRoutes();
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.forParts({ settings, database, dataSource, routes }), createHttpAdapter(routes), {
    bodyParser: false,
    logger: new NestLogger(createLogger(settings.logLevel)),
  });
  endings.push(() => app.close());
  serveApiDocs(app);
  await app.init();
  const runners = app.get(RunnerRegistry);
  endings.push(() => runners.stopAll());
  await runners.startAll();
  endings.push(async () => app.get(ShutdownSignal).begin());
  return app;
}

async function listen(app: NestFastifyApplication, settings: Settings): Promise<string> {
  await app.listen(settings.port, settings.host).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EADDRINUSE') throw new StartRefusal(`port ${settings.port} on ${settings.host} is taken: stop what uses it, or set SUYUAN_PORT`);
    if (error.code === 'EADDRNOTAVAIL' || error.code === 'EACCES') throw new StartRefusal(`can not listen on ${settings.host}:${settings.port} (${error.code})`);
    throw error;
  });
  return app.getUrl();
}
