import { Database, Sql } from '@suyuan/platform';
import { OutgoingNotice } from './notice-delivery';

/** One delivery taken for an attempt. */
export interface LeasedDelivery {
  readonly id: number;
  readonly noticeId: string;
  readonly version: number;
  readonly party: string;
  readonly body: string;
  readonly failures: number;
}

/** An outcome that the owner of the notice must hear of. */
export interface SettledDelivery {
  readonly id: number;
  readonly noticeId: string;
  readonly version: number;
  readonly state: 'delivered' | 'dead';
  readonly at: Date;
  readonly reason: string | null;
}

/** What is written after an attempt. */
export interface AttemptRecord {
  readonly startedAt: Date;
  readonly url: string;
  readonly status?: number;
  readonly error?: string;
}

const LEASED = `d.id, d.notice_id AS "noticeId", d.version, d.party, d.body, d.failures`;
const SETTLED = `id, notice_id AS "noticeId", version, state, settled_at AS at, reason`;

/**
 * The queue's rows. States: `pending` (an attempt is due at next_attempt_at), `waiting` (the party has no webhook, or its
 * webhook said 410), `delivered`, `superseded` (a newer version of the notice took its place before it was sent), `dead` (all
 * attempts used up; an administrator may replay it).
 *
 * A lease, not a lock, marks a delivery as being sent: a process that dies leaves nothing behind that time does not heal.
 */
export class DeliveryStore {
  constructor(private readonly database: Database) {}

  /** Durable when it resolves. The same (noticeId, version) again changes nothing. */
  async queue(notices: readonly (OutgoingNotice & { readonly envelope: string })[]): Promise<void> {
    await this.database.transaction(async (tx) => {
      await tx.query(
        `INSERT INTO notice_delivery (notice_id, version, party, body)
         SELECT * FROM unnest($1::text[], $2::int[], $3::text[], $4::text[])
         ON CONFLICT (notice_id, version) DO NOTHING`,
        [
          notices.map((n) => n.noticeId),
          notices.map((n) => n.version),
          notices.map((n) => n.party),
          notices.map((n) => n.envelope),
        ],
      );
      await supersede(
        tx,
        ['waiting'],
        notices.map((n) => n.noticeId),
      );
    });
  }

  /**
   * Takes up to `limit` due deliveries, oldest first, at most `perHost` for one host and none for a busy one. Concurrent callers
   * never take the same one. Looks at the first thousand only, so that a backlog at one host costs the others nothing.
   */
  async lease(limit: number, perHost: number, busyHosts: readonly string[], leaseMs: number): Promise<LeasedDelivery[]> {
    return this.database.query<LeasedDelivery>(
      // Served by notice_delivery_due. The conditions stand twice because another process may have changed a row since it was ranked.
      `WITH ranked AS (
         SELECT id, host, row_number() OVER (PARTITION BY host ORDER BY next_attempt_at, id) AS place
         FROM (SELECT id, host, next_attempt_at FROM notice_delivery
               WHERE state = 'pending' AND next_attempt_at <= now() AND (leased_until IS NULL OR leased_until < now())
                 AND (host IS NULL OR host <> ALL ($3::text[]))
               ORDER BY next_attempt_at, id LIMIT 1000) AS first),
       due AS (
         SELECT id FROM notice_delivery
         WHERE id IN (SELECT id FROM ranked WHERE host IS NULL OR place <= $2)
           AND state = 'pending' AND next_attempt_at <= now() AND (leased_until IS NULL OR leased_until < now())
         ORDER BY next_attempt_at, id LIMIT $1 FOR UPDATE SKIP LOCKED)
       UPDATE notice_delivery d SET leased_until = now() + $4 * interval '1 millisecond'
       FROM due WHERE d.id = due.id RETURNING ${LEASED}`,
      [limit, perHost, busyHosts, leaseMs],
    );
  }

  /** Gives deliveries back untried: their host is busy, or the process stops. */
  async release(ids: readonly number[], hosts: readonly (string | null)[]): Promise<void> {
    await this.database.query(
      `UPDATE notice_delivery d SET leased_until = NULL, host = coalesce(given.host, d.host)
       FROM unnest($1::bigint[], $2::text[]) AS given (id, host) WHERE d.id = given.id AND d.state = 'pending'`,
      [ids, hosts],
    );
  }

  /** Sets deliveries aside until their party has a webhook. Of several versions of one notice only the newest waits. */
  async setAside(deliveries: readonly LeasedDelivery[]): Promise<void> {
    await this.database.transaction(async (tx) => {
      await tx.query(
        `UPDATE notice_delivery SET state = 'waiting', leased_until = NULL WHERE id = ANY ($1::bigint[]) AND state = 'pending'`,
        [deliveries.map((d) => d.id)],
      );
      await supersede(
        tx,
        ['waiting'],
        deliveries.map((d) => d.noticeId),
      );
    });
  }

  /** Parties with something waiting, in order, after `after`. */
  async waitingParties(after: string, limit: number): Promise<string[]> {
    const rows = await this.database.query<{ party: string }>(
      `SELECT DISTINCT party FROM notice_delivery WHERE state = 'waiting' AND party > $1 ORDER BY party LIMIT $2`,
      [after, limit],
    );
    return rows.map((row) => row.party);
  }

  /** What waited for these parties is due now. */
  async wake(parties: readonly string[]): Promise<void> {
    await this.database.query(
      `UPDATE notice_delivery SET state = 'pending', failures = 0, next_attempt_at = now(), host = NULL, leased_until = NULL
       WHERE state = 'waiting' AND party = ANY ($1::text[])`,
      [parties],
    );
  }

  /** A receiver took it. Older versions of the same notice that have not arrived are out of date from now on. */
  async markDelivered(delivery: LeasedDelivery, attempt: AttemptRecord): Promise<SettledDelivery | undefined> {
    return this.database.transaction(async (tx) => {
      await recordAttempt(tx, delivery, attempt);
      // Even when the lease ran out meanwhile: what was received was received.
      const rows = await tx.query<SettledDelivery>(
        `UPDATE notice_delivery SET state = 'delivered', settled_at = now(), leased_until = NULL, reason = NULL, told = false
         WHERE id = $1 AND state IN ('pending', 'waiting', 'dead', 'superseded') RETURNING ${SETTLED}`,
        [delivery.id],
      );
      await tx.query(
        `UPDATE notice_delivery SET state = 'superseded', settled_at = now(), leased_until = NULL
         WHERE notice_id = $1 AND version < $2 AND state IN ('pending', 'waiting')`,
        [delivery.noticeId, delivery.version],
      );
      return rows[0];
    });
  }

  /** An attempt failed; the next one is due after `pauseMs`, or never when that is undefined: the delivery is dead. */
  async markFailed(
    delivery: LeasedDelivery,
    attempt: AttemptRecord,
    reason: string,
    host: string,
    pauseMs: number | undefined,
  ): Promise<SettledDelivery | undefined> {
    return this.database.transaction(async (tx) => {
      await recordAttempt(tx, delivery, attempt);
      const rows = await tx.query<SettledDelivery>(
        `UPDATE notice_delivery SET failures = failures + 1, leased_until = NULL, reason = $2, host = $3,
           state = CASE WHEN $4::float8 IS NULL THEN 'dead' ELSE state END,
           settled_at = CASE WHEN $4::float8 IS NULL THEN now() END,
           next_attempt_at = now() + coalesce($4::float8, 0) * interval '1 millisecond'
         WHERE id = $1 AND state = 'pending' AND failures = $5 RETURNING ${SETTLED}`,
        [delivery.id, reason, host, pauseMs ?? null, delivery.failures],
      );
      return pauseMs === undefined ? rows[0] : undefined;
    });
  }

  /** Nothing is sent to this address of this party any more (410), until it registers another one or an administrator replays. */
  async switchOff(party: string, url: string): Promise<void> {
    await this.database.query(
      `INSERT INTO notice_endpoint_gone (party, url) VALUES ($1, $2) ON CONFLICT (party) DO UPDATE SET url = excluded.url, since = now()`,
      [party, url],
    );
  }

  /** Address that said 410, by party. */
  async goneUrls(parties: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const rows = await this.database.query<{ party: string; url: string }>(
      `SELECT party, url FROM notice_endpoint_gone WHERE party = ANY ($1::text[])`,
      [parties],
    );
    return new Map(rows.map((row) => [row.party, row.url]));
  }

  /** Outcomes whose owner may not have heard of them, settled at least `graceMs` ago. */
  async untold(limit: number, graceMs: number): Promise<SettledDelivery[]> {
    return this.database.query<SettledDelivery>(
      `SELECT ${SETTLED} FROM notice_delivery
       WHERE state IN ('delivered', 'dead') AND NOT told AND settled_at <= now() - $2 * interval '1 millisecond'
       ORDER BY settled_at LIMIT $1`,
      [limit, graceMs],
    );
  }

  async markTold(id: number): Promise<void> {
    await this.database.query(`UPDATE notice_delivery SET told = true WHERE id = $1`, [id]);
  }
}

/** Of the named notices, everything in these states that has a newer version is out of date. */
async function supersede(tx: Sql, states: readonly string[], noticeIds: readonly string[]): Promise<void> {
  await tx.query(
    `UPDATE notice_delivery old SET state = 'superseded', settled_at = now()
     WHERE old.notice_id = ANY ($1::text[]) AND old.state = ANY ($2::text[])
       AND EXISTS (SELECT FROM notice_delivery newer WHERE newer.notice_id = old.notice_id AND newer.version > old.version)`,
    [noticeIds, states],
  );
}

async function recordAttempt(tx: Sql, delivery: LeasedDelivery, attempt: AttemptRecord): Promise<void> {
  await tx.query(
    `INSERT INTO notice_attempt (delivery_id, attempt, started_at, url, status, error) VALUES ($1, $2, $3, $4, $5, $6)`,
    [delivery.id, delivery.failures + 1, attempt.startedAt, attempt.url, attempt.status ?? null, attempt.error ?? null],
  );
}
