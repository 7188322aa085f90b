import type { LogRecord } from '../event-log';
import type { PlacedEvent } from './log-places';
import { patiently } from './patience';
import { type IncomingEvent, isAfter, type StoreGateway, type StorePosition } from './store-gateway';
import { metaOf } from './unit';

/** Events of others that a reading of `$all` may pass over before the rest is read by stream. */
const PASSED_MAX = 200;
const STREAMS_AT_ONCE = 8;
const LAST: StorePosition = { commit: Infinity, prepare: Infinity };

/** Fetches the contents of records from the event store. */
export class RecordReader {
  constructor(
    private readonly gateway: StoreGateway,
    private readonly prefix: string,
  ) {}

  /**
   * Records written one after the other lie together in `$all`, nearly: one reading of it brings most of them, and the few
   * that were written long before they were numbered come from their streams.
   */
  async inLogOrder(places: readonly PlacedEvent[]): Promise<LogRecord[]> {
    const found = new Map<string, IncomingEvent>();
    if (places.length > 1) await this.fromAll(places, found);
    return this.complete(places, found);
  }

  /** Records of one stream, in order. */
  async inStreamOrder(places: readonly PlacedEvent[]): Promise<LogRecord[]> {
    return this.complete(places, new Map());
  }

  /** What a lost connection had brought before it was lost is kept: however short they live, reading comes to its end. */
  private async complete(places: readonly PlacedEvent[], found: Map<string, IncomingEvent>): Promise<LogRecord[]> {
    await patiently(this.gateway, () =>
      this.fromStreams(
        places.filter((place) => !found.has(this.key(place))),
        found,
      ),
    );
    return places.map((place) => toRecord(place, found.get(this.key(place))));
  }

  private async fromAll(places: readonly PlacedEvent[], found: Map<string, IncomingEvent>): Promise<void> {
    const wanted = new Set(places.map((place) => this.key(place)));
    const from = places.reduce<StorePosition>((least, { store }) => (isAfter(least, store) ? store : least), LAST);
    try {
      for await (const event of this.gateway.readAll(from, places.length + PASSED_MAX)) {
        const key = `${event.revision}/${event.stream}`;
        if (wanted.has(key)) found.set(key, event);
        if (found.size === wanted.size) return;
      }
    } catch (error) {
      if (!this.gateway.isPassing(error)) throw error;
    }
  }

  private async fromStreams(places: readonly PlacedEvent[], found: Map<string, IncomingEvent>): Promise<void> {
    const runs: PlacedEvent[][] = [];
    const open = new Map<string, PlacedEvent[]>();
    for (const place of places) {
      const run = open.get(place.stream);
      const last = run?.at(-1);
      if (
        run !== undefined &&
        last !== undefined &&
        place.revision > last.revision &&
        place.revision - last.revision < PASSED_MAX
      )
        run.push(place);
      else {
        const begun = [place];
        open.set(place.stream, begun);
        runs.push(begun);
      }
    }
    const readers = Array.from({ length: Math.min(STREAMS_AT_ONCE, runs.length) }, async () => {
      for (let run = runs.shift(); run !== undefined; run = runs.shift()) await this.readRun(run, found);
    });
    await Promise.all(readers);
  }

  private async readRun(run: readonly PlacedEvent[], found: Map<string, IncomingEvent>): Promise<void> {
    const [first, last] = [run[0], run.at(-1)];
    if (first === undefined || last === undefined) return;
    const events = this.gateway.readStream(this.prefix + first.stream, first.revision, last.revision - first.revision + 1);
    const wanted = new Set(run.map((place) => this.key(place)));
    for await (const event of events) {
      const key = `${event.revision}/${event.stream}`;
      if (wanted.has(key)) found.set(key, event);
    }
  }

  private key(place: PlacedEvent): string {
    return `${place.revision}/${this.prefix}${place.stream}`;
  }
}

function toRecord(place: PlacedEvent, event: IncomingEvent | undefined): LogRecord {
  if (event === undefined)
    throw new Error(`the event store has lost record ${place.position} (stream ${place.stream}, revision ${place.revision})`);
  return {
    id: place.id,
    type: event.type,
    data: event.data,
    meta: metaOf(event),
    ...(place.contentHash === undefined ? {} : { contentHash: place.contentHash }),
    stream: place.stream,
    version: place.version,
    position: place.position,
    recordTime: place.recordTime,
  };
}
