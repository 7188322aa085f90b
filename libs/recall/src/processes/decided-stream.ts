import { createHash } from 'node:crypto';
import { EventLogPort, Json, LogRecord, NewRecord } from '@suyuan/event-log';
import { Problem } from '@suyuan/platform';
import { Decider, Refusal } from '../domain/decider';

const TRIES = 10;

/** What came of a command: the state after it and the log position that shows it. */
export interface Outcome<State> {
  readonly state: State;
  /** Position of the last record of the stream. */
  readonly position: number;
  readonly changed: boolean;
}

/** How one kind of stream is kept: its decider, and how its records are told from others. */
export interface StreamKind<State, Command, Event extends { readonly type: string }> {
  readonly decider: Decider<State, Command, Event>;
  /** Stored types are `prefix` and the event's own type. A constant for ever. */
  readonly prefix: string;
}

/** The event of a record of this kind of stream; undefined for other records. */
export function eventOf<Event extends { readonly type: string }>(
  { prefix }: { readonly prefix: string },
  record: Pick<LogRecord, 'type' | 'data'>,
): Event | undefined {
  return record.type.startsWith(prefix) ? (record.data as unknown as Event) : undefined;
}

/** Streams that are read, decided on and appended to with the expected version, again on a race. */
export class DecidedStreams<State, Command, Event extends { readonly type: string }> {
  constructor(
    private readonly log: EventLogPort,
    private readonly kind: StreamKind<State, Command, Event>,
  ) {}

  async read(stream: string): Promise<{ readonly state: State; readonly version: number; readonly position: number }> {
    const { decider } = this.kind;
    let loaded = { state: decider.initial, version: -1, position: 0 };
    for (const record of await this.log.readStream(stream)) {
      const event = eventOf<Event>(this.kind, record);
      const { version, position } = record;
      loaded = { state: event === undefined ? loaded.state : decider.evolve(loaded.state, event), version, position };
    }
    return loaded;
  }

  /** @throws a Problem: 409 with the name of the refusal, 403 where the actor may not */
  async handle(stream: string, command: Command): Promise<Outcome<State>> {
    const { decider, prefix } = this.kind;
    for (let attempt = 0; attempt < TRIES; attempt++) {
      const { state, version, position } = await this.read(stream);
      const decision = decider.decide(state, command);
      if (!decision.ok) throw problemOf(decision.refusal);
      if (decision.events.length === 0) return { state, position, changed: false };
      const records = recordsOf(stream, version, prefix, decision.events);
      const result = await this.log.append([{ stream, expectedVersion: version < 0 ? 'none' : version, records }]);
      if (result.kind !== 'appended') continue;
      return { state: decision.events.reduce(decider.evolve, state), position: result.position, changed: true };
    }
    throw Problem.conflict('recall/busy', 'This was changed by others again and again meanwhile: try again.');
  }
}

/** The records of what was decided on a stream of this version: one id per version, so that a repeat of the append meets its own. */
export function recordsOf(
  stream: string,
  version: number,
  prefix: string,
  events: readonly { readonly type: string }[],
): NewRecord[] {
  return events.map((event, index) => ({
    id: `${stream}:${version + 1 + index}`,
    type: `${prefix}${event.type}`,
    data: event as unknown as Json,
    meta: {},
    contentHash: createHash('sha256').update(JSON.stringify(event)).digest('hex'),
  }));
}

function problemOf({ code, detail, forbidden }: Refusal): Problem {
  return forbidden === true ? Problem.forbidden(code, detail) : Problem.conflict(code, detail);
}
