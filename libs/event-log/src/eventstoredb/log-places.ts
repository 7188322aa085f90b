import type { Sql } from '@suyuan/platform';
import type { RecordPlace } from '../event-log';
import type { StorePosition } from './store-gateway';

/** Where a record of the log is in the event store. */
export interface PlacedEvent {
  readonly position: number;
  readonly id: string;
  readonly stream: string;
  readonly version: number;
  readonly contentHash?: string;
  readonly recordTime: Date;
  readonly revision: number;
  readonly store: StorePosition;
  readonly sizeBytes: number;
}

interface PlaceRow {
  readonly position: number;
  readonly id: string;
  readonly stream: string;
  readonly version: number;
  readonly content_hash: string | null;
  readonly record_time: Date;
  readonly revision: number;
  readonly commit_position: number;
  readonly prepare_position: number;
  readonly size_bytes: number;
}

const COLUMNS =
  'position, id, stream, version, content_hash, record_time, revision, commit_position, prepare_position, size_bytes';

/** The part of the index that some calls touch. */
export interface TouchedPlaces {
  readonly known: Map<string, RecordPlace>;
  /** Version of the last record of each stream that has one. */
  readonly versions: Map<string, number>;
  /** Revision of that record's event. */
  readonly revisions: Map<string, number>;
}

/** Records after a position, in order. Index: event_log_place_pkey. */
export async function placesAfter(sql: Sql, after: number, limit: number): Promise<PlacedEvent[]> {
  const rows = await sql.query<PlaceRow>(
    `SELECT ${COLUMNS} FROM event_log_place WHERE position > $1 ORDER BY position LIMIT $2`,
    [after, limit],
  );
  return rows.map(toPlace);
}

/** Records of a stream from a version on, in order. Index: event_log_place_stream_version_key. */
export async function placesOfStream(sql: Sql, stream: string, fromVersion: number): Promise<PlacedEvent[]> {
  const rows = await sql.query<PlaceRow>(
    `SELECT ${COLUMNS} FROM event_log_place WHERE stream = $1 AND version >= $2 ORDER BY version`,
    [stream, fromVersion],
  );
  return rows.map(toPlace);
}

export async function placeOfId(sql: Sql, id: string): Promise<PlacedEvent | undefined> {
  const [row] = await sql.query<PlaceRow>(`SELECT ${COLUMNS} FROM event_log_place WHERE id = $1`, [id]);
  return row === undefined ? undefined : toPlace(row);
}

export async function locateIds(sql: Sql, ids: readonly string[]): Promise<Map<string, RecordPlace>> {
  return (await touchedPlaces(sql, ids, [])).known;
}

export async function touchedPlaces(sql: Sql, ids: readonly string[], streams: readonly string[]): Promise<TouchedPlaces> {
  const rows = await sql.query<{
    id: string;
    position: number;
    content_hash: string | null;
    stream: string | null;
    version: number;
    revision: number;
  }>(
    `SELECT id, position, content_hash, NULL AS stream, 0 AS version, 0::bigint AS revision
     FROM event_log_place WHERE id = ANY($1::text[])
     UNION ALL
     SELECT NULL, 0, NULL, asked.stream, last.version, last.revision FROM unnest($2::text[]) AS asked (stream)
     CROSS JOIN LATERAL
       (SELECT e.version, e.revision FROM event_log_place e WHERE e.stream = asked.stream ORDER BY e.version DESC LIMIT 1) last`,
    [ids, streams],
  );
  const touched: TouchedPlaces = { known: new Map(), versions: new Map(), revisions: new Map() };
  for (const row of rows) {
    if (row.stream === null) {
      const hash = row.content_hash === null ? {} : { contentHash: row.content_hash };
      touched.known.set(row.id, { position: row.position, ...hash });
    } else {
      touched.versions.set(row.stream, row.version);
      touched.revisions.set(row.stream, row.revision);
    }
  }
  return touched;
}

function toPlace(row: PlaceRow): PlacedEvent {
  return {
    position: row.position,
    id: row.id,
    stream: row.stream,
    version: row.version,
    ...(row.content_hash === null ? {} : { contentHash: row.content_hash }),
    recordTime: row.record_time,
    revision: row.revision,
    store: { commit: row.commit_position, prepare: row.prepare_position },
    sizeBytes: row.size_bytes,
  };
}
