import type { Database } from '@suyuan/platform';

/** Columns whose text holds none of what COPY's text format escapes, and last the document as it was sent. */
const COLUMNS = 'position, record_time, id, stream, version, type, meta, data';

/**
 * The physical yardstick: the last `events` of the log once more, with their own ids and streams, by COPY into one table
 * with the log's own columns and indexes, a commit for each document.
 * @returns events a second
 */
export async function rawCopy(database: Database, events: number, perDocument: number): Promise<number> {
  await database.query('CREATE TABLE copied (LIKE event_log INCLUDING ALL)');
  const [head] = await database.query<{ position: number }>('SELECT max(position) AS position FROM event_log');
  const last = head?.position ?? 0;
  let milliseconds = 0;
  for (let after = last - events; after < last; after += perDocument) {
    const rows = await database.query<{ row: string; data: string }>(
      `SELECT concat_ws(E'\\t', position, record_time, id, stream, version, type, '{}') AS row, data::text AS data
         FROM event_log WHERE position > $1 AND position <= $2 ORDER BY position`,
      [after, after + perDocument],
    );
    const lines = rows.map(({ row, data }) => `${row}\t${data.replaceAll('\\', '\\\\')}\n`);
    const began = performance.now();
    await database.transaction((tx) => tx.copyIn(`COPY copied (${COLUMNS}) FROM STDIN`, lines));
    milliseconds += performance.now() - began;
  }
  const [copied] = await database.query<{ count: number }>('SELECT count(*) AS count FROM copied');
  if (copied?.count !== events) throw new Error(`${copied?.count} of ${events} events were copied`);
  await database.query('DROP TABLE copied');
  return (events / milliseconds) * 1000;
}
