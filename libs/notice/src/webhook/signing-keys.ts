import { Database } from '@suyuan/platform';
import { newSigningKey, readSigningKey, SigningKey } from './webhook-signature';

/** A public key as it is published. */
export interface PublishedKey {
  readonly key: string;
  readonly since: string;
  /** Until when it still signs, when another has taken its place. */
  readonly until?: string;
}

interface Row {
  readonly private_key: string;
  readonly public_key: string;
  readonly since: Date;
  readonly until: Date | null;
}

/** Other processes may rotate: so old may a key be that this one signs with. */
const REREAD_MS = 10_000;
const IN_FORCE =
  'SELECT private_key, public_key, since, until FROM notice_signing_key WHERE until IS NULL OR until > now() ORDER BY id DESC';
/** One writer makes or rotates a key at a time. */
const LOCK = `SELECT pg_advisory_xact_lock(hashtext('notice_signing_key'))`;

/** The server's ed25519 keys, shared by all of its processes through the database. */
export class SigningKeys {
  private cached: { readonly keys: Promise<readonly SigningKey[]>; readonly until: number } | undefined;

  constructor(private readonly database: Database) {}

  /** Keys to sign with now, the newest first; the first is made when there is none. */
  async inForce(): Promise<readonly SigningKey[]> {
    if (this.cached === undefined || this.cached.until < Date.now()) {
      const keys = this.rows().then((rows) => rows.map((row) => readSigningKey(row.private_key, row.public_key)));
      keys.catch(() => (this.cached = undefined));
      this.cached = { keys, until: Date.now() + REREAD_MS };
    }
    return this.cached.keys;
  }

  async published(): Promise<PublishedKey[]> {
    return (await this.rows()).map(({ public_key: key, since, until }) => ({
      key,
      since: new Date(since).toISOString(),
      ...(until === null ? {} : { until: new Date(until).toISOString() }),
    }));
  }

  /** A new key takes over; the old ones go on signing for `overlapHours`, so that receivers can fetch the new one. */
  async rotate(overlapHours: number): Promise<PublishedKey[]> {
    const made = newSigningKey();
    await this.database.transaction(async (tx) => {
      await tx.query(LOCK);
      await tx.query(`UPDATE notice_signing_key SET until = now() + $1 * interval '1 hour' WHERE until IS NULL`, [overlapHours]);
      await tx.query('INSERT INTO notice_signing_key (private_key, public_key) VALUES ($1, $2)', [
        made.privateText,
        made.publicKey,
      ]);
    });
    this.cached = undefined;
    return this.published();
  }

  private async rows(): Promise<Row[]> {
    const rows = await this.database.query<Row>(IN_FORCE);
    if (rows.some(({ until }) => until === null)) return rows;
    return this.database.transaction(async (tx) => {
      await tx.query(LOCK);
      const again = await tx.query<Row>(IN_FORCE);
      if (again.some(({ until }) => until === null)) return again;
      const made = newSigningKey();
      await tx.query('INSERT INTO notice_signing_key (private_key, public_key) VALUES ($1, $2)', [
        made.privateText,
        made.publicKey,
      ]);
      return tx.query<Row>(IN_FORCE);
    });
  }
}
