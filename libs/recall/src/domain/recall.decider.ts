import { accept, Decider, Decision, forbid, refuse } from './decider';
import { Actor, RecallBasis, RecallContent, RecallEvent, RecallMode, RecallPhase } from './recall.events';
import { mayMove, Move, MOVES } from './recall.transitions';

export interface RecallState {
  readonly phase: RecallPhase | 'absent';
  readonly mode: RecallMode;
  readonly basis: RecallBasis;
  readonly content: RecallContent | undefined;
  /** Parties whose product it is. */
  readonly producers: readonly string[];
  /** Grows with every amendment. */
  readonly contentVersion: number;
  readonly decidedAt: string | undefined;
  readonly activatedAt: string | undefined;
  readonly completedAt: string | undefined;
  readonly terminatedAt: string | undefined;
  /** What waits for a second pair of eyes. */
  readonly proposal:
    | {
        readonly kind: 'narrow' | 'withdraw';
        readonly by: string;
        readonly changes?: Partial<RecallContent>;
        readonly reason?: string;
      }
    | undefined;
  readonly lastResolution: { readonly tracePosition: number; readonly products: readonly string[] } | undefined;
}

interface Stamp {
  readonly at: string;
  readonly by: Actor;
}

export type RecallCommand =
  | ({
      readonly type: 'DecideRecall';
      readonly mode: RecallMode;
      readonly basis: RecallBasis;
      readonly content: RecallContent;
      readonly producers: readonly string[];
    } & Stamp)
  | ({
      readonly type: 'Move';
      readonly move: Move;
      readonly reason?: string;
      readonly summary?: string;
      readonly plan?: Readonly<Record<string, unknown>>;
      readonly changes?: Partial<RecallContent>;
      readonly narrows?: boolean;
    } & Stamp);

const initial: RecallState = {
  phase: 'absent',
  mode: 'real',
  basis: 'voluntary',
  content: undefined,
  producers: [],
  contentVersion: 0,
  decidedAt: undefined,
  activatedAt: undefined,
  completedAt: undefined,
  terminatedAt: undefined,
  proposal: undefined,
  lastResolution: undefined,
};

/** A recall from its decision to its end (recall-domain states; the table of moves is in `recall.transitions.ts`). */
export const recallDecider: Decider<RecallState, RecallCommand, RecallEvent> = { initial, decide, evolve };

function decide(state: RecallState, command: RecallCommand): Decision<RecallEvent> {
  const { at, by } = command;
  if (command.type === 'DecideRecall') {
    if (state.phase !== 'absent') return refuse('recall/exists', 'this recall has been decided already');
    if (command.basis !== 'voluntary' && by.role !== 'authority')
      return forbid('recall/authority-only', 'only an authority requests or orders a recall');
    if (command.basis === 'voluntary' && by.role === 'producer' && !command.producers.includes(by.party ?? '')) {
      return forbid(
        'recall/not-your-product',
        'a voluntary recall is decided by the producer of the product, or by an authority',
      );
    }
    return accept({
      type: 'RecallDecided',
      mode: command.mode,
      basis: command.basis,
      content: command.content,
      producers: command.producers,
      at,
      by,
    });
  }
  if (state.phase === 'absent') return refuse('recall/unknown', 'there is no such recall');
  const rule = MOVES[command.move];
  if (!mayMove(state, command.move, by))
    return forbid(`recall/not-allowed-to-${command.move}`, `${command.move} is for ${rule.by.join(' or ')}`);
  if (rule.settled.includes(state.phase)) return accept(); // the same wish twice: nothing new happened
  if (!rule.from.includes(state.phase))
    return refuse('recall/wrong-state', `${command.move} is not possible while the recall is ${state.phase}`);
  return move(state, command);
}

function move(state: RecallState, command: Extract<RecallCommand, { type: 'Move' }>): Decision<RecallEvent> {
  const { at, by, reason } = command;
  const why = reason === undefined ? {} : { reason };
  switch (command.move) {
    case 'plan':
      return accept({ type: 'RecallPlanned', plan: command.plan ?? {}, at, by });
    case 'activate':
      return accept({ type: 'RecallActivated', at, by });
    case 'amend':
      if (command.narrows === true && state.activatedAt !== undefined)
        return accept({ type: 'NarrowingProposed', changes: command.changes ?? {}, ...why, at, by });
      return accept({ type: 'RecallAmended', changes: command.changes ?? {}, narrows: command.narrows ?? false, ...why, at, by });
    case 'suspend':
      return accept({ type: 'RecallSuspended', ...why, at, by });
    case 'resume':
      return accept({ type: 'RecallResumed', at, by });
    case 'complete':
      return accept({ type: 'RecallCompleted', ...(command.summary === undefined ? {} : { summary: command.summary }), at, by });
    case 'monitor':
      return accept({ type: 'RecallMonitored', at, by });
    case 'terminate':
      return accept({ type: 'RecallTerminated', reason: reason ?? '', at, by });
    case 'reopen':
      return accept({ type: 'RecallReopened', ...why, at, by });
    case 'withdraw':
      return accept({ type: 'WithdrawalProposed', reason: reason ?? '', at, by });
    case 'approve':
      return approve(state, command);
  }
}

/** Narrowing and withdrawing take goods off the list: a second person confirms (four eyes). */
function approve(state: RecallState, { at, by }: Extract<RecallCommand, { type: 'Move' }>): Decision<RecallEvent> {
  const { proposal } = state;
  if (proposal === undefined) return refuse('recall/nothing-to-approve', 'no narrowing or withdrawal is waiting for approval');
  if (proposal.by === by.keyId) return refuse('recall/four-eyes', 'who proposed it may not approve it: another key is needed');
  const why = proposal.reason === undefined ? {} : { reason: proposal.reason };
  if (proposal.kind === 'withdraw') return accept({ type: 'RecallWithdrawn', reason: proposal.reason ?? '', at, by });
  return accept({ type: 'RecallAmended', changes: proposal.changes ?? {}, narrows: true, ...why, at, by });
}

function evolve(state: RecallState, event: RecallEvent): RecallState {
  switch (event.type) {
    case 'RecallDecided':
      return {
        ...state,
        phase: 'decided',
        mode: event.mode,
        basis: event.basis,
        content: event.content,
        producers: event.producers,
        contentVersion: 1,
        decidedAt: event.at,
      };
    case 'RecallPlanned':
      return { ...state, phase: 'planned' };
    case 'RecallActivated':
      return { ...state, phase: 'active', activatedAt: state.activatedAt ?? event.at };
    case 'RecallAmended':
      return {
        ...state,
        content: state.content === undefined ? undefined : { ...state.content, ...event.changes },
        contentVersion: state.contentVersion + 1,
        proposal: undefined,
      };
    case 'NarrowingProposed':
      return {
        ...state,
        proposal: {
          kind: 'narrow',
          by: event.by.keyId,
          changes: event.changes,
          ...(event.reason === undefined ? {} : { reason: event.reason }),
        },
      };
    case 'WithdrawalProposed':
      return { ...state, proposal: { kind: 'withdraw', by: event.by.keyId, reason: event.reason } };
    case 'RecallSuspended':
      return { ...state, phase: 'suspended' };
    case 'RecallResumed':
      return { ...state, phase: 'active' };
    case 'RecallCompleted':
      return { ...state, phase: 'completing', completedAt: event.at };
    case 'RecallMonitored':
      return { ...state, phase: 'monitored' };
    case 'RecallTerminated':
      return { ...state, phase: 'terminated', terminatedAt: event.at };
    case 'RecallReopened':
      return { ...state, phase: 'active' };
    case 'RecallWithdrawn':
      return { ...state, phase: 'withdrawn_in_error', proposal: undefined };
    case 'ScopeResolved':
      return { ...state, lastResolution: { tracePosition: event.tracePosition, products: event.products } };
    case 'PostRecallMovementSeen':
      return state;
  }
}
