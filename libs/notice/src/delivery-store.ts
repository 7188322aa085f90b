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
  /** Trace of what made the notice; null where nobody traces. */
  readonly traceparent: string | null;
}

/** An outcome that the owner of the notice must hear of. */
export interface SettledDelivery {
  readonly id: number;
  readonly noticeId: string;
  readonly version: number;
  readonly channel: string;
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

/** What came of one attempt. A failure without a pause is the last one. */
export interface Settlement {
  readonly delivery: LeasedDelivery;
  readonly attempt: AttemptRecord;
  readonly outcome: { readonly kind: 'delivered' } | ({ readonly kind: 'failed' } & Failure);
}

interface Failure {
  readonly reason: string;
  readonly host: string;
  readonly pauseMs: number | undefined;
}

const LEASED = `d.id, d.notice_id AS "noticeId", d.version, d.party, d.body, d.failures, d.traceparent`;
const SETTLED = `id, notice_id AS "noticeId", version, channel, state, settled_at AS at, reason`;

/**
 * The queue's rows. States: `pending` (an attempt is due at next_attempt_at), `waiting` (the party has no webhook, or its
 * webhook said 410), `delivered`, `superseded` (a newer version of the notice took its place before it was sent), `dead` (all
 * attempts used up; an administrator may replay it).
 *
 * A lease, not a lock, marks a delivery as being sent: a process that dies leaves nothing behind that time does not heal.
 */
export class DeliveryStore {
  /** @param channel one of the channels of `channel.port.ts`: each has a queue of its own, so that none waits for another */
  constructor(
    private readonly database: Database,
    private readonly channel = 'webhook',
  ) {}

  /** Durable when it resolves. The same (noticeId, version) again changes nothing. */
  async queue(
    notices: readonly (OutgoingNotice & { readonly envelope: string })[],
    channels: readonly string[] = [this.channel],
  ): Promise<void> {
    await this.database.transaction(async (tx) => {
      await tx.query(
        `INSERT INTO notice_delivery (notice_id, version, party, body, traceparent, channel)
         SELECT given.*, channel
         FROM unnest($1::text[], $2::int[], $3::text[], $4::text[], $5::text[]) AS given, unnest($6::text[]) AS channel
         ON CONFLICT (notice_id, version, channel) DO NOTHING`,
        [
          notices.map((n) => n.noticeId),
          notices.map((n) => n.version),
          notices.map((n) => n.party),
          notices.map((n) => n.envelope),
          notices.map((n) => (typeof n.traceparent === 'string' ? n.traceparent : null)),
          channels,
        ],
      );
      await supersedeWaiting(
        tx,
        this.channel,
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
               WHERE channel = $5 AND state = 'pending' AND next_attempt_at <= now() AND (leased_until IS NULL OR leased_until < now())
                 AND (host IS NULL OR host <> ALL ($3::text[]))
               ORDER BY next_attempt_at, id LIMIT 1000) AS first),
       due AS (
         SELECT id FROM notice_delivery
         WHERE id IN (SELECT id FROM ranked WHERE host IS NULL OR place <= $2)
           AND state = 'pending' AND next_attempt_at <= now() AND (leased_until IS NULL OR leased_until < now())
         ORDER BY next_attempt_at, id LIMIT $1 FOR UPDATE SKIP LOCKED)
       UPDATE notice_delivery d SET leased_until = now() + $4 * interval '1 millisecond'
       FROM due WHERE d.id = due.id RETURNING ${LEASED}`,
      [limit, perHost, busyHosts, leaseMs, this.channel],
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
      await supersedeWaiting(
        tx,
        this.channel,
        deliveries.map((d) => d.noticeId),
      );
    });
  }

  /** Parties with something waiting, in order, after `after`. */
  async waitingParties(after: string, limit: number): Promise<string[]> {
    const rows = await this.database.query<{ party: string }>(
      `SELECT DISTINCT party FROM notice_delivery WHERE channel = $3 AND state = 'waiting' AND party > $1 ORDER BY party LIMIT $2`,
      [after, limit, this.channel],
    );
    return rows.map((row) => row.party);
  }

  /** What waited for these parties is due now. */
  async wake(parties: readonly string[]): Promise<void> {
    await this.database.query(
      `UPDATE notice_delivery SET state = 'pending', failures = 0, next_attempt_at = now(), host = NULL, leased_until = NULL
       WHERE channel = $2 AND state = 'waiting' AND party = ANY ($1::text[])`,
      [parties, this.channel],
    );
  }

  /**
   * Writes what came of many attempts in one transaction: a commit for each would be most of the work.
   * @returns what the owner of the notices must hear of
   */
  async settle(settlements: readonly Settlement[]): Promise<SettledDelivery[]> {
    const delivered = settlements.filter(({ outcome }) => outcome.kind === 'delivered').map(({ delivery }) => delivery);
    const failed = settlements.flatMap(({ delivery, outcome }) => (outcome.kind === 'failed' ? [{ delivery, ...outcome }] : []));
    return this.database.transaction(async (tx) => {
      await recordAttempts(tx, settlements);
      const arrived = delivered.length === 0 ? [] : await this.markDelivered(tx, delivered);
      const dead = failed.length === 0 ? [] : await markFailed(tx, failed);
      return [...arrived, ...dead];
    });
  }

  /** Receivers took them. Older versions of the same notices that have not arrived are out of date from now on. */
  private async markDelivered(tx: Sql, delivered: readonly LeasedDelivery[]): Promise<SettledDelivery[]> {
    // Even when the lease ran out meanwhile: what was received was received.
    const rows = await tx.query<SettledDelivery>(
      `UPDATE notice_delivery SET state = 'delivered', settled_at = now(), leased_until = NULL, reason = NULL, told = false
       WHERE id = ANY ($1::bigint[]) AND state IN ('pending', 'waiting', 'dead', 'superseded') RETURNING ${SETTLED}`,
      [delivered.map(({ id }) => id)],
    );
    await tx.query(
      `UPDATE notice_delivery old SET state = 'superseded', settled_at = now(), leased_until = NULL
       FROM unnest($1::text[], $2::int[]) AS given (notice_id, version)
       WHERE old.notice_id = given.notice_id AND old.version < given.version AND old.channel = $3
         AND old.state IN ('pending', 'waiting')`,
      [delivered.map(({ noticeId }) => noticeId), delivered.map(({ version }) => version), this.channel],
    );
    return rows;
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
       WHERE state IN ('delivered', 'dead') AND channel = $3 AND NOT told AND settled_at <= now() - $2 * interval '1 millisecond'
       ORDER BY settled_at LIMIT $1`,
      [limit, graceMs, this.channel],
    );
  }

  async markTold(id: number): Promise<void> {
    await this.database.query(`UPDATE notice_delivery SET told = true WHERE id = $1`, [id]);
  }

  /**
   * Gives this channel what the webhooks can not bring: notices of parties without one, those that failed `failures` times
   * and those that are dead. The webhook goes on trying; both carry the same id. Each notice falls once.
   * @returns how many fell
   */
  async takeOver(failures: number): Promise<number> {
    // Served by notice_delivery_falling.
    const rows = await this.database.query<{ id: number }>(
      `WITH fallen AS (
         UPDATE notice_delivery SET fallen = true
         WHERE id IN (SELECT id FROM notice_delivery
                      WHERE channel = 'webhook' AND NOT fallen AND state IN ('waiting', 'pending', 'dead')
                        AND (state <> 'pending' OR failures >= $1)
                      ORDER BY id LIMIT 1000 FOR UPDATE SKIP LOCKED)
         RETURNING notice_id, version, party, body, traceparent)
       INSERT INTO notice_delivery (notice_id, version, party, body, traceparent, channel)
       SELECT notice_id, version, party, body, traceparent, $2 FROM fallen
       ON CONFLICT (notice_id, version, channel) DO NOTHING RETURNING id`,
      [failures, this.channel],
    );
    return rows.length;
  }
}

/** Attempts failed; the next one of each is due after its pause, or never when that is null: the delivery is dead. */
async function markFailed(tx: Sql, failed: readonly (Failure & { delivery: LeasedDelivery })[]): Promise<SettledDelivery[]> {
  const rows = await tx.query<SettledDelivery>(
    `UPDATE notice_delivery d SET failures = d.failures + 1, leased_until = NULL, reason = given.reason, host = given.host,
       state = CASE WHEN given.pause IS NULL THEN 'dead' ELSE d.state END,
       settled_at = CASE WHEN given.pause IS NULL THEN now() END,
       next_attempt_at = now() + coalesce(given.pause, 0) * interval '1 millisecond'
     FROM unnest($1::bigint[], $2::text[], $3::text[], $4::float8[], $5::int[]) AS given (id, reason, host, pause, failures)
     WHERE d.id = given.id AND d.state = 'pending' AND d.failures = given.failures
     RETURNING d.id, d.notice_id AS "noticeId", d.version, d.channel, d.state, d.settled_at AS at, d.reason`,
    [
      failed.map(({ delivery }) => delivery.id),
      failed.map(({ reason }) => reason),
      failed.map(({ host }) => host),
      failed.map(({ pauseMs }) => pauseMs ?? null),
      failed.map(({ delivery }) => delivery.failures),
    ],
  );
  return rows.filter(({ state }) => state === 'dead');
}

/** Of the named notices, everything that waits in this channel and has a newer version there is out of date. */
async function supersedeWaiting(tx: Sql, channel: string, noticeIds: readonly string[]): Promise<void> {
  await tx.query(
    `UPDATE notice_delivery old SET state = 'superseded', settled_at = now()
     WHERE old.notice_id = ANY ($1::text[]) AND old.state = 'waiting' AND old.channel = $2
       AND EXISTS (SELECT FROM notice_delivery newer
                   WHERE newer.notice_id = old.notice_id AND newer.version > old.version AND newer.channel = old.channel)`,
    [noticeIds, channel],
  );
}

async function recordAttempts(tx: Sql, settlements: readonly Settlement[]): Promise<void> {
  await tx.query(
    `INSERT INTO notice_attempt (delivery_id, attempt, started_at, url, status, error)
     SELECT * FROM unnest($1::bigint[], $2::int[], $3::timestamptz[], $4::text[], $5::int[], $6::text[])`,
    [
      settlements.map(({ delivery }) => delivery.id),
      settlements.map(({ delivery }) => delivery.failures + 1),
      settlements.map(({ attempt }) => attempt.startedAt),
      settlements.map(({ attempt }) => attempt.url),
      settlements.map(({ attempt }) => attempt.status ?? null),
      settlements.map(({ attempt }) => attempt.error ?? null),
    ],
  );
}
