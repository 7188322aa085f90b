import type { Sql } from '@suyuan/platform';

/** Channel on which a commit tells the followers that there is more. */
export const LOG_CHANNEL = 'event_log';

/** The head as it is while this transaction holds it. */
export interface HeldHead {
  readonly position: number;
  /** Record time for what is written under this lock; never before that of any earlier record, whatever the clock does. */
  readonly recordTime: Date;
}

/**
 * Waits for the writers before us and holds the head until the transaction ends. A position is handed out only here, so
 * it becomes visible in order and without gaps: a sequence would number a slow writer early and show it late, and a
 * follower would have passed it by.
 */
export async function takeHead(sql: Sql): Promise<HeldHead> {
  const [head] = await sql.query<{ position: number; record_time: Date }>(`
    SELECT position, greatest(record_time, date_trunc('milliseconds', clock_timestamp())) AS record_time
    FROM event_log_head FOR UPDATE`);
  if (head === undefined) throw new Error('event_log_head has lost its row');
  return { position: head.position, recordTime: head.record_time };
}

/** Moves the head to `position`; followers hear of it when, and only if, the transaction commits. */
export async function moveHead(sql: Sql, position: number, recordTime: Date): Promise<void> {
  await sql.query(
    `WITH moved AS (UPDATE event_log_head SET position = $1, record_time = $2)
     SELECT pg_notify('${LOG_CHANNEL}', $1::bigint::text)`,
    [position, recordTime],
  );
}
