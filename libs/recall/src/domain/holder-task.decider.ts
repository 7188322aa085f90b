import { accept, Decider, Decision, refuse } from './decider';
import {
  DisposalLine,
  DueTimes,
  ForwardTarget,
  HolderTaskEvent,
  Holding,
  NoticeKind,
  QuantityLine,
  ReconciliationLine,
} from './holder-task.events';

/** The stages of a task in their order; an answer implies the stages before it. */
export const STAGES = [
  'resolved',
  'sent',
  'delivered',
  'acknowledged',
  'assessed',
  'contained',
  'forwarded',
  'reconciled',
  'disposed',
] as const;
export type Stage = (typeof STAGES)[number];
export type TaskStateName = Stage | 'disputed' | 'released';

export interface HolderTaskState {
  readonly exists: boolean;
  readonly recallId: string;
  readonly party: string;
  readonly noticeId: string;
  readonly holding: Holding | undefined;
  readonly foundAt: string;
  readonly forwardedBy: string | undefined;
  readonly released: boolean;
  readonly stage: Stage;
  readonly disputed: string | undefined;
  readonly affected: boolean | undefined;
  readonly note: string | undefined;
  readonly version: number;
  readonly kind: NoticeKind;
  readonly contentVersion: number;
  readonly sentAt: string | undefined;
  /** Of the newest version. */
  readonly deliveredAt: string | undefined;
  /** Of any version: a later version never takes it back. */
  readonly everDeliveredAt: string | undefined;
  readonly deliveries: readonly { readonly version: number; readonly channel: string; readonly at: string }[];
  readonly acknowledgedAt: string | undefined;
  readonly containedAt: string | undefined;
  readonly reconciledAt: string | undefined;
  readonly disposedAt: string | undefined;
  readonly dueAt: DueTimes | undefined;
  readonly contained: readonly QuantityLine[] | undefined;
  readonly forwarded: readonly ForwardTarget[];
  readonly reconciled: readonly ReconciliationLine[] | undefined;
  readonly disposed: readonly DisposalLine[];
}

export type HolderTaskCommand =
  | {
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
  | {
      readonly type: 'ReleaseHolder';
      readonly reason: string;
      readonly contentVersion: number;
      readonly dueAt: DueTimes;
      readonly at: string;
    }
  | { readonly type: 'NoteDelivery'; readonly version: number; readonly channel: string; readonly at: string }
  | {
      readonly type: 'NoteFailure';
      readonly version: number;
      readonly channel: string;
      readonly reason: string;
      readonly at: string;
    }
  | { readonly type: 'Answer'; readonly answer: AnswerEvent };

/** An answer of the holder is a fact of its own. */
export type AnswerEvent = Extract<HolderTaskEvent, { readonly by: string }>;

const initial: HolderTaskState = {
  exists: false,
  recallId: '',
  party: '',
  noticeId: '',
  holding: undefined,
  foundAt: '',
  forwardedBy: undefined,
  released: false,
  stage: 'resolved',
  disputed: undefined,
  affected: undefined,
  note: undefined,
  version: 0,
  kind: 'recall',
  contentVersion: 0,
  sentAt: undefined,
  deliveredAt: undefined,
  everDeliveredAt: undefined,
  deliveries: [],
  acknowledgedAt: undefined,
  containedAt: undefined,
  reconciledAt: undefined,
  disposedAt: undefined,
  dueAt: undefined,
  contained: undefined,
  forwarded: [],
  reconciled: undefined,
  disposed: [],
};

/** One holder of one recall: what it was told, what it answered, what it has. */
export const holderTaskDecider: Decider<HolderTaskState, HolderTaskCommand, HolderTaskEvent> = { initial, decide, evolve };

function decide(state: HolderTaskState, command: HolderTaskCommand): Decision<HolderTaskEvent> {
  switch (command.type) {
    case 'FindHolder':
      return find(state, command);
    case 'ReleaseHolder':
      if (!state.exists || state.released) return accept();
      return accept(
        { type: 'HolderReleased', reason: command.reason, at: command.at },
        {
          type: 'NoticeIssued',
          version: state.version + 1,
          kind: 'release',
          contentVersion: command.contentVersion,
          at: command.at,
          dueAt: command.dueAt,
        },
      );
    case 'NoteDelivery': {
      const known = state.deliveries.some(({ version, channel }) => version === command.version && channel === command.channel);
      if (!state.exists || known || command.version > state.version) return accept();
      return accept({ type: 'NoticeDelivered', version: command.version, channel: command.channel, at: command.at });
    }
    case 'NoteFailure':
      if (!state.exists) return accept();
      return accept({
        type: 'NoticeDeliveryFailed',
        version: command.version,
        channel: command.channel,
        reason: command.reason,
        at: command.at,
      });
    case 'Answer':
      if (!state.exists) return refuse('recall/unknown-notice', 'there is no such notice');
      if (command.answer.type === 'NoticeAcknowledged' && state.acknowledgedAt !== undefined) return accept();
      return accept(command.answer);
  }
}

function find(state: HolderTaskState, command: Extract<HolderTaskCommand, { type: 'FindHolder' }>): Decision<HolderTaskEvent> {
  const { recallId, party, noticeId, holding, tracePosition, contentVersion, dueAt, at } = command;
  const issue = (kind: NoticeKind): HolderTaskEvent => ({
    type: 'NoticeIssued',
    version: state.version + 1,
    kind,
    contentVersion,
    at,
    dueAt,
  });
  if (!state.exists || state.released) {
    return accept(
      {
        type: 'HolderFound',
        recallId,
        party,
        noticeId,
        holding,
        tracePosition,
        at,
        ...(command.forwardedBy === undefined ? {} : { forwardedBy: command.forwardedBy }),
      },
      issue('recall'),
    );
  }
  const events: HolderTaskEvent[] = [];
  const changed = JSON.stringify(state.holding) !== JSON.stringify(holding);
  if (changed && command.forwardedBy === undefined) events.push({ type: 'HolderRevised', holding, tracePosition, at });
  if (command.updates && state.contentVersion < contentVersion) events.push(issue('update'));
  return accept(...events);
}

function evolve(state: HolderTaskState, event: HolderTaskEvent): HolderTaskState {
  switch (event.type) {
    case 'HolderFound':
      return {
        ...state,
        exists: true,
        released: false,
        recallId: event.recallId,
        party: event.party,
        noticeId: event.noticeId,
        holding: event.holding,
        foundAt: event.at,
        forwardedBy: event.forwardedBy,
      };
    case 'HolderRevised':
      return { ...state, holding: event.holding };
    case 'HolderReleased':
      return { ...state, released: true };
    case 'NoticeIssued':
      return reach(
        {
          ...state,
          version: event.version,
          kind: event.kind,
          contentVersion: event.contentVersion,
          sentAt: event.at,
          deliveredAt: undefined,
          dueAt: event.dueAt,
        },
        'sent',
      );
    case 'NoticeDelivered':
      return reach(
        {
          ...state,
          deliveries: [...state.deliveries, { version: event.version, channel: event.channel, at: event.at }],
          everDeliveredAt: state.everDeliveredAt ?? event.at,
          deliveredAt: event.version === state.version ? (state.deliveredAt ?? event.at) : state.deliveredAt,
        },
        'delivered',
      );
    case 'NoticeDeliveryFailed':
      return state;
    case 'NoticeAcknowledged':
      return reach(answered(state, event.at), 'acknowledged');
    case 'NoticeAssessed':
      return reach({ ...answered(state, event.at), affected: event.affected, note: event.note }, 'assessed');
    case 'GoodsContained':
      return reach(
        { ...answered(state, event.at), contained: event.lines, containedAt: state.containedAt ?? event.at },
        'contained',
      );
    case 'NoticeForwarded':
      return reach({ ...answered(state, event.at), forwarded: [...state.forwarded, ...event.to] }, 'forwarded');
    case 'GoodsReconciled':
      return reach(
        {
          ...answered(state, event.at),
          reconciled: event.lines,
          containedAt: state.containedAt ?? event.at,
          reconciledAt: state.reconciledAt ?? event.at,
        },
        'reconciled',
      );
    case 'GoodsDisposed':
      return reach(
        {
          ...answered(state, event.at),
          disposed: [...state.disposed, ...event.lines],
          containedAt: state.containedAt ?? event.at,
          disposedAt: state.disposedAt ?? event.at,
        },
        'disposed',
      );
    case 'NoticeDisputed':
      return { ...answered(state, event.at), disputed: event.reason };
  }
}

/** Who answers has read the notice. */
function answered(state: HolderTaskState, at: string): HolderTaskState {
  return {
    ...state,
    acknowledgedAt: state.acknowledgedAt ?? at,
    everDeliveredAt: state.everDeliveredAt ?? at,
    deliveredAt: state.deliveredAt ?? at,
  };
}

/** Stages are only ever gained: a new version never takes back an answer. */
function reach(state: HolderTaskState, stage: Stage): HolderTaskState {
  return STAGES.indexOf(stage) > STAGES.indexOf(state.stage) ? { ...state, stage } : state;
}

export function stateName(state: HolderTaskState): TaskStateName {
  if (state.released) return 'released';
  return state.disputed === undefined ? state.stage : 'disputed';
}

/** Contained or declared unaffected (API.md, "progress"). */
export function hasActed(state: HolderTaskState): boolean {
  return state.affected === false || state.containedAt !== undefined;
}

/** Nothing is left to do: declared unaffected, disposed of, or reconciled with nothing on hand. */
export function isDone(state: HolderTaskState): boolean {
  if (state.affected === false || state.disposedAt !== undefined) return true;
  return state.reconciled !== undefined && state.reconciled.every(({ onHand }) => onHand === 0);
}
