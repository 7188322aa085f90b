import { createHash } from 'node:crypto';
import { EventLogPort, Json, NewRecord } from '@suyuan/event-log';
import { Problem } from '@suyuan/platform';
import { Decider, Refusal } from '../domain/decider';
import { holderTaskDecider, HolderTaskCommand } from '../domain/holder-task.decider';
import { HolderTaskState } from '../domain/holder-task.state';
import { recallDecider, RecallCommand, RecallState } from '../domain/recall.decider';
import { RecallEvent } from '../domain/recall.events';
import { readRecallEvent, readTaskEvent, RECALL_RECORD, recallStream, TASK_RECORD, taskStream } from '../projection/records';

const TRIES = 10;

/** What came of a command: the state after it and the log position that shows it. */
export interface Outcome<State> {
  readonly state: State;
  /** Position of the last record of the stream. */
  readonly position: number;
  readonly changed: boolean;
}

interface Loaded<State> {
  readonly state: State;
  readonly version: number;
  readonly position: number;
}

/** The streams of recalls and tasks: read, decide, append with the expected version, again on a race. */
export class RecallStreams {
  constructor(private readonly log: EventLogPort) {}

  async recall(id: string, command: RecallCommand): Promise<Outcome<RecallState>> {
    return this.handle(
      recallStream(id),
      RECALL_RECORD,
      recallDecider,
      () => this.load(recallStream(id), recallDecider, readRecallEvent),
      command,
    );
  }

  async task(recallId: string, party: string, command: HolderTaskCommand): Promise<Outcome<HolderTaskState>> {
    const stream = taskStream(recallId, party);
    return this.handle(
      stream,
      TASK_RECORD,
      holderTaskDecider,
      () => this.load(stream, holderTaskDecider, readTaskEvent),
      command,
    );
  }

  async readRecall(id: string): Promise<RecallState> {
    return (await this.load(recallStream(id), recallDecider, readRecallEvent)).state;
  }

  /** A fact that a process found out; the same fact twice is one record. */
  async note(id: string, event: RecallEvent, identity: string): Promise<number> {
    return this.noteAll(id, [{ event, identity }]);
  }

  /** Facts that a process found out; each is one record, however often it is found. @returns the last position of them, 0 for none */
  async noteAll(id: string, facts: readonly { readonly event: RecallEvent; readonly identity: string }[]): Promise<number> {
    if (facts.length === 0) return 0;
    const stream = recallStream(id);
    const records = new Map<string, NewRecord>();
    for (const { event, identity } of facts) {
      const recordId = `${stream}:${event.type}:${createHash('sha256').update(identity).digest('hex').slice(0, 32)}`;
      records.set(recordId, { id: recordId, type: `${RECALL_RECORD}${event.type}`, data: event as unknown as Json, meta: {} });
    }
    const places = await this.log.locate([...records.keys()]);
    const known = Math.max(0, ...[...places.values()].map(({ position }) => position));
    const fresh = [...records.values()].filter(({ id: recordId }) => !places.has(recordId));
    if (fresh.length === 0) return known;
    const result = await this.log.append([{ stream, records: fresh }]);
    if (result.kind === 'appended') return result.position;
    throw new Error(`could not note ${fresh.map(({ type }) => type).join(', ')}: ${result.kind}`);
  }

  private async load<State, Event>(
    stream: string,
    decider: Decider<State, never, Event>,
    read: (record: { type: string; data: Json }) => Event | undefined,
  ): Promise<Loaded<State>> {
    let loaded: Loaded<State> = { state: decider.initial, version: -1, position: 0 };
    for (const record of await this.log.readStream(stream)) {
      const event = read(record);
      loaded = {
        state: event === undefined ? loaded.state : decider.evolve(loaded.state, event),
        version: record.version,
        position: record.position,
      };
    }
    return loaded;
  }

  private async handle<State, Command, Event extends { readonly type: string }>(
    stream: string,
    prefix: string,
    decider: Decider<State, Command, Event>,
    load: () => Promise<Loaded<State>>,
    command: Command,
  ): Promise<Outcome<State>> {
    for (let attempt = 0; attempt < TRIES; attempt++) {
      const { state, version, position } = await load();
      const decision = decider.decide(state, command);
      if (!decision.ok) throw problemOf(decision.refusal);
      if (decision.events.length === 0) return { state, position, changed: false };
      const records = recordsOf(stream, version, prefix, decision.events);
      const result = await this.log.append([{ stream, expectedVersion: version < 0 ? 'none' : version, records }]);
      if (result.kind === 'appended') {
        return {
          state: decision.events.reduce((now, event) => decider.evolve(now, event), state),
          position: result.position,
          changed: true,
        };
      }
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
