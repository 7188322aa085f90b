import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';

const KEY = 7101000;
/** A killed run's session ends a moment after its process. */
const PATIENCE_MS = 3000;

export interface SessionLock {
  /** Told when the connection is lost: the server has gone or restarts. */
  onLost(listener: () => void): void;
  release(): Promise<void>;
}

/**
 * The proof that we are the only ones on this cluster: an advisory lock held by a connection, which no crash can leave
 * behind. Undefined while another process holds it. Also makes the application's database when it is missing.
 */
export async function takeSessionLock(port: number, password: string, database: string): Promise<SessionLock | undefined> {
  const client = new Client({
    host: '127.0.0.1',
    port,
    user: 'postgres',
    password,
    database: 'postgres',
    application_name: 'suyuan lock',
  });
  let lost = false;
  let tell = (): void => undefined;
  const lose = (): void => {
    if (lost) return;
    lost = true;
    tell();
  };
  client.on('error', lose);
  client.on('end', lose);
  try {
    await client.connect();
    const deadline = Date.now() + PATIENCE_MS;
    while (!(await tryLock(client))) {
      if (Date.now() > deadline) {
        await client.end();
        return undefined;
      }
      await sleep(50);
    }
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [database]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${client.escapeIdentifier(database)}`);
  } catch (error) {
    await client.end().catch(() => undefined);
    throw error;
  }
  return {
    onLost: (listener) => {
      tell = listener;
      if (lost) listener();
    },
    release: async () => {
      tell = () => undefined;
      await client.end().catch(() => undefined);
    },
  };
}

async function tryLock(client: Client): Promise<boolean> {
  const { rows } = await client.query<{ got: boolean }>('SELECT pg_try_advisory_lock($1) AS got', [KEY]);
  return rows[0]?.got === true;
}
