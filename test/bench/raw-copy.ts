import { Database } from '@suyuan/platform';

/**
 * The physical yardstick: events as rows, by COPY, into one table with the log's own indexes, a commit for each document.
 * @returns events a second
 */
export async function rawCopy(database: Database, documents: readonly string[]): Promise<number> {
  await database.query(
    'CREATE TABLE copied (position bigint PRIMARY KEY, id text COLLATE "C" NOT NULL UNIQUE, stream text COLLATE "C" NOT NULL, version int NOT NULL, data json NOT NULL, UNIQUE (stream, version))',
  );
  let position = 0;
  const batches = documents.map((document) =>
    (JSON.parse(document) as { epcisBody: { eventList: object[] } }).epcisBody.eventList.map((event) => {
      position += 1;
      const id = `ni:///sha-256;${String(position).padStart(64, '0')}?ver=CBV2.0`;
      return `${position}\t${id}\t01/09506000000000/10/${position}\t0\t${JSON.stringify(event).replaceAll('\\', '\\\\')}\n`;
    }),
  );
  const began = performance.now();
  for (const lines of batches) await database.transaction((tx) => tx.copyIn('COPY copied FROM STDIN', lines));
  const seconds = (performance.now() - began) / 1000;
  await database.query('DROP TABLE copied');
  return position / seconds;
}
