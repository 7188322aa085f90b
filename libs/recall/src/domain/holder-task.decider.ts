import { accept, Decider, Decision, refuse } from './decider';
import {
  DueTimes,
  HolderTaskEvent,
  Holding,
  LadderRung,
  NoticeChanges,
  NoticeKind,
  TaskMark,
  WantedAnswer,
} from './holder-task.events';
import { evolveTask, HolderTaskState, noTask, onHand, wantedAnswer } from './holder-task.state';

export type HolderTaskCommand =
  | FindHolder
  | ReleaseHolder
  | { readonly type: 'NoteDelivery'; readonly version: number; readonly channel: string; readonly at: string }
  | {
      readonly type: 'NoteFailure';
      readonly version: number;
      readonly channel: string;
      readonly reason: string;
      readonly at: string;
    }
  | Escalate
  | { readonly type: 'Mark'; readonly mark: TaskMark; readonly reason: string; readonly at: string; readonly by: string }
  | { readonly type: 'Unmark'; readonly reason: string; readonly at: string; readonly by: string }
  | { readonly type: 'Verify'; readonly at: string; readonly by: string }
  | { readonly type: 'Answer'; readonly answer: AnswerEvent };

/** The graph or another holder says that this party has, had or sold affected goods. */
interface FindHolder {
  readonly type: 'FindHolder';
  readonly recallId: string;
  readonly party: string;
  readonly noticeId: string;
  readonly holding: Holding;
  readonly tracePosition: number;
  readonly contentVersion: number;
  readonly updates: boolean;
  readonly dueAt: DueTimes;
  readonly at: string;
  readonly forwardedBy?: string;
}

interface ReleaseHolder {
  readonly type: 'ReleaseHolder';
  readonly reason: string;
  readonly contentVersion: number;
  readonly dueAt: DueTimes;
  readonly at: string;
}

/** An answer is overdue by so much that the next rung of the ladder is due. */
interface Escalate {
  readonly type: 'Escalate';
  readonly answer: WantedAnswer;
  /** The rung that is due, counted from 1. */
  readonly level: number;
  readonly rung: LadderRung;
  readonly at: string;
}

/** An answer of the holder is a fact of its own. */
export type AnswerEvent = Exclude<
  Extract<HolderTaskEvent, { readonly by: string }>,
  { readonly type: 'TaskMarked' | 'TaskUnmarked' | 'TaskVerified' }
>;

/** One holder of one recall: what it was told, what it answered, what it has. */
export const holderTaskDecider: Decider<HolderTaskState, HolderTaskCommand, HolderTaskEvent> = {
  initial: noTask,
  decide,
  evolve: evolveTask,
};

function decide(state: HolderTaskState, command: HolderTaskCommand): Decision<HolderTaskEvent> {
  if (command.type === 'FindHolder') return find(state, command);
  if (!state.exists)
    return command.type === 'Answer' || command.type === 'Mark' || command.type === 'Verify'
      ? refuse('recall/unknown-notice', 'there is no such notice')
      : accept();
  switch (command.type) {
    case 'ReleaseHolder':
      return release(state, command);
    case 'NoteDelivery': {
      const { version, channel, at } = command;
      const known = state.deliveries.some((one) => one.version === version && one.channel === channel);
      return known || version > state.version ? accept() : accept({ type: 'NoticeDelivered', version, channel, at });
    }
    case 'NoteFailure':
      return accept({ ...command, type: 'NoticeDeliveryFailed' });
    case 'Escalate':
      return escalate(state, command);
    case 'Mark':
      return state.mark?.mark === command.mark ? accept() : accept({ ...command, type: 'TaskMarked' });
    case 'Unmark':
      return state.mark === undefined ? accept() : accept({ ...command, type: 'TaskUnmarked' });
    case 'Verify':
      return state.stage === 'verified' ? accept() : accept({ ...command, type: 'TaskVerified' });
    case 'Answer':
      if (command.answer.type === 'NoticeAcknowledged' && state.acknowledgedAt !== undefined) return accept();
      return accept(command.answer);
  }
}

function find(state: HolderTaskState, command: FindHolder): Decision<HolderTaskEvent> {
  const { recallId, party, noticeId, holding, tracePosition, contentVersion, dueAt, at, forwardedBy } = command;
  if (!state.exists || state.released) {
    const by = forwardedBy === undefined ? {} : { forwardedBy };
    return accept<HolderTaskEvent>(
      { type: 'HolderFound', recallId, party, noticeId, holding, tracePosition, at, ...by },
      notice(state, 'recall', { contentVersion, dueAt, at }),
    );
  }
  // What another holder says of this one adds nothing to what is known of it.
  if (forwardedBy !== undefined) return accept();
  const events: HolderTaskEvent[] = [];
  if (JSON.stringify(state.holding) !== JSON.stringify(holding))
    events.push({ type: 'HolderRevised', holding, tracePosition, at });
  const changes = changesSince(state.told, onHand(holding));
  // More goods than it was told of is news with full clocks of its own; fewer is not.
  if (changes.more) events.push(notice(state, 'update', { contentVersion, dueAt, at, changes }));
  else if (command.updates && state.contentVersion < contentVersion)
    events.push(notice(state, 'update', { contentVersion, dueAt: state.dueAt ?? dueAt, at, changes }));
  return accept(...events);
}

function release(state: HolderTaskState, { reason, contentVersion, dueAt, at }: ReleaseHolder): Decision<HolderTaskEvent> {
  if (state.released) return accept();
  return accept<HolderTaskEvent>({ type: 'HolderReleased', reason, at }, notice(state, 'release', { contentVersion, dueAt, at }));
}

/** Climbs one rung, once: a rung already climbed, an answer given meanwhile or another one wanted first changes nothing. */
function escalate(state: HolderTaskState, { answer, level, rung, at }: Escalate): Decision<HolderTaskEvent> {
  if (wantedAnswer(state) !== answer || state.escalations[answer] !== level - 1) return accept();
  const climbed: HolderTaskEvent = { type: 'TaskEscalated', answer, level, rung, at };
  if (rung === 'reminder' || rung === 'second_channel' || rung === 'after_hours_contact') {
    const { contentVersion, dueAt = { acknowledge: at, contain: at, reconcile: at } } = state;
    return accept(climbed, notice(state, 'reminder', { contentVersion, dueAt, at, rung }));
  }
  if (rung !== 'report_to_authority' || answer !== 'acknowledge') return accept(climbed);
  const reason = 'No acknowledgement, though every rung of the ladder was climbed.';
  return accept<HolderTaskEvent>(climbed, { type: 'TaskMarked', mark: 'non_responsive', reason, at, by: 'system' });
}

interface NoticeParts {
  readonly contentVersion: number;
  readonly dueAt: DueTimes;
  readonly at: string;
  readonly changes?: NoticeChanges;
  readonly rung?: LadderRung;
}

function notice(state: HolderTaskState, kind: NoticeKind, { changes, ...parts }: NoticeParts): HolderTaskEvent {
  const differs = changes !== undefined && changes.added.length + changes.removed.length > 0;
  return {
    type: 'NoticeIssued',
    version: state.version + 1,
    kind,
    ...parts,
    ...(differs ? { changes: { added: changes.added, removed: changes.removed } } : {}),
  };
}

/** Which products came to a holder or left it since it was last told, and whether there is more of any. */
function changesSince(
  told: Readonly<Record<string, number>>,
  now: Readonly<Record<string, number>>,
): NoticeChanges & { more: boolean } {
  const added = Object.keys(now).filter((product) => !(product in told));
  const removed = Object.keys(told).filter((product) => !(product in now));
  const more = Object.entries(now).some(([product, quantity]) => quantity > (told[product] ?? 0));
  return { added: added.sort(), removed: removed.sort(), more };
}
