import { HolderTaskState } from '../domain/holder-task.state';
import { RecallState } from '../domain/recall.state';
import { RegimeBook } from '../regimes/regime-book';
import { AddLimit, Deadline, deadlinesOf, nextDeadline } from './domain/deadlines';
import { NextRung, nextRung } from './domain/ladder';

const RUNNING = ['decided', 'planned', 'active', 'suspended', 'completing', 'monitored', 'terminated'];

/** What falls due next on recalls and on their holders' tasks, by the profiles that are loaded. */
export class NextDue {
  constructor(
    private readonly regimes: RegimeBook,
    private readonly add: AddLimit,
  ) {}

  deadlines(state: RecallState, now: string): Deadline[] {
    return deadlinesOf(state, this.regimes.of(state.content?.regimes ?? []), this.add, now);
  }

  /** When the recall has to be looked at next; undefined: never, as far as is known now. */
  ofRecall(state: RecallState): string | undefined {
    if (!RUNNING.includes(state.phase)) return undefined;
    // Seen from the beginning, so that the first round of a recurring duty counts, however late the fold comes.
    return nextDeadline(this.deadlines(state, state.decidedAt ?? ''));
  }

  /** Whether or not the recall runs at the moment: a suspended one goes on where it was. */
  rung(task: HolderTaskState, recall: RecallState | undefined): NextRung | undefined {
    if (recall === undefined) return undefined;
    return nextRung(task, this.regimes.of(recall.content?.regimes ?? []), this.add);
  }

  ofTask(task: HolderTaskState, recall: RecallState | undefined): string | undefined {
    return this.rung(task, recall)?.at;
  }
}
