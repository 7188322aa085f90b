import { Database, EmbeddedPostgres } from '@suyuan/platform';

/** A database server of a benchmark's own; its end ends the benchmark. */
export async function benchDatabase(dataDir: string): Promise<EmbeddedPostgres> {
  return EmbeddedPostgres.start({
    dataDir,
    tell: () => undefined,
    onLost: (error) => {
      throw error;
    },
  });
}

/** A further database on the same server. @returns its address */
export async function furtherDatabase(server: EmbeddedPostgres, name: string): Promise<string> {
  const database = Database.connect(server.url);
  try {
    await database.query(`CREATE DATABASE ${name}`);
  } finally {
    await database.close();
  }
  const url = new URL(server.url);
  url.pathname = `/${name}`;
  return url.href;
}
