import { type Database, StartRefusal, isDatabaseAway } from '@suyuan/platform';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { StoreGateway, StorePosition } from './store-gateway';

/** After this silence of its holder another process may number the log. */
const LEASE_MS = 5000;
/** In a compose file the event store may come up after us. */
const PATIENCE_MS = 30_000;
const RETRY_MS = 500;

/** Which log in which event store this database is the index of, and who is numbering it. */
export class LogSource {
  private readonly holder = randomUUID();

  constructor(private readonly database: Database) {}

  /**
   * Binds the database to the log, for good. The log carries an id of its own, made by whoever opens it first: an event
   * store that was emptied, or another one's address, is noticed before anything is written.
   * Throws `StartRefusal` when they do not belong together, or the event store can't be used.
   */
  async claim(gateway: StoreGateway, log: string): Promise<void> {
    const [own] = await this.database.query<{ has: boolean }>('SELECT EXISTS (SELECT FROM event_log) AS has');
    if (own?.has === true)
      throw new StartRefusal(
        'this database holds its log itself: unset SUYUAN_EVENT_STORE, or start with another database beside the event store',
      );
    const logId = await this.identify(gateway, log);
    await this.database.query('INSERT INTO event_log_source (log, log_id) VALUES ($1, $2) ON CONFLICT DO NOTHING', [log, logId]);
    const [bound] = await this.database.query<{ log: string; log_id: string }>('SELECT log, log_id FROM event_log_source');
    if (bound?.log !== log || bound.log_id !== logId)
      throw new StartRefusal(
        `this database is the index of another log ("${bound?.log}") than the one that SUYUAN_EVENT_STORE names ("${log}"), or the event store was emptied`,
      );
  }

  /** Takes the lease or prolongs it. @returns how far the log is numbered; undefined when another process holds the lease */
  async hold(): Promise<StorePosition | undefined> {
    const [row] = await this.database.query<StorePosition>(
      `UPDATE event_log_source SET holder = $1, held_until = clock_timestamp() + make_interval(secs => $2)
       WHERE holder IS NULL OR holder = $1 OR held_until < clock_timestamp()
       RETURNING commit_position AS commit, prepare_position AS prepare`,
      [this.holder, LEASE_MS / 1000],
    );
    return row;
  }

  /** Lets others have the lease at once. */
  async release(): Promise<void> {
    await this.database.query('UPDATE event_log_source SET holder = NULL WHERE holder = $1', [this.holder]);
  }

  /** How far the log is numbered. */
  async numbered(): Promise<StorePosition> {
    const [row] = await this.database.query<StorePosition>(
      'SELECT commit_position AS commit, prepare_position AS prepare FROM event_log_source',
    );
    if (row === undefined) throw new Error('event_log_source has lost its row');
    return row;
  }

  private async identify(gateway: StoreGateway, log: string): Promise<string> {
    const stream = `${log}.log`;
    const deadline = Date.now() + PATIENCE_MS;
    const id = randomUUID();
    for (;;) {
      try {
        const opened = { id, type: 'log.opened', data: JSON.stringify({ id }), metadata: '{}' };
        if ((await gateway.append(stream, [opened], -1)).kind === 'written') return id;
        for await (const event of gateway.readStream(stream, 0, 1)) return (event.data as { id: string }).id;
        throw new StartRefusal(`the event store has lost the beginning of the stream ${stream}`);
      } catch (error) {
        if (error instanceof StartRefusal || isDatabaseAway(error)) throw error;
        if (!gateway.isPassing(error) || Date.now() > deadline)
          throw new StartRefusal(
            `can't use the event store of SUYUAN_EVENT_STORE: ${error instanceof Error ? error.message : String(error)}`,
          );
        await sleep(RETRY_MS);
      }
    }
  }
}
