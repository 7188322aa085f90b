import { randomUUID } from 'node:crypto';
import { EventLogPort, Json } from '@suyuan/event-log';
import { Clock, Database } from '@suyuan/platform';
import { setTimeout as wait } from 'node:timers/promises';
import { eraseRows } from './erase-rows';
import { Words } from './words';

export const PERSONAL_DATA_EXPIRY = 'personal-data-expiry';
/** A fact of the log: `{ids, subjects, reason, by, at}`, ids alone, so that it shows that something was erased and not what. */
export const PERSONAL_DATA_ERASED = 'personal-data.erased';

const LOOK_EVERY_MS = 3_600_000;
const AT_ONCE = 1_000;

/** Erases what is asked for, and by itself what is kept long enough; then says so in the log. */
export class Erasure {
  readonly name = PERSONAL_DATA_EXPIRY;
  private stopping = new AbortController();
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly database: Database,
    private readonly log: EventLogPort,
    private readonly clock: Clock,
    private readonly words: Words,
    private readonly onError: (error: unknown) => void,
  ) {}

  /** @returns the ids that were erased, and the log position that says so */
  async erase(
    ids: readonly string[],
    reason: string,
    by: string,
  ): Promise<{ readonly erased: string[]; readonly position: number }> {
    const { ids: erased, subjects } = await this.database.transaction(async (tx) => eraseRows(tx, ids));
    if (erased.length === 0) return { erased, position: 0 };
    const id = `personal-data:${randomUUID()}`;
    const { command: said, words } = this.words.apart({ reason }, ['reason']);
    await this.words.keep(words, null, 'erasure');
    const data = { ids: erased, subjects, ...said, by, at: this.clock.now().toISOString() } as unknown as Json;
    const result = await this.log.append([
      { stream: 'personal-data', records: [{ id, type: PERSONAL_DATA_ERASED, data, meta: {} }] },
    ]);
    return { erased, position: result.kind === 'appended' ? result.position : 0 };
  }

  /** Erases everything that is kept long enough. @returns how much */
  async expire(): Promise<number> {
    const rows = await this.database.query<{ id: string }>(
      'SELECT id FROM recall_person WHERE kept_until <= $1 ORDER BY kept_until LIMIT $2',
      [this.clock.now(), AT_ONCE],
    );
    if (rows.length === 0) return 0;
    const ids = rows.map(({ id }) => id);
    return (await this.erase(ids, 'kept long enough', 'system')).erased.length;
  }

  start(): Promise<void> {
    this.stopping = new AbortController();
    this.running = this.follow(this.stopping.signal);
    return Promise.resolve();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async follow(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const erased = await this.expire().catch((error: unknown) => {
        if (!signal.aborted) this.onError(error);
        return 0;
      });
      if (erased < AT_ONCE) await wait(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
    }
  }
}
