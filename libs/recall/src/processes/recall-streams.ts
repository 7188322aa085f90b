import { createHash } from 'node:crypto';
import { EventLogPort, Json, NewRecord } from '@suyuan/event-log';
import { holderTaskDecider, HolderTaskCommand } from '../domain/holder-task.decider';
import { HolderTaskEvent } from '../domain/holder-task.events';
import { HolderTaskState } from '../domain/holder-task.state';
import { recallDecider, RecallCommand, RecallState } from '../domain/recall.decider';
import { TASK_COMMAND_WORDS } from '../domain/holder-task.words';
import { RecallDecided, RecallEvent } from '../domain/recall.events';
import { RECALL_COMMAND_WORDS } from '../domain/recall.words';
import { Words } from '../privacy/words';
import { readRecallEvent, RECALL_RECORD, recallStream, TASK_RECORD, taskStream } from '../projection/records';
import { DecidedStreams, Outcome } from './decided-stream';

/** The streams of recalls and of their holders' tasks. */
export class RecallStreams {
  private readonly recalls: DecidedStreams<RecallState, RecallCommand, RecallEvent>;
  private readonly tasks: DecidedStreams<HolderTaskState, HolderTaskCommand, HolderTaskEvent>;

  constructor(
    private readonly log: EventLogPort,
    words: Words,
  ) {
    this.recalls = new DecidedStreams(log, { decider: recallDecider, prefix: RECALL_RECORD, words: RECALL_COMMAND_WORDS }, words);
    this.tasks = new DecidedStreams(log, { decider: holderTaskDecider, prefix: TASK_RECORD, words: TASK_COMMAND_WORDS }, words);
  }

  async recall(id: string, command: RecallCommand): Promise<Outcome<RecallState>> {
    return this.recalls.handle(recallStream(id), command);
  }

  async task(recallId: string, party: string, command: HolderTaskCommand): Promise<Outcome<HolderTaskState>> {
    return this.tasks.handle(taskStream(recallId, party), command);
  }

  async readRecall(id: string): Promise<RecallState> {
    return (await this.recallAt(id)).state;
  }

  /** A recall as its stream tells it, and the position of the newest record. */
  async recallAt(id: string): Promise<{ readonly state: RecallState; readonly position: number }> {
    const { state, position } = await this.recalls.read(recallStream(id));
    return { state, position };
  }

  /** How a recall began; undefined while there is none. Its words are ids. */
  async decisionOf(id: string): Promise<RecallDecided | undefined> {
    const events = (await this.log.readStream(recallStream(id))).flatMap((record) => readRecallEvent(record) ?? []);
    return events.find((event) => event.type === 'RecallDecided');
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
}
