import { Database } from '@suyuan/platform';

/** A notice that no attempt brought to its receiver. */
export interface DeadDelivery {
  readonly id: string;
  readonly noticeId: string;
  readonly version: number;
  readonly party: string;
  readonly channel: string;
  readonly reason: string;
  readonly failures: number;
  readonly queuedAt: string;
  readonly diedAt: string;
}

/** Notices that were given up, for the administrator to read and to send again. */
export class DeadDeliveries {
  constructor(private readonly database: Database) {}

  /** Oldest first, ids above `after`. */
  async list(after: number, limit: number): Promise<DeadDelivery[]> {
    return this.database.query<DeadDelivery>(
      `SELECT id::text, notice_id AS "noticeId", version, 'https://id.gs1.org/' || party AS party, channel, coalesce(reason, '') AS reason, failures,
         to_char(queued_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "queuedAt",
         to_char(settled_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "diedAt"
       FROM notice_delivery WHERE state = 'dead' AND id > $1 ORDER BY id LIMIT $2`,
      [after, limit],
    );
  }

  /**
   * Starts a dead delivery's attempts anew, under the same `webhook-id`, even to an address that said 410.
   * @returns false when there is no dead delivery of this id.
   */
  async replay(id: number): Promise<boolean> {
    return this.database.transaction(async (tx) => {
      const rows = await tx.query<{ party: string }>(
        `UPDATE notice_delivery SET state = 'pending', failures = 0, next_attempt_at = now(), settled_at = NULL, told = false, reason = NULL
         WHERE id = $1 AND state = 'dead' RETURNING party`,
        [id],
      );
      const party = rows[0]?.party;
      if (party === undefined) return false;
      await tx.query(`DELETE FROM notice_endpoint_gone WHERE party = $1`, [party]);
      return true;
    });
  }
}
