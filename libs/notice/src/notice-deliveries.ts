import { Database } from '@suyuan/platform';
import { RETRY_PAUSES_MS } from './domain/retry-schedule';

interface Attempt {
  readonly attempt: number;
  readonly startedAt: string;
  readonly endedAt: string;
  readonly address: string;
  readonly status: number | null;
  readonly error: string | null;
}

interface Row {
  readonly version: number;
  readonly channel: string;
  readonly state: string;
  readonly failures: number;
  readonly reason: string | null;
  readonly queuedAt: string;
  readonly nextAttemptAt: string;
  readonly settledAt: string | null;
  readonly attempts: readonly Attempt[];
}

/** One version of a notice in one channel: what was tried and what comes next. Times RFC 3339. */
export interface NoticeChannelDelivery extends Omit<Row, 'nextAttemptAt'> {
  /** Set while an attempt is due. */
  readonly nextAttemptAt?: string;
  /** Seconds between the attempts that are left when all of them fail, the next one left out. */
  readonly pausesLeftSeconds?: readonly number[];
}

const TIME = `AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'`;

/** What became of each version of a notice, for its party and the authorities. */
export class NoticeDeliveries {
  constructor(private readonly database: Database) {}

  /** Newest version first, channels in the order of their use; empty for a notice that never left (a drill). */
  async of(noticeId: string): Promise<NoticeChannelDelivery[]> {
    const rows = await this.database.query<Row>(
      `SELECT version, channel, state, failures, reason, to_char(queued_at ${TIME}) AS "queuedAt",
         to_char(next_attempt_at ${TIME}) AS "nextAttemptAt", to_char(settled_at ${TIME}) AS "settledAt",
         coalesce((SELECT json_agg(json_build_object('attempt', attempt, 'startedAt', to_char(started_at ${TIME}),
            'endedAt', to_char(ended_at ${TIME}), 'address', url, 'status', status, 'error', error) ORDER BY started_at)
            FROM notice_attempt a WHERE a.delivery_id = d.id), '[]') AS attempts
       FROM notice_delivery d WHERE notice_id = $1 ORDER BY version DESC, id`,
      [noticeId],
    );
    return rows.map(({ nextAttemptAt, ...row }) => ({
      ...row,
      ...(row.state === 'pending'
        ? { nextAttemptAt, pausesLeftSeconds: RETRY_PAUSES_MS.slice(row.failures).map((pause) => pause / 1000) }
        : {}),
    }));
  }
}
