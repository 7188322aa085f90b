import type { Transaction } from '@suyuan/platform';
import type { BulkConflict, BulkResult } from '../event-log';

const CONFLICTS_LISTED_MAX = 1000;

/**
 * Makes `staged_place` for the transaction: who holds each id (an older record of the log, or the first of this batch that
 * names it), and every record's place.
 * @param records table or subselect with ordinal, stream, id, content_hash
 * @param log table that knows position, id, stream, version and content_hash of every record of the log
 */
export async function placeStaged(tx: Transaction, records: string, log: 'event_log' | 'event_log_place'): Promise<void> {
  await tx.query(`
    CREATE TEMP TABLE staged_place ON COMMIT DROP AS
    WITH judged AS (
      SELECT s.ordinal, s.id, s.stream, l.position AS known,
        l.id IS NOT NULL OR row_number() OVER same_id > 1 AS duplicate,
        s.content_hash <> CASE WHEN l.id IS NULL THEN first_value(s.content_hash) OVER same_id ELSE l.content_hash END AS conflict
      FROM ${records} s LEFT JOIN ${log} l ON l.id = s.id
      WINDOW same_id AS (PARTITION BY s.id ORDER BY s.ordinal)
    ), stream_end AS (
      SELECT d.stream, coalesce(v.version, -1) AS version FROM (SELECT DISTINCT stream FROM judged WHERE NOT duplicate) d
      LEFT JOIN LATERAL (SELECT e.version FROM ${log} e WHERE e.stream = d.stream ORDER BY e.version DESC LIMIT 1) v ON true
    )
    SELECT j.*, row_number() OVER (PARTITION BY j.duplicate ORDER BY j.ordinal) AS place,
      e.version + row_number() OVER (PARTITION BY j.duplicate, j.stream ORDER BY j.ordinal) AS version
    FROM judged j LEFT JOIN stream_end e ON e.stream = j.stream`);
  await tx.query('ANALYZE staged_place');
}

/** What becomes of the records of `staged_place` when they are written after `head`. */
export async function judgeStaged(
  tx: Transaction,
  head: { readonly position: number },
  skipConflicts: boolean,
): Promise<BulkResult> {
  const [counts] = await tx.query<{ fresh: number; duplicates: number; conflicts: number; known: number | null }>(`
    SELECT count(*) FILTER (WHERE NOT duplicate) AS fresh, count(*) FILTER (WHERE duplicate AND conflict IS NOT TRUE) AS duplicates,
      count(*) FILTER (WHERE conflict) AS conflicts, max(known) FILTER (WHERE conflict IS NOT TRUE) AS known FROM staged_place`);
  if (counts === undefined) throw new Error('a count always has a row');
  const conflicts =
    counts.conflicts === 0
      ? []
      : await tx.query<{ id: string; ordinal: number } & BulkConflict>(
          `SELECT id, ordinal FROM staged_place WHERE conflict ORDER BY ordinal LIMIT ${CONFLICTS_LISTED_MAX}`,
        );
  const refused = counts.conflicts > 0 && !skipConflicts;
  return {
    kind: refused ? 'id-conflict' : 'appended',
    position: counts.fresh > 0 && !refused ? head.position + counts.fresh : (counts.known ?? head.position),
    appended: refused ? 0 : counts.fresh,
    duplicates: counts.duplicates,
    conflictCount: counts.conflicts,
    conflicts,
  };
}
