import { Database, EmbeddedPostgres, migrate, openDataSource, Settings, StartRefusal } from '@suyuan/platform';
import { DataSource } from 'typeorm';
import { setTimeout as sleep } from 'node:timers/promises';
import { ENTITIES, MIGRATIONS } from './schema';

/** The databases of the process, migrated and open. */
export interface Storage {
  readonly database: Database;
  readonly dataSource: DataSource;
  /** Pools first, then the embedded server. */
  close(): Promise<void>;
}

export interface StorageEvents {
  readonly tell: (line: string) => void;
  readonly onLost: (reason: Error) => void;
}

const EXTERNAL_PATIENCE_MS = 30_000;
const POOL_PATIENCE_MS = 5000;

export async function openStorage(settings: Settings, events: StorageEvents): Promise<Storage> {
  const embedded =
    settings.databaseUrl === undefined ? await EmbeddedPostgres.start({ dataDir: settings.dataDir, ...events }) : undefined;
  const url = embedded?.url ?? settings.databaseUrl ?? '';
  const directUrl = settings.databaseDirectUrl;
  const database = Database.connect(url, { ...(directUrl !== undefined && { directUrl }) });
  let dataSource: DataSource | undefined;
  const close = async (): Promise<void> => {
    // A connection that somebody forgot to give back must not keep the database from its shutdown.
    await Promise.race([
      Promise.allSettled([dataSource?.destroy(), database.close()]),
      sleep(POOL_PATIENCE_MS, undefined, { ref: false }),
    ]);
    await embedded?.stop();
  };
  try {
    if (embedded === undefined) await reachable(database, url, 'SUYUAN_DATABASE_URL');
    if (directUrl !== undefined) await sameDatabase(database, directUrl);
    await migrate(database, MIGRATIONS);
    dataSource = await openDataSource(url, ENTITIES);
    return { database, dataSource, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** In a compose file the database may come up after us; a wrong password or name will not mend itself. */
async function reachable(database: Database, url: string, setting: string): Promise<void> {
  const { host, pathname } = new URL(url);
  const deadline = Date.now() + EXTERNAL_PATIENCE_MS;
  for (;;) {
    try {
      await database.query('SELECT 1');
      return;
    } catch (error) {
      const { code = '', message } = error as NodeJS.ErrnoException;
      const passing = /^(ECONN|EAI_AGAIN|ETIMEDOUT|ENOTFOUND|57P0|53300)/.test(code) || error instanceof AggregateError;
      if (!passing || Date.now() > deadline)
        throw new StartRefusal(`can't use the database ${host}${pathname} of ${setting}: ${message || code}`);
      await sleep(500);
    }
  }
}

/** News heard from another database would never come. */
async function sameDatabase(database: Database, directUrl: string): Promise<void> {
  const direct = Database.connect(directUrl, { max: 1 });
  try {
    await reachable(direct, directUrl, 'SUYUAN_DATABASE_DIRECT_URL');
    const [one, other] = await Promise.all([database, direct].map((sql) => sql.query(WHICH)));
    if (JSON.stringify(one) !== JSON.stringify(other))
      throw new StartRefusal(
        'SUYUAN_DATABASE_DIRECT_URL and SUYUAN_DATABASE_URL name two databases: they must lead to the same one',
      );
  } finally {
    await direct.close();
  }
}

const WHICH = `SELECT current_database() AS name, pg_postmaster_start_time()::text AS since`;
