import { type Database, isDatabaseAway } from '@suyuan/platform';
import type { LogListener } from '../postgres/log-listener';
import { LogAway } from './log-away';
import type { LogSource } from './log-source';
import type { Verdict } from './numbering';
import { patiently } from './patience';
import { type ExpectedRevision, isAfter, type OutgoingEvent, type StoreGateway, type StorePosition } from './store-gateway';

/** Somebody else wrote to the stream since we looked; `actual` is the revision that it has now, -1 = none. */
export interface LostRace {
  readonly stream: string;
  readonly actual: number;
}

/** An event and the stream (without the log's prefix) that it goes to. */
export interface Addressed {
  readonly stream: string;
  readonly event: OutgoingEvent;
}

/** Well below the 1 MiB that a server takes in one append by default; a larger record goes alone. */
const APPEND_BYTES_MAX = 512 * 1024;
const APPEND_EVENTS_MAX = 500;
const NUMBERING_PATIENCE_MS = 30_000;
const POLL_MS = 250;

/** Brings the events of a unit to the server and waits until it is judged. */
export class UnitWriter {
  private readonly closing = new AbortController();

  constructor(
    private readonly database: Database,
    private readonly gateway: StoreGateway,
    private readonly source: LogSource,
    private readonly listener: LogListener,
    private readonly prefix: string,
  ) {}

  /**
   * Writes events, those of one stream in order, streams side by side; repeats what went unanswered, with the same ids.
   * @param expected revisions that streams must have before; others are not checked
   * @returns the race that was lost, if any: then the unit will never be whole
   */
  async write(events: readonly Addressed[], expected: ReadonlyMap<string, number> = new Map()): Promise<LostRace | undefined> {
    const byStream = new Map<string, OutgoingEvent[]>();
    for (const { stream, event } of events) {
      const own = byStream.get(stream);
      if (own === undefined) byStream.set(stream, [event]);
      else own.push(event);
    }
    const written = await Promise.allSettled(
      [...byStream].map(([stream, own]) => this.writeStream(stream, own, expected.get(stream) ?? 'any')),
    );
    for (const outcome of written) if (outcome.status === 'rejected') throw outcome.reason;
    return written.flatMap((outcome) =>
      outcome.status === 'fulfilled' && outcome.value !== undefined ? [outcome.value] : [],
    )[0];
  }

  /** The verdict on a unit that was written. */
  async verdict(unit: string): Promise<Verdict> {
    return this.awaited(async () => {
      const [row] = await this.database.query<{ verdict: Verdict }>('SELECT verdict FROM event_log_verdict WHERE unit = $1', [
        unit,
      ]);
      return row?.verdict;
    });
  }

  /** Resolves when the index has passed the event that won a race. */
  async caughtUp(race: LostRace): Promise<void> {
    if (race.actual < 0) return;
    const position = await patiently(this.gateway, () => this.positionOf(race), this.closing.signal);
    if (position === undefined) return;
    await this.awaited(async () => (isAfter(position, await this.source.numbered()) ? undefined : true));
  }

  close(): void {
    this.closing.abort();
  }

  private async positionOf({ stream, actual }: LostRace): Promise<StorePosition | undefined> {
    for await (const event of this.gateway.readStream(this.prefix + stream, actual, 1)) return event.position;
    return undefined;
  }

  private async writeStream(
    stream: string,
    events: readonly OutgoingEvent[],
    expected: ExpectedRevision,
  ): Promise<LostRace | undefined> {
    let expectation = expected;
    for (const part of parts(events)) {
      const expectedNow = expectation;
      const outcome = await patiently(
        this.gateway,
        () => this.gateway.append(this.prefix + stream, part, expectedNow),
        this.closing.signal,
      );
      if (outcome.kind === 'wrong-revision') return { stream, actual: outcome.actual };
      expectation = 'any';
    }
    return undefined;
  }

  /** Asks at every announcement of the log until there is an answer; waits out a lost database. */
  private async awaited<T>(ask: () => Promise<T | undefined>): Promise<T> {
    const { signal } = this.closing;
    const deadline = Date.now() + NUMBERING_PATIENCE_MS;
    for (;;) {
      const seen = this.listener.announcements;
      try {
        const answer = await ask();
        if (answer !== undefined) return answer;
      } catch (error) {
        if (!isDatabaseAway(error)) throw error;
      }
      if (Date.now() > deadline || signal.aborted) throw new LogAway('Nobody numbers what is written to the event store.');
      await this.listener.next(seen, POLL_MS, signal);
    }
  }
}

function* parts(events: readonly OutgoingEvent[]): Generator<OutgoingEvent[]> {
  let part: OutgoingEvent[] = [];
  let bytes = 0;
  for (const event of events) {
    const size = Buffer.byteLength(event.data) + Buffer.byteLength(event.metadata);
    if (part.length > 0 && (bytes + size > APPEND_BYTES_MAX || part.length >= APPEND_EVENTS_MAX)) {
      yield part;
      part = [];
      bytes = 0;
    }
    part.push(event);
    bytes += size;
  }
  if (part.length > 0) yield part;
}
