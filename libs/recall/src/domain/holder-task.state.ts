import {
  DisposalLine,
  DueTimes,
  ForwardTarget,
  HolderTaskEvent,
  Holding,
  NoticeKind,
  QuantityLine,
  ReconciliationLine,
  TaskMark,
  WantedAnswer,
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
  'verified',
] as const;
export type Stage = (typeof STAGES)[number];

/** Beside the stages: what keeps a task from going on. `bounced`: no channel could bring the newest version. */
export const SIDE_STATES = [
  'bounced',
  'unreachable',
  'non_responsive',
  'disputed',
  'refused',
  'waived',
  'out_of_business',
  'released',
] as const;
export type SideState = (typeof SIDE_STATES)[number];
export type TaskStateName = Stage | SideState;

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
  /** What an authority or a check said of the holder; an answer of the holder lifts those that only say it was silent. */
  readonly mark: { readonly mark: TaskMark; readonly reason: string; readonly at: string } | undefined;
  readonly bounced: boolean;
  /** How far the ladder was climbed for each answer that is wanted. */
  readonly escalations: Readonly<Record<WantedAnswer, number>>;
  readonly affected: boolean | undefined;
  readonly note: string | undefined;
  readonly version: number;
  readonly kind: NoticeKind;
  readonly contentVersion: number;
  /** On hand or on the way, by product, as the newest notice told it. */
  readonly told: Readonly<Record<string, number>>;
  /** What the newest version added to and took from the one before, by product. */
  readonly changes: { readonly added: readonly string[]; readonly removed: readonly string[] } | undefined;
  /** More affected goods turned up after the holder's last answer about goods. */
  readonly moreSince: string | undefined;
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

export const noTask: HolderTaskState = {
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
  mark: undefined,
  bounced: false,
  escalations: { acknowledge: 0, contain: 0, reconcile: 0 },
  affected: undefined,
  note: undefined,
  version: 0,
  kind: 'recall',
  contentVersion: 0,
  told: {},
  changes: undefined,
  moreSince: undefined,
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

/** Marks that say no more than that nothing was heard. */
const SILENCE: readonly TaskMark[] = ['unreachable', 'non_responsive'];

export function evolveTask(state: HolderTaskState, event: HolderTaskEvent): HolderTaskState {
  switch (event.type) {
    case 'HolderFound': {
      const { recallId, party, noticeId, holding, forwardedBy } = event;
      return { ...state, exists: true, released: false, recallId, party, noticeId, holding, foundAt: event.at, forwardedBy };
    }
    case 'HolderRevised':
      return { ...state, holding: event.holding };
    case 'HolderReleased':
      return { ...state, released: true };
    case 'NoticeIssued':
      return reach(issued(state, event), 'sent');
    case 'NoticeDelivered':
      return reach(
        {
          ...state,
          deliveries: [...state.deliveries, { version: event.version, channel: event.channel, at: event.at }],
          everDeliveredAt: state.everDeliveredAt ?? event.at,
          deliveredAt: event.version === state.version ? (state.deliveredAt ?? event.at) : state.deliveredAt,
          bounced: event.version === state.version ? false : state.bounced,
        },
        'delivered',
      );
    case 'NoticeDeliveryFailed':
      return event.version === state.version && state.deliveredAt === undefined ? { ...state, bounced: true } : state;
    case 'TaskEscalated':
      return { ...state, escalations: { ...state.escalations, [event.answer]: event.level } };
    case 'TaskMarked':
      return { ...state, mark: { mark: event.mark, reason: event.reason, at: event.at } };
    case 'TaskUnmarked':
      return { ...state, mark: undefined };
    case 'TaskVerified':
      return reach(state, 'verified');
    case 'NoticeAcknowledged':
      return reach(answered(state, event.at), 'acknowledged');
    case 'NoticeAssessed':
      return reach({ ...answered(state, event.at), affected: event.affected, note: event.note }, 'assessed');
    case 'GoodsContained':
      return reach({ ...counted(state, event.at), contained: event.lines }, 'contained');
    case 'NoticeForwarded':
      return reach({ ...answered(state, event.at), forwarded: [...state.forwarded, ...event.to] }, 'forwarded');
    case 'GoodsReconciled':
      return reach(
        { ...counted(state, event.at), reconciled: event.lines, reconciledAt: state.reconciledAt ?? event.at },
        'reconciled',
      );
    case 'GoodsDisposed':
      return reach(
        {
          ...counted(state, event.at),
          disposed: [...state.disposed, ...event.lines.map((line) => ({ ...line, at: event.at }))],
          disposedAt: state.disposedAt ?? event.at,
        },
        'disposed',
      );
    case 'NoticeDisputed':
      return { ...answered(state, event.at), disputed: event.reason };
    case 'NoticeRefused':
      return { ...answered(state, event.at), mark: { mark: 'refused', reason: event.reason, at: event.at } };
  }
}

function issued(state: HolderTaskState, event: Extract<HolderTaskEvent, { type: 'NoticeIssued' }>): HolderTaskState {
  const { version, kind, contentVersion, dueAt, at } = event;
  const told = event.kind === 'reminder' ? state.told : onHand(state.holding);
  const more = Object.entries(told).some(([product, quantity]) => quantity > (state.told[product] ?? 0));
  return {
    ...state,
    version,
    kind,
    contentVersion,
    dueAt,
    told,
    changes: event.changes,
    moreSince: more && state.containedAt !== undefined ? at : state.moreSince,
    sentAt: at,
    deliveredAt: undefined,
    bounced: false,
  };
}

/** Affected goods that a holder has or awaits, by product. */
export function onHand(holding: Holding | undefined): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const { product, state, quantity } of holding?.rows ?? [])
    if (state === 'held' || state === 'in_transit') sums[product] = (sums[product] ?? 0) + (quantity ?? 0);
  return sums;
}

/** Who answers has read the notice. */
function answered(state: HolderTaskState, at: string): HolderTaskState {
  const silent = state.mark !== undefined && SILENCE.includes(state.mark.mark);
  return {
    ...state,
    mark: silent ? undefined : state.mark,
    bounced: false,
    acknowledgedAt: state.acknowledgedAt ?? at,
    everDeliveredAt: state.everDeliveredAt ?? at,
    deliveredAt: state.deliveredAt ?? at,
  };
}

/** An answer about goods speaks of all that were there when it was given. */
function counted(state: HolderTaskState, at: string): HolderTaskState {
  return { ...answered(state, at), containedAt: state.containedAt ?? at, moreSince: undefined };
}

/** Stages are only ever gained: a new version never takes back an answer. */
function reach(state: HolderTaskState, stage: Stage): HolderTaskState {
  return STAGES.indexOf(stage) > STAGES.indexOf(state.stage) ? { ...state, stage } : state;
}

/** Where a task stands, in one word: what hinders it first, else the stage it has reached. */
export function stateName(state: HolderTaskState): TaskStateName {
  if (state.released) return 'released';
  if (state.mark !== undefined) return state.mark.mark;
  if (state.disputed !== undefined) return 'disputed';
  return state.bounced && state.everDeliveredAt === undefined ? 'bounced' : state.stage;
}

/** Contained or declared unaffected (API.md, "progress"). */
export function hasActed(state: HolderTaskState): boolean {
  return state.affected === false || state.containedAt !== undefined;
}

/** Nothing is left to do: declared unaffected, disposed of, or reconciled with nothing on hand; and no more goods since. */
export function isDone(state: HolderTaskState): boolean {
  if (state.moreSince !== undefined) return false;
  if (state.affected === false || state.disposedAt !== undefined) return true;
  return state.reconciled !== undefined && state.reconciled.every(({ onHand }) => onHand === 0);
}

/** The first answer that is still wanted of a holder whom one may expect to give it. */
export function wantedAnswer(state: HolderTaskState): WantedAnswer | undefined {
  if (!state.exists || state.released || state.disputed !== undefined) return undefined;
  if (state.mark !== undefined && !SILENCE.includes(state.mark.mark)) return undefined;
  if (state.acknowledgedAt === undefined) return 'acknowledge';
  if (!hasActed(state) || state.moreSince !== undefined) return 'contain';
  return isDone(state) || state.reconciledAt !== undefined ? undefined : 'reconcile';
}
