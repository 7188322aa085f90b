import { Client } from 'pg';

/** A server's session of one's own: for what outlives a transaction, such as `LISTEN`. Never borrowed, never pooled. */
export interface Session {
  /** Rows of one statement; `$1…` parameters. */
  query<Row extends object = Record<string, unknown>>(text: string, parameters?: readonly unknown[]): Promise<Row[]>;
  onNotification(listener: () => void): void;
  /** Told once when the connection ends without having been closed here. */
  onLost(listener: () => void): void;
  close(): void;
}

/**
 * Opens a session at `url`; undefined when a pooler stands in between, which would hand the server's session to others
 * between two statements. It is known by the number of the server's process: a pooler tells its clients another one.
 */
export async function openSession(url: string): Promise<Session | undefined> {
  const client = new Client({ connectionString: url, application_name: 'suyuan session' });
  let closed = false;
  let lost = (): void => undefined;
  const lose = (): void => {
    if (closed) return;
    closed = true;
    lost();
    // Ends a half-open connection too.
    client.end().catch(() => undefined);
  };
  const close = (): void => {
    if (closed) return;
    closed = true;
    client.end().catch(() => undefined);
  };
  client.on('error', lose);
  client.on('end', lose);
  try {
    await client.connect();
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    // Not among the driver's declared types.
    if (rows[0]?.pid !== Reflect.get(client, 'processID')) {
      close();
      return undefined;
    }
  } catch (error) {
    close();
    throw error;
  }
  return {
    query: async <Row extends object>(text: string, parameters: readonly unknown[] = []) =>
      (await client.query<Row>(text, [...parameters])).rows,
    onNotification: (listener) => void client.on('notification', listener),
    onLost: (listener) => {
      lost = listener;
      if (closed) listener();
    },
    close,
  };
}
