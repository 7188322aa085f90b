import { RecallBasis, RecallContent, RecallEvent, RecallMode, RecallPhase, ReportKind } from './recall.events';

/** What waits for a second pair of eyes. */
export interface Proposal {
  readonly kind: 'narrow' | 'withdraw' | 'publish';
  /** Key id: who proposed it may not approve it. */
  readonly by: string;
  readonly changes?: Partial<RecallContent>;
  readonly reason?: string;
}

export interface RecallState {
  readonly phase: RecallPhase | 'absent';
  readonly mode: RecallMode;
  readonly basis: RecallBasis;
  readonly content: RecallContent | undefined;
  /** Parties whose product it is. */
  readonly producers: readonly string[];
  /** Grows with every amendment. */
  readonly contentVersion: number;
  /** When the signals behind it were first known, if it grew out of an investigation. */
  readonly knownAt: string | undefined;
  readonly decidedAt: string | undefined;
  readonly activatedAt: string | undefined;
  readonly publishedAt: string | undefined;
  /** Of the newest amendment of the scope. */
  readonly amendedAt: string | undefined;
  readonly completedAt: string | undefined;
  readonly terminatedAt: string | undefined;
  /** The plan that stands: the newest one filed. */
  readonly plan: PlanStatus | undefined;
  readonly objection: ObjectionStatus | undefined;
  readonly reports: readonly FiledReport[];
  /** Oldest first. */
  readonly proposals: readonly Proposal[];
  /** Keys of the deadlines that passed unmet (`deadlines/domain`). */
  readonly missed: readonly string[];
  readonly lastResolution: { readonly tracePosition: number; readonly products: readonly string[] } | undefined;
}

export interface PlanStatus {
  readonly status: 'filed' | 'accepted' | 'returned';
  readonly filedAt: string;
  readonly reason?: string;
}

export interface ObjectionStatus {
  readonly raisedAt: string;
  readonly reason: string;
  readonly answeredAt?: string;
  readonly upheld?: boolean;
  readonly answer?: string;
}

export interface FiledReport {
  readonly kind: ReportKind;
  readonly at: string;
  readonly regime?: string;
}

export const noRecall: RecallState = {
  phase: 'absent',
  mode: 'real',
  basis: 'voluntary',
  content: undefined,
  producers: [],
  contentVersion: 0,
  knownAt: undefined,
  decidedAt: undefined,
  activatedAt: undefined,
  publishedAt: undefined,
  amendedAt: undefined,
  completedAt: undefined,
  terminatedAt: undefined,
  plan: undefined,
  objection: undefined,
  reports: [],
  proposals: [],
  missed: [],
  lastResolution: undefined,
};

/** Folds one fact. Total: facts that came before a recall was decided change nothing but themselves. */
export function evolveRecall(state: RecallState, event: RecallEvent): RecallState {
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
        knownAt: event.knownAt,
      };
    case 'RecallPlanned':
      return {
        ...state,
        phase: state.phase === 'decided' ? 'planned' : state.phase,
        plan: { status: 'filed', filedAt: event.at },
      };
    case 'PlanAccepted':
      return { ...state, plan: { ...filed(state, event.at), status: 'accepted' } };
    case 'PlanReturned':
      return {
        ...state,
        phase: state.phase === 'planned' ? 'decided' : state.phase,
        plan: { ...filed(state, event.at), status: 'returned', reason: event.reason },
      };
    case 'ObjectionRaised':
      return { ...state, objection: { raisedAt: event.at, reason: event.reason } };
    case 'ObjectionAnswered': {
      const raised = state.objection ?? { raisedAt: event.at, reason: '' };
      return { ...state, objection: { ...raised, answeredAt: event.at, upheld: event.upheld, answer: event.reason } };
    }
    case 'RecallActivated': {
      const active: RecallState = { ...state, phase: 'active', activatedAt: state.activatedAt ?? event.at };
      if (event.publication === 'withheld') return active;
      if (event.publication === 'proposed') return propose(active, { kind: 'publish', by: event.by.keyId });
      return { ...active, publishedAt: state.publishedAt ?? event.at };
    }
    case 'PublicationProposed':
      return propose(state, { kind: 'publish', by: event.by.keyId });
    case 'RecallPublished':
      return { ...without(state, 'publish'), publishedAt: state.publishedAt ?? event.at };
    case 'RecallAmended':
      return {
        ...(event.narrows ? without(state, 'narrow') : state),
        content: state.content === undefined ? undefined : { ...state.content, ...event.changes },
        contentVersion: state.contentVersion + 1,
        amendedAt: event.changes.scope === undefined ? state.amendedAt : event.at,
      };
    case 'NarrowingProposed':
      return propose(state, { kind: 'narrow', by: event.by.keyId, changes: event.changes, ...why(event.reason) });
    case 'WithdrawalProposed':
      return propose(state, { kind: 'withdraw', by: event.by.keyId, reason: event.reason });
    case 'RecallSuspended':
      return { ...state, phase: 'suspended' };
    case 'RecallResumed':
      return { ...state, phase: 'active' };
    case 'ReportFiled':
      return { ...state, reports: [...state.reports, { kind: event.kind, at: event.at, ...regimeOf(event.regime) }] };
    case 'RecallCompleted':
      return { ...state, phase: 'completing', completedAt: event.at };
    case 'RecallMonitored':
      return { ...state, phase: 'monitored' };
    case 'RecallTerminated':
      return { ...state, phase: 'terminated', terminatedAt: event.at };
    case 'RecallReopened':
      return { ...state, phase: 'active', completedAt: undefined, terminatedAt: undefined };
    case 'RecallWithdrawn':
      return { ...state, phase: 'withdrawn_in_error', proposals: [] };
    case 'DeadlineMissed':
      return state.missed.includes(event.deadline) ? state : { ...state, missed: [...state.missed, event.deadline] };
    case 'ScopeResolved':
      return { ...state, lastResolution: { tracePosition: event.tracePosition, products: event.products } };
    case 'PostRecallMovementSeen':
      return state;
  }
}

const filed = ({ plan }: RecallState, at: string): PlanStatus => plan ?? { status: 'filed', filedAt: at };
const why = (reason: string | undefined): { reason?: string } => (reason === undefined ? {} : { reason });
const regimeOf = (regime: string | undefined): { regime?: string } => (regime === undefined ? {} : { regime });

/** A newer proposal of a kind takes the place of the older one. */
function propose(state: RecallState, proposal: Proposal): RecallState {
  return { ...state, proposals: [...without(state, proposal.kind).proposals, proposal] };
}

function without(state: RecallState, kind: Proposal['kind']): RecallState {
  return { ...state, proposals: state.proposals.filter((one) => one.kind !== kind) };
}
