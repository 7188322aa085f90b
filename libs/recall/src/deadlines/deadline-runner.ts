import { Clock, Database, Progress } from '@suyuan/platform';
import { setTimeout as wait } from 'node:timers/promises';
import { HolderTaskState } from '../domain/holder-task.state';
import { DeadlineMissed } from '../domain/recall.events';
import { RecallState } from '../domain/recall.state';
import { TaskBatch } from '../processes/task-batch';
import { RecallStreams } from '../processes/recall-streams';
import { RECALL_PROJECTION } from '../projection/recall-follower';
import { DueRenewal } from './due-renewal';
import { NextDue } from './next-due';

export const RECALL_DEADLINES = 'recall-deadlines';

const LOOK_EVERY_MS = 1_000;
const RECALLS_AT_ONCE = 100;
const TASKS_AT_ONCE = 500;
/** Phases in which holders are still expected to answer. */
const CLIMBING = ['active', 'completing', 'monitored'];

/**
 * Notes deadlines that passed unmet, and climbs the ladder for holders who do not answer. What is due stands in the read
 * models, and what was done stands in the log under an id made of what fell due: a process killed at any point neither loses
 * a deadline nor notes one twice.
 */
export class DeadlineRunner {
  readonly name = RECALL_DEADLINES;
  private stopping = new AbortController();
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly database: Database,
    private readonly progress: Progress,
    private readonly clock: Clock,
    private readonly streams: RecallStreams,
    private readonly tasks: TaskBatch,
    private readonly due: NextDue,
    private readonly renewal: DueRenewal,
    private readonly onError: (error: unknown) => void,
  ) {}

  async start(): Promise<void> {
    await this.renewal.run();
    this.stopping = new AbortController();
    this.running = this.follow(this.stopping.signal);
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  /** Handles everything that is due now. @returns how many recalls and tasks were due */
  async tick(): Promise<number> {
    const now = this.clock.now();
    const recalls = await this.database.query<{ id: string; state: RecallState }>(
      'SELECT id, state FROM recall_recall WHERE next_at <= $1 ORDER BY next_at LIMIT $2',
      [now, RECALLS_AT_ONCE],
    );
    let last = 0;
    for (const { id, state } of recalls) last = Math.max(last, await this.noteMissed(id, state, now));
    const tasks = await this.database.query<{ recall_id: string; party: string; state: HolderTaskState; recall: RecallState }>(
      `SELECT t.recall_id, t.party, t.state, r.state AS recall FROM recall_task t JOIN recall_recall r ON r.id = t.recall_id
        WHERE t.next_at <= $1 AND r.phase = ANY($2::text[]) ORDER BY t.next_at LIMIT $3`,
      [now, CLIMBING, TASKS_AT_ONCE],
    );
    last = Math.max(last, await this.climb(tasks, now));
    if (last > 0) await this.visible(last);
    return recalls.length + tasks.length;
  }

  private async noteMissed(id: string, state: RecallState, now: Date): Promise<number> {
    const missed = this.due
      .deadlines(state, now.toISOString())
      .flatMap(({ key, regime, name, met, dueAt, status }): DeadlineMissed[] =>
        status === 'running' && met !== undefined && dueAt !== undefined && Date.parse(dueAt) <= now.getTime()
          ? [{ type: 'DeadlineMissed', deadline: key, regime, name, dueAt, at: now.toISOString() }]
          : [],
      );
    return this.streams.noteAll(
      id,
      missed.map((event) => ({ event, identity: JSON.stringify([event.deadline, event.dueAt]) })),
    );
  }

  private async climb(
    tasks: readonly { recall_id: string; party: string; state: HolderTaskState; recall: RecallState }[],
    now: Date,
  ): Promise<number> {
    const at = now.toISOString();
    const commands = tasks.flatMap(({ recall_id: recallId, party, state, recall }) => {
      const rung = this.due.rung(state, recall);
      if (rung === undefined || Date.parse(rung.at) > now.getTime()) return [];
      const { answer, level, rung: step } = rung;
      return [{ recallId, party, command: { type: 'Escalate', answer, level, rung: step, at } as const }];
    });
    return (await this.tasks.handle(commands)).position;
  }

  private async follow(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const found = await this.tick().catch((error: unknown) => {
        if (!signal.aborted) this.onError(error);
        return 0;
      });
      if (found === 0) await wait(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Waits until the read models show what was done, so that the next look does not find it due again. */
  private async visible(position: number): Promise<void> {
    const reached = (): number => this.progress.followers().find(({ name }) => name === RECALL_PROJECTION)?.position ?? 0;
    while (!this.stopping.signal.aborted && reached() < position) await wait(5);
  }
}
