import type { Database } from '@suyuan/platform';
import { randomUUID } from 'node:crypto';

/** After this silence of its holder a lease may be taken by another process. */
export const LEASE_MS = 10_000;

/**
 * Who does the work that only one process may do at a time: a row with a time, by the database's clock. No session lock:
 * it would not survive a pooler between us and the database.
 */
export class LeaseTable {
  private readonly holder = randomUUID();

  constructor(private readonly database: Database) {}

  /** Takes the lease or prolongs it. @returns false when another process holds it */
  async hold(name: string): Promise<boolean> {
    const held = await this.database.query(
      `INSERT INTO service_lease (name, holder, held_until) VALUES ($1, $2, clock_timestamp() + make_interval(secs => $3))
       ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, held_until = excluded.held_until
         WHERE service_lease.holder = excluded.holder OR service_lease.held_until < clock_timestamp()
       RETURNING 1 AS held`,
      [name, this.holder, LEASE_MS / 1000],
    );
    return held.length > 0;
  }

  /** Lets others have it at once. */
  async release(name: string): Promise<void> {
    await this.database.query('DELETE FROM service_lease WHERE name = $1 AND holder = $2', [name, this.holder]);
  }
}
