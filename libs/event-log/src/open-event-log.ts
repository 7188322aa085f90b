import { type Database, StartRefusal } from '@suyuan/platform';
import { Logger } from '@nestjs/common';
import type { EventLogPort } from './event-log.port';
import { EventStoreLog } from './eventstoredb/eventstoredb-event-log.adapter';
import { type LogReading, PostgresEventLog } from './postgres/postgres-event-log.adapter';

/**
 * The log that the settings name. Throws `StartRefusal` when this database belongs to a log elsewhere: two logs behind one
 * set of projections would give one position two meanings. `reading` is a saving that a log may make or not.
 */
export async function openEventLog(
  database: Database,
  eventStoreUrl: string | undefined,
  reading: LogReading = {},
): Promise<EventLogPort> {
  if (eventStoreUrl !== undefined) {
    const logger = new Logger('EventStore');
    return EventStoreLog.open(database, eventStoreUrl, {
      onTrouble: (error) => logger.warn(`following the event store: ${error instanceof Error ? error.message : String(error)}`),
    });
  }
  const [source] = await database.query<{ log: string }>('SELECT log FROM event_log_source');
  if (source !== undefined)
    throw new StartRefusal(
      `this database is the index of the log "${source.log}" in an event store: name that store in SUYUAN_EVENT_STORE`,
    );
  return new PostgresEventLog(database, reading);
}
