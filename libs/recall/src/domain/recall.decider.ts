import { accept, Decider, Decision, forbid, refuse } from './decider';
import { Actor, FiledPlan, RecallBasis, RecallContent, RecallEvent, RecallMode, ReportKind } from './recall.events';
import { evolveRecall, noRecall, Proposal, RecallState } from './recall.state';
import { mayMove, Move, MOVES } from './recall.transitions';

export type { RecallState } from './recall.state';

interface Stamp {
  readonly at: string;
  readonly by: Actor;
}

interface DecideRecall extends Stamp {
  readonly type: 'DecideRecall';
  readonly mode: RecallMode;
  readonly basis: RecallBasis;
  readonly content: RecallContent;
  readonly producers: readonly string[];
  readonly investigationId?: string;
  readonly knownAt?: string;
}

/** Which of the members count depends on the move. */
export interface MoveRecall extends Stamp {
  readonly type: 'Move';
  readonly move: Move;
  readonly reason?: string;
  readonly summary?: string;
  readonly plan?: FiledPlan;
  readonly changes?: Partial<RecallContent>;
  readonly narrows?: boolean;
  /** `answer-objection`: was the producer right? */
  readonly upheld?: boolean;
  /** `file-report` */
  readonly report?: { readonly kind: ReportKind; readonly regime?: string; readonly summary?: string };
  /** `approve`: which proposal; the newest one when left out. */
  readonly what?: Proposal['kind'];
}

export type RecallCommand = DecideRecall | MoveRecall;

/** A recall from its decision to its end (the table of moves is in `recall.transitions.ts`). */
export const recallDecider: Decider<RecallState, RecallCommand, RecallEvent> = {
  initial: noRecall,
  decide: (state, command) => (command.type === 'DecideRecall' ? decideRecall(state, command) : moveRecall(state, command)),
  evolve: evolveRecall,
};

function decideRecall(state: RecallState, command: DecideRecall): Decision<RecallEvent> {
  const { by, basis, producers } = command;
  if (state.phase !== 'absent') return refuse('recall/exists', 'this recall has been decided already');
  if (basis !== 'voluntary' && by.role !== 'authority')
    return forbid('recall/authority-only', 'only an authority requests or orders a recall');
  if (basis === 'voluntary' && by.role === 'producer' && !producers.includes(by.party ?? '')) {
    return forbid('recall/not-your-product', 'a voluntary recall is decided by the producer of the product, or by an authority');
  }
  return accept({ ...command, type: 'RecallDecided' });
}

function moveRecall(state: RecallState, command: MoveRecall): Decision<RecallEvent> {
  if (state.phase === 'absent') return refuse('recall/unknown', 'there is no such recall');
  const rule = MOVES[command.move];
  if (!mayMove(state, command.move, command.by))
    return forbid(`recall/not-allowed-to-${command.move}`, `${command.move} is for ${rule.by.join(' or ')}`);
  if (rule.settled.includes(state.phase)) return accept(); // the same wish twice: nothing new happened
  if (rule.path[state.phase] === undefined)
    return refuse('recall/wrong-state', `${command.move} is not possible while the recall is ${state.phase}`);
  return EFFECTS[command.move](state, command);
}

type Effect = (state: RecallState, command: MoveRecall) => Decision<RecallEvent>;

const why = (reason: string | undefined): { reason?: string } => (reason === undefined ? {} : { reason });

/** What each move makes true, given that the table allows it. */
const EFFECTS: Readonly<Record<Move, Effect>> = {
  plan: (_, { plan = { text: '{}' }, at, by }) => accept({ type: 'RecallPlanned', plan, at, by }),
  'accept-plan': (state, { at, by }) => {
    if (state.plan?.status === 'accepted') return accept();
    if (state.plan?.status !== 'filed') return refuse('recall/no-plan', 'no plan is waiting to be accepted');
    return accept({ type: 'PlanAccepted', at, by });
  },
  'return-plan': (state, { reason = '', at, by }) => {
    if (state.plan === undefined || state.plan.status === 'returned')
      return refuse('recall/no-plan', 'no plan is there to be returned');
    return accept({ type: 'PlanReturned', reason, at, by });
  },
  object: (state, { reason = '', at, by }) => {
    if (state.objection !== undefined) return refuse('recall/objection-exists', 'an objection has been raised already');
    return accept({ type: 'ObjectionRaised', reason, at, by });
  },
  'answer-objection': (state, { upheld = false, reason = '', at, by }) => {
    if (state.objection === undefined || state.objection.answeredAt !== undefined)
      return refuse('recall/no-objection', 'no objection is waiting for an answer');
    // Who was right to object gets the recall withdrawn, but freeing goods takes a second pair of eyes as always.
    const withdrawal: RecallEvent[] = upheld ? [{ type: 'WithdrawalProposed', reason, at, by }] : [];
    return accept<RecallEvent>({ type: 'ObjectionAnswered', upheld, reason, at, by }, ...withdrawal);
  },
  activate: (state, { at, by }) => accept({ type: 'RecallActivated', publication: publicationBy(state, by), at, by }),
  publish: (state, { at, by }) => {
    if (state.mode === 'drill') return refuse('recall/drill', 'a drill is never published');
    if (state.publishedAt !== undefined) return accept();
    return accept({ type: by.role === 'authority' ? 'RecallPublished' : 'PublicationProposed', at, by });
  },
  amend: (state, { changes = {}, narrows = false, reason, at, by }) => {
    if (narrows && state.activatedAt !== undefined) return accept({ type: 'NarrowingProposed', changes, ...why(reason), at, by });
    return accept({ type: 'RecallAmended', changes, narrows, ...why(reason), at, by });
  },
  suspend: (_, { reason, at, by }) => accept({ type: 'RecallSuspended', ...why(reason), at, by }),
  resume: (_, { at, by }) => accept({ type: 'RecallResumed', at, by }),
  'file-report': (_, { report = { kind: 'progress' }, at, by }) => accept({ type: 'ReportFiled', ...report, at, by }),
  complete: (_, { summary, at, by }) =>
    accept({ type: 'RecallCompleted', ...(summary === undefined ? {} : { summary }), at, by }),
  monitor: (_, { at, by }) => accept({ type: 'RecallMonitored', at, by }),
  terminate: (_, { reason = '', at, by }) => accept({ type: 'RecallTerminated', reason, at, by }),
  reopen: (_, { reason, at, by }) => accept({ type: 'RecallReopened', ...why(reason), at, by }),
  withdraw: (_, { reason = '', at, by }) => accept({ type: 'WithdrawalProposed', reason, at, by }),
  approve,
};

/** An authority's activation publishes; a producer's waits for a second key; a drill stays inside. */
function publicationBy({ mode }: RecallState, by: Actor): 'at-once' | 'proposed' | 'withheld' {
  if (mode === 'drill') return 'withheld';
  return by.role === 'authority' ? 'at-once' : 'proposed';
}

/** Narrowing and withdrawing take goods off the list, a producer's publication speaks to everybody: a second person confirms. */
function approve(state: RecallState, { what, at, by }: MoveRecall): Decision<RecallEvent> {
  const proposal = [...state.proposals].reverse().find(({ kind }) => what === undefined || kind === what);
  if (proposal === undefined)
    return refuse('recall/nothing-to-approve', `no ${what ?? 'narrowing, withdrawal or publication'} is waiting for approval`);
  if (proposal.by === by.keyId) return refuse('recall/four-eyes', 'who proposed it may not approve it: another key is needed');
  switch (proposal.kind) {
    case 'publish':
      return accept({ type: 'RecallPublished', at, by });
    case 'withdraw':
      return accept({ type: 'RecallWithdrawn', reason: proposal.reason ?? '', at, by });
    case 'narrow':
      return accept({ type: 'RecallAmended', changes: proposal.changes ?? {}, narrows: true, ...why(proposal.reason), at, by });
  }
}
