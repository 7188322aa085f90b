/** An event as a client proposes it. */
export interface ProposedEvent {
  readonly id: string;
  readonly type: string;
  readonly contentType: string;
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
}

export interface StoredEvent extends ProposedEvent {
  readonly stream: string;
  /** 0-based place in its stream. */
  readonly revision: number;
  /** Place in `$all`: grows by the event's size, so it is ordered and never contiguous. */
  readonly position: number;
  /** Milliseconds since 1970. */
  readonly createdMs: number;
}

export type ExpectedRevision = 'any' | 'no-stream' | 'stream-exists' | number;

export type StoreAnswer =
  | { readonly kind: 'written'; readonly revision: number; readonly position: number }
  | { readonly kind: 'wrong-version'; readonly actual: number }
  | { readonly kind: 'deleted' };

/** What an event takes beside its texts: enough that no two positions are neighbours. */
const EVENT_OVERHEAD = 96;

/** The events of the test server, in memory: streams, `$all`, expected revisions, and idempotence by event id. */
export class EventStore {
  private readonly all: StoredEvent[] = [];
  private readonly streams = new Map<string, StoredEvent[]>();
  private readonly tombstones = new Set<string>();
  private readonly waiting = new Set<() => void>();
  private end = 0;

  append(stream: string, expected: ExpectedRevision, events: readonly ProposedEvent[]): StoreAnswer {
    if (this.tombstones.has(stream)) return { kind: 'deleted' };
    const held = this.streams.get(stream) ?? [];
    const before = written(held, expected, events);
    const actual = held.length - 1;
    if (before !== undefined) return { kind: 'written', revision: before.revision, position: before.position };
    if (!matches(expected, actual)) return { kind: 'wrong-version', actual };
    for (const event of events) this.write(stream, held, event);
    this.streams.set(stream, held);
    for (const wake of [...this.waiting]) wake();
    return { kind: 'written', revision: held.length - 1, position: held.at(-1)?.position ?? this.end };
  }

  tombstone(stream: string): void {
    this.tombstones.add(stream);
  }

  isDeleted(stream: string): boolean {
    return this.tombstones.has(stream);
  }

  /** Events of one stream; undefined where there is none. */
  stream(name: string): readonly StoredEvent[] | undefined {
    return this.streams.get(name);
  }

  /** At most `limit` events at or after a position, in order. */
  from(position: number, limit: number): readonly StoredEvent[] {
    const first = this.indexOf(position);
    return this.all.slice(first, first + limit);
  }

  /** At most `limit` events before a position, the last first. */
  before(position: number, limit: number): readonly StoredEvent[] {
    const end = this.indexOf(position);
    return this.all.slice(Math.max(0, end - limit), end).reverse();
  }

  /** Position that the next event will have at the earliest. */
  get endPosition(): number {
    return this.end;
  }

  /** Resolves at the next append, or when `signal` aborts. */
  async changed(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    await new Promise<void>((resolve) => {
      const wake = (): void => {
        this.waiting.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      this.waiting.add(wake);
      signal.addEventListener('abort', wake);
    });
  }

  private write(stream: string, held: StoredEvent[], event: ProposedEvent): void {
    const stored = { ...event, stream, revision: held.length, position: this.end, createdMs: Date.now() };
    this.end += EVENT_OVERHEAD + event.data.length + event.metadata.length;
    held.push(stored);
    this.all.push(stored);
  }

  /** Index of the first event at or after a position. */
  private indexOf(position: number): number {
    let [low, high] = [0, this.all.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.all[middle]?.position ?? 0) < position) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** The last of the events when the same append is there already, as a client that lost its answer repeats it. */
function written(
  held: readonly StoredEvent[],
  expected: ExpectedRevision,
  events: readonly ProposedEvent[],
): StoredEvent | undefined {
  const [first] = events;
  if (first === undefined) return undefined;
  const start =
    typeof expected === 'number' ? expected + 1 : expected === 'no-stream' ? 0 : held.findIndex((event) => event.id === first.id);
  if (start < 0) return undefined;
  const there = held.slice(start, start + events.length);
  return there.length === events.length && there.every((event, n) => event.id === events[n]?.id) ? there.at(-1) : undefined;
}

function matches(expected: ExpectedRevision, actual: number): boolean {
  if (expected === 'any') return true;
  if (expected === 'stream-exists') return actual >= 0;
  return actual === (expected === 'no-stream' ? -1 : expected);
}
