import { EventLogPort, StreamAppend } from '@suyuan/event-log';
import { Database } from '@suyuan/platform';
import { holderTaskDecider, HolderTaskCommand } from '../domain/holder-task.decider';
import { HolderTaskState, noTask } from '../domain/holder-task.state';
import { TASK_RECORD, taskStream } from '../projection/records';
import { recordsOf } from './decided-stream';
import { RecallStreams } from './recall-streams';

/** A command to one holder's task. */
export interface TaskCommand {
  readonly recallId: string;
  readonly party: string;
  readonly command: HolderTaskCommand;
}

const TASKS_AT_ONCE = 250;

/**
 * Many tasks in few steps: their states come from the read model, and what is decided is appended together. Where the model
 * lags behind its stream the append is refused, and those tasks are handled one by one from their streams.
 */
export class TaskBatch {
  constructor(
    private readonly log: EventLogPort,
    private readonly database: Database,
    private readonly streams: RecallStreams,
  ) {}

  /** @returns the last log position written, 0 if nothing changed, and the tasks that changed */
  async handle(commands: readonly TaskCommand[]): Promise<{ readonly position: number; readonly changed: number }> {
    let position = 0;
    let changed = 0;
    for (let from = 0; from < commands.length; from += TASKS_AT_ONCE) {
      const outcome = await this.chunk(commands.slice(from, from + TASKS_AT_ONCE));
      position = Math.max(position, outcome.position);
      changed += outcome.changed;
    }
    return { position, changed };
  }

  private async chunk(commands: readonly TaskCommand[]): Promise<{ position: number; changed: number }> {
    const known = await this.known(commands);
    const appends: StreamAppend[] = [];
    for (const { recallId, party, command } of commands) {
      const { state, version } = known.get(`${recallId}\n${party}`) ?? { state: noTask, version: -1 };
      const decision = holderTaskDecider.decide(state, command);
      if (!decision.ok || decision.events.length === 0) continue;
      const stream = taskStream(recallId, party);
      appends.push({
        stream,
        expectedVersion: version < 0 ? 'none' : version,
        records: recordsOf(stream, version, TASK_RECORD, decision.events),
      });
    }
    if (appends.length === 0) return { position: 0, changed: 0 };
    const result = await this.log.append(appends);
    if (result.kind === 'appended') return { position: result.position, changed: appends.length };
    return this.oneByOne(commands);
  }

  private async oneByOne(commands: readonly TaskCommand[]): Promise<{ position: number; changed: number }> {
    let position = 0;
    let changed = 0;
    for (const { recallId, party, command } of commands) {
      const outcome = await this.streams.task(recallId, party, command);
      if (!outcome.changed) continue;
      position = Math.max(position, outcome.position);
      changed += 1;
    }
    return { position, changed };
  }

  private async known(
    commands: readonly TaskCommand[],
  ): Promise<ReadonlyMap<string, { readonly state: HolderTaskState; readonly version: number }>> {
    const rows = await this.database.query<{ recall_id: string; party: string; state: HolderTaskState; version: number }>(
      `SELECT recall_id, party, state, version FROM recall_task
         JOIN unnest($1::text[], $2::text[]) AS wanted (recall_id, party) USING (recall_id, party)`,
      [commands.map(({ recallId }) => recallId), commands.map(({ party }) => party)],
    );
    return new Map(rows.map(({ recall_id, party, ...row }) => [`${recall_id}\n${party}`, row]));
  }
}
