import type { Transaction } from '@suyuan/platform';
import type { PlacedRecord } from './append-plan';
import { copyRecord, copyText, inChunks } from './serial-record';

/** Below this many rows one statement's single round trip wins; above it COPY does (twice as fast per row). */
const COPY_FROM_ROWS = 8;

/** Writes the rows at the positions they were granted; the caller holds the head. */
export async function insertRecords(tx: Transaction, rows: readonly PlacedRecord[], recordTime: Date): Promise<void> {
  if (rows.length >= COPY_FROM_ROWS) {
    await tx.copyIn(
      'COPY event_log (position, record_time, stream, version, id, type, content_hash, data, meta) FROM STDIN',
      inChunks(lines(rows, recordTime.toISOString())),
    );
    return;
  }
  await tx.query(
    `INSERT INTO event_log (position, record_time, stream, version, id, type, content_hash, data, meta)
     SELECT r.position, $2, r.stream, r.version, r.id, r.type, r.content_hash, r.data::json, r.meta::json
     FROM unnest($1::bigint[], $3::text[], $4::int[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[])
       AS r (position, stream, version, id, type, content_hash, data, meta)`,
    [
      rows.map((row) => row.position),
      recordTime,
      rows.map((row) => row.stream),
      rows.map((row) => row.version),
      rows.map((row) => row.record.id),
      rows.map((row) => row.record.type),
      rows.map((row) => row.record.contentHash ?? null),
      rows.map((row) => row.record.data),
      rows.map((row) => row.record.meta),
    ],
  );
}

function* lines(rows: readonly PlacedRecord[], recordTime: string): Generator<string> {
  for (const { position, stream, version, record } of rows) {
    yield `${position}\t${recordTime}\t${copyText(stream)}\t${version}\t${copyRecord(record)}\n`;
  }
}
