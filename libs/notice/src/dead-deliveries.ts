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

/** One of them with all that was tried and what was to be said. */
export interface DeadDeliveryDetails extends DeadDelivery {
  /** In order. Times RFC 3339; `status` of the answer, `error` where none came. */
  readonly attempts: readonly {
    readonly attempt: number;
    readonly startedAt: string;
    readonly endedAt: string;
    readonly address: string;
    readonly status: number | null;
    readonly error: string | null;
  }[];
  /** What is sent, as its receiver reads it. */
  readonly body: unknown;
}

const TIME = `AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'`;
const COLUMNS = `id::text, notice_id AS "noticeId", version, 'https://id.gs1.org/' || party AS party, channel, coalesce(reason, '') AS reason,
  failures, to_char(queued_at ${TIME}) AS "queuedAt", to_char(settled_at ${TIME}) AS "diedAt"`;

/** Notices that were given up, for the administrator to read and to send again. */
export class DeadDeliveries {
  constructor(private readonly database: Database) {}

  /** Oldest first, ids above `after`. */
  async list(after: number, limit: number): Promise<DeadDelivery[]> {
    return this.database.query<DeadDelivery>(
      `SELECT ${COLUMNS} FROM notice_delivery WHERE state = 'dead' AND id > $1 ORDER BY id LIMIT $2`,
      [after, limit],
    );
  }

  /** @returns undefined when there is no dead delivery of this id. */
  async find(id: number): Promise<DeadDeliveryDetails | undefined> {
    const [row] = await this.database.query<DeadDeliveryDetails & { readonly body: string }>(
      `SELECT ${COLUMNS}, body,
         coalesce((SELECT json_agg(json_build_object('attempt', attempt, 'startedAt', to_char(started_at ${TIME}),
            'endedAt', to_char(ended_at ${TIME}), 'address', url, 'status', status, 'error', error) ORDER BY started_at)
            FROM notice_attempt a WHERE a.delivery_id = d.id), '[]') AS attempts
       FROM notice_delivery d WHERE state = 'dead' AND id = $1`,
      [id],
    );
    return row === undefined ? undefined : { ...row, body: JSON.parse(row.body) as unknown };
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
