import { texts, type Transaction } from '@suyuan/platform';
import type { PlacedRecord } from '../postgres/append-plan';
import type { ArrivedMember } from './unit';

/** A record with its place in the log and the event that holds it. */
export interface NewPlace extends PlacedRecord<ArrivedMember> {
  readonly recordTimeMs: number;
}

export async function insertPlaces(tx: Transaction, places: readonly NewPlace[]): Promise<void> {
  if (places.length === 0) return;
  await tx.query(
    `INSERT INTO event_log_place (position, id, stream, version, content_hash, record_time, revision, commit_position,
       prepare_position, size_bytes)
     SELECT p.position, p.id, p.stream, p.version, p.content_hash, to_timestamp(p.record_time_ms / 1000.0), p.revision,
       p.commit_position, p.prepare_position, p.size_bytes
     FROM unnest($1::bigint[], $2::text[], $3::text[], $4::int[], $5::text[], $6::bigint[], $7::bigint[], $8::bigint[], $9::bigint[],
       $10::int[]) AS p (position, id, stream, version, content_hash, record_time_ms, revision, commit_position,
       prepare_position, size_bytes)`,
    [
      places.map(({ position }) => position),
      texts(places.map(({ record }) => record.id)),
      texts(places.map(({ stream }) => stream)),
      places.map(({ version }) => version),
      texts(places.map(({ record }) => record.contentHash ?? null)),
      places.map(({ recordTimeMs }) => recordTimeMs),
      places.map(({ record }) => record.revision),
      places.map(({ record }) => record.position.commit),
      places.map(({ record }) => record.position.prepare),
      places.map(({ record }) => record.sizeBytes),
    ],
  );
}
