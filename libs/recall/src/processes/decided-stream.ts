import { createHash } from 'node:crypto';
import { EventLogPort, Json, LogRecord, NewRecord } from '@suyuan/event-log';
import { Problem } from '@suyuan/platform';
import { Decider, Refusal } from '../domain/decider';
import { SetApart, Words } from '../privacy/words';

const TRIES = 10;

/** What came of a command: the state after it and the log position that shows it. */
export interface Outcome<State> {
  readonly state: State;
  /** Position of the last record of the stream. */
  readonly position: number;
  readonly changed: boolean;
}

/** How one kind of stream is kept: its decider, and how its records are told from others. */
export interface StreamKind<State, Command extends { readonly type: string }, Event extends { readonly type: string }> {
  readonly decider: Decider<State, Command, Event>;
  /** Stored types are `prefix` and the event's own type. A constant for ever. */
  readonly prefix: string;
  /** By type of command, where it carries what somebody wrote: never into the log, but beside it (`privacy/words.ts`). */
  readonly words: Readonly<Record<string, readonly string[]>>;
}

/** A stream as it stands: its state, the version and position of its last record; -1 and 0 for none. */
export interface ReadStream<State> {
  readonly state: State;
  readonly version: number;
  readonly position: number;
}

/** The event of a record of this kind of stream; undefined for other records. */
export function eventOf<Event extends { readonly type: string }>(
  { prefix }: { readonly prefix: string },
  record: Pick<LogRecord, 'type' | 'data'>,
): Event | undefined {
  return record.type.startsWith(prefix) ? (record.data as unknown as Event) : undefined;
}

/** Folds a stream. What people wrote stands in the state as ids of words. */
export async function readDecided<State, Command extends { readonly type: string }, Event extends { readonly type: string }>(
  log: EventLogPort,
  kind: StreamKind<State, Command, Event>,
  stream: string,
): Promise<ReadStream<State>> {
  const { decider } = kind;
  let loaded: ReadStream<State> = { state: decider.initial, version: -1, position: 0 };
  for (const record of await log.readStream(stream)) {
    const event = eventOf<Event>(kind, record);
    const { version, position } = record;
    loaded = { state: event === undefined ? loaded.state : decider.evolve(loaded.state, event), version, position };
  }
  return loaded;
}

/**
 * Streams that are read, decided on and appended to with the expected version, again on a race. Words of a command are kept
 * beside the log before anything refers to them: a crash or a race between the two leaves words that nothing refers to, never the
 * reverse. They are found for an access request all the same.
 */
export class DecidedStreams<State, Command extends { readonly type: string }, Event extends { readonly type: string }> {
  constructor(
    private readonly log: EventLogPort,
    private readonly kind: StreamKind<State, Command, Event>,
    private readonly words: Words,
  ) {}

  async read(stream: string): Promise<ReadStream<State>> {
    return readDecided(this.log, this.kind, stream);
  }

  /** @throws a Problem: 409 with the name of the refusal, 403 where the actor may not */
  async handle(stream: string, said: Command): Promise<Outcome<State>> {
    const apart = this.words.apart(said, this.kind.words[said.type] ?? []);
    for (let attempt = 0; attempt < TRIES; attempt++) {
      const outcome = await this.attempt(stream, apart);
      if (outcome !== undefined) return outcome;
    }
    throw Problem.conflict('recall/busy', 'This was changed by others again and again meanwhile: try again.');
  }

  /** @returns undefined when another was faster */
  private async attempt(stream: string, { command, words }: SetApart<Command>): Promise<Outcome<State> | undefined> {
    const { decider, prefix } = this.kind;
    const { state, version, position } = await this.read(stream);
    const decision = decider.decide(state, command);
    if (!decision.ok) throw problemOf(decision.refusal);
    if (decision.events.length === 0) return { state, position, changed: false };
    const records = recordsOf(stream, version, prefix, decision.events);
    const written = JSON.stringify(decision.events);
    await this.words.keep(new Map([...words].filter(([id]) => written.includes(id))), subjectOf(stream));
    const result = await this.log.append([{ stream, expectedVersion: version < 0 ? 'none' : version, records }]);
    if (result.kind !== 'appended') return undefined;
    return { state: decision.events.reduce(decider.evolve, state), position: result.position, changed: true };
  }
}

/** The recall, investigation or signal whose stream it is. */
const subjectOf = (stream: string): string => stream.split(':')[1] ?? stream;

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
