import { DataSource, EntitySchema } from 'typeorm';

type Entity = new () => object;

/**
 * TypeORM on the entities of the libraries. The schema is made by our migrations only; `uuid-ossp` is never installed,
 * PostgreSQL makes its own UUIDs. Few connections: the hot paths go through `Database`.
 */
export async function openDataSource(url: string, entities: readonly (Entity | EntitySchema)[]): Promise<DataSource> {
  const source = new DataSource({
    type: 'postgres',
    url,
    entities: [...entities],
    synchronize: false,
    migrationsRun: false,
    installExtensions: false,
    uuidExtension: 'pgcrypto',
    poolSize: 4,
    applicationName: 'suyuan entities',
    logging: false,
    poolErrorHandler: () => undefined,
  });
  return source.initialize();
}
