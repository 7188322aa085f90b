import type { Sql, Transaction } from '@suyuan/platform';

const KEPT_DAYS = 30;

/**
 * Remembers, in the transaction of its effects, that a handler has taken a message: brought twice, it has effect once.
 * @returns false when the handler had it before; `work` is not called then
 */
export async function takeOnce(
  tx: Transaction,
  handler: string,
  messageId: string,
  work: (tx: Transaction) => Promise<void>,
): Promise<boolean> {
  // Of two at the same time, the second waits here until the first has committed, and then finds it.
  const taken = await tx.query(
    'INSERT INTO messaging_inbox (message_id, handler) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING 1 AS taken',
    [messageId, handler],
  );
  if (taken.length === 0) return false;
  await work(tx);
  return true;
}

/** Forgets what was taken so long ago that no broker brings it again. */
export async function sweepInbox(sql: Sql): Promise<void> {
  await sql.query('DELETE FROM messaging_inbox WHERE handled_at < now() - make_interval(days => $1)', [KEPT_DAYS]);
}
