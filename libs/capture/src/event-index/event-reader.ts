import { EventLogPort, type LogRecord } from '@suyuan/event-log';
import { Database, Problem, Progress } from '@suyuan/platform';
import { Injectable } from '@nestjs/common';
import type { Condition } from './event-filter';
import { EVENT_INDEX_FOLLOWER } from './event-index.follower';

/** Events of one code that are looked at one by one; of more than these, the first in order are soon found. */
const FEW = 5000;

/** How long a reader waits for what is in the log already to be indexed. */
const INDEX_WAIT_MS = 10_000;

/** Reads captured events back: the index says which, the log what. A reader sees all that was in the log when it asked. */
@Injectable()
export class EventReader {
  constructor(
    private readonly log: EventLogPort,
    private readonly database: Database,
    private readonly progress: Progress,
  ) {}

  /** The event and its declarations, in order of capture; empty when nobody captured it. */
  async find(eventId: string): Promise<LogRecord[]> {
    if (eventId.includes('\u0000')) return [];
    await this.waitForHead();
    // Index: capture_event_id.
    return this.records(
      await this.positions('SELECT position FROM capture_event WHERE event_id = $1 ORDER BY position', [eventId]),
    );
  }

  /** One page in order of capture; `next` is the position to go on after. */
  async list(conditions: readonly Condition[], after: number, limit: number): Promise<{ records: LogRecord[]; next?: number }> {
    await this.waitForHead();
    const few = await this.fewByCode(conditions);
    const asked = few === undefined ? conditions : [...conditions, { sql: 'e.position = ANY($::bigint[])', value: few }];
    const where = asked.map(({ sql }, n) => ` AND ${sql.replaceAll('$', `$${n + 3}`)}`).join('');
    const positions = await this.positions(
      `SELECT e.position FROM capture_event e WHERE e.position > $1${where} ORDER BY e.position LIMIT $2`,
      [after, limit + 1, ...asked.map(({ value }) => value)],
    );
    const records = await this.records(positions.slice(0, limit));
    const last = positions[limit - 1];
    return positions.length > limit && last !== undefined ? { records, next: last } : { records };
  }

  /**
   * The events that name a code, when they are few. The database has no idea how many that are, and would rather look
   * through all events in order than find out that there is one.
   */
  private async fewByCode(conditions: readonly Condition[]): Promise<number[] | undefined> {
    for (const { value } of conditions.filter(({ byCode }) => byCode === true)) {
      const found = await this.database.transaction(async (tx) => {
        await tx.query(`SELECT set_config('enable_seqscan', 'off', true), set_config('enable_indexscan', 'off', true)`);
        // Index: capture_event_keys.
        return tx.query<{ position: number }>('SELECT position FROM capture_event WHERE keys && $1::text[] LIMIT $2', [
          value,
          FEW + 1,
        ]);
      });
      if (found.length <= FEW) return found.map(({ position }) => position);
    }
    return undefined;
  }

  private async positions(sql: string, parameters: readonly unknown[]): Promise<number[]> {
    return (await this.database.query<{ position: number }>(sql, parameters)).map((row) => row.position);
  }

  private async records(positions: readonly number[]): Promise<LogRecord[]> {
    const found: LogRecord[] = [];
    // Neighbours in the log come with one read.
    for (let from = 0; from < positions.length;) {
      let to = from;
      while (positions[to + 1] === (positions[to] ?? 0) + 1) to += 1;
      found.push(...(await this.log.read((positions[from] ?? 1) - 1, to - from + 1)));
      from = to + 1;
    }
    return found;
  }

  /** Without this a reader might miss its own capture; nothing is skipped, for positions are contiguous. */
  private async waitForHead(): Promise<void> {
    const head = await this.log.head();
    const deadline = performance.now() + INDEX_WAIT_MS;
    for (;;) {
      const indexed = this.progress.followers().find(({ name }) => name === EVENT_INDEX_FOLLOWER)?.position ?? 0;
      if (indexed >= head) return;
      if (performance.now() > deadline) {
        throw new Problem(
          503,
          'not-yet-projected',
          'Not yet projected',
          `The index is at position ${indexed} of ${head}.`,
          undefined,
          { 'Retry-After': '2' },
        );
      }
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
}
