import { HolderTaskState, wantedAnswer } from '../../domain/holder-task.state';
import { LadderRung, WantedAnswer } from '../../domain/holder-task.events';
import { Regime } from '../../regimes/regime';
import { AddLimit } from './deadlines';

/** The rung of the ladder that comes next for a holder who does not answer. */
export interface NextRung {
  readonly answer: WantedAnswer;
  /** Counted from 1. */
  readonly level: number;
  readonly rung: LadderRung;
  /** RFC 3339. */
  readonly at: string;
}

/**
 * What is done next about a holder's missing answer, and when. Of several regimes the one whose rung comes first decides: a
 * strict law is not weakened by a mild one beside it.
 */
export function nextRung(task: HolderTaskState, regimes: readonly Regime[], add: AddLimit): NextRung | undefined {
  const answer = wantedAnswer(task);
  const due = answer === undefined ? undefined : task.dueAt?.[answer];
  if (answer === undefined || due === undefined) return undefined;
  const level = task.escalations[answer] + 1;
  return regimes
    .flatMap((regime) => {
      const step = regime.ladder[level - 1];
      return step === undefined ? [] : [{ answer, level, rung: step.step, at: add(step.after, due, regime).at }];
    })
    .sort((one, other) => Date.parse(one.at) - Date.parse(other.at))[0];
}
