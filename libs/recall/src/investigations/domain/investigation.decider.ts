import { accept, Decider, Decision, forbid, refuse } from '../../domain/decider';
import { Actor } from '../../domain/recall.events';
import { narrows } from '../../domain/narrows';
import { gravest } from './hazard';
import { Assessment, Finding, Hold, InvestigationEvent, InvestigationPhase } from './investigation.events';
import { INVESTIGATION_RULES, InvestigationMove, mayInvestigate } from './investigation.transitions';

export interface InvestigationState {
  readonly phase: InvestigationPhase | 'absent';
  readonly title: string;
  readonly signals: readonly string[];
  readonly codes: readonly string[];
  readonly producers: readonly string[];
  readonly knownAt: string;
  readonly openedAt: string;
  readonly openedBy: Actor['role'] | undefined;
  readonly notifiedAt: string | undefined;
  readonly finding: { readonly finding: Finding; readonly summary: string; readonly at: string } | undefined;
  /** The authority inquires itself. */
  readonly takenOver: boolean;
  readonly assessment: (Assessment & { readonly at: string; readonly by: Actor['role'] }) | undefined;
  readonly dispute: Dispute | undefined;
  readonly hold: PlacedHold | undefined;
  readonly closedReason: string | undefined;
  readonly recallId: string | undefined;
}

export interface PlacedHold extends Hold {
  readonly at: string;
  readonly by: Actor['role'];
  /** The producer that holds. */
  readonly party?: string;
}

/** A producer that disagrees, with what shows it; and what the authority said to it. */
export interface Dispute {
  readonly reason: string;
  readonly evidence?: string;
  readonly at: string;
  readonly upheld?: boolean;
  readonly answer?: string;
}

interface Stamp {
  readonly at: string;
  readonly by: Actor;
}

export interface OpenInvestigation extends Stamp {
  readonly type: 'Open';
  readonly title: string;
  readonly signals: readonly string[];
  readonly codes: readonly string[];
  readonly producers: readonly string[];
  readonly knownAt: string;
}

/** A signal as far as it counts for an investigation. */
export interface SignalFacts {
  readonly id: string;
  readonly codes: readonly string[];
  /** Whose products the codes are. */
  readonly producers: readonly string[];
  /** RFC 3339. */
  readonly knownAt: string;
}

/** Which members count depends on the move. */
export interface MoveInvestigation extends Stamp {
  readonly type: 'Move';
  readonly move: InvestigationMove;
  readonly signal?: SignalFacts;
  readonly reason?: string;
  /** `dispute` */
  readonly evidence?: string;
  readonly finding?: Finding;
  readonly assessment?: Omit<Assessment, 'risk'>;
  readonly upheld?: boolean;
  readonly hold?: Hold;
  readonly recallId?: string;
}

export type InvestigationCommand = OpenInvestigation | MoveInvestigation;

const initial: InvestigationState = {
  phase: 'absent',
  title: '',
  signals: [],
  codes: [],
  producers: [],
  knownAt: '',
  openedAt: '',
  openedBy: undefined,
  notifiedAt: undefined,
  finding: undefined,
  takenOver: false,
  assessment: undefined,
  dispute: undefined,
  hold: undefined,
  closedReason: undefined,
  recallId: undefined,
};

/** From signals to a decision, or to none: what is known of a danger before there is a recall. */
export const investigationDecider: Decider<InvestigationState, InvestigationCommand, InvestigationEvent> = {
  initial,
  decide,
  evolve,
};

function decide(state: InvestigationState, command: InvestigationCommand): Decision<InvestigationEvent> {
  if (command.type === 'Open') {
    if (state.phase !== 'absent') return refuse('investigation/exists', 'this investigation has been opened already');
    const { by, producers } = command;
    if (by.role === 'producer' && !producers.includes(by.party ?? ''))
      return forbid('investigation/not-your-product', 'a producer investigates its own products');
    return accept({ ...command, type: 'InvestigationOpened' });
  }
  if (state.phase === 'absent') return refuse('investigation/unknown', 'there is no such investigation');
  const { move, by } = command;
  const rule = INVESTIGATION_RULES[move];
  if (!mayInvestigate(state.producers, move, by))
    return forbid(`investigation/not-allowed-to-${move}`, `${move} is for ${rule.by.join(' or ')}`);
  if (rule.path[state.phase as InvestigationPhase] === undefined)
    return refuse('investigation/wrong-state', `${move} is not possible while the investigation is ${state.phase}`);
  return EFFECTS[move](state, command);
}

type Effect = (state: InvestigationState, command: MoveInvestigation) => Decision<InvestigationEvent>;

const EFFECTS: Readonly<Record<InvestigationMove, Effect>> = {
  'add-signal': addSignal,
  notify: (_, { reason = '', at, by }) => accept({ type: 'ProducerNotified', request: reason, at, by }),
  report: (state, { finding = 'insufficient', reason = '', at, by }) =>
    state.takenOver
      ? refuse('investigation/taken-over', 'the authority inquires itself by now')
      : accept({ type: 'FindingReported', finding, summary: reason, at, by }),
  'take-over': (state, { reason = '', at, by }) =>
    state.takenOver ? accept() : accept({ type: 'InquiryTakenOver', reason, at, by }),
  assess: (state, { assessment = { scenarios: [] }, at, by }) => {
    if (assessment.scenarios.length === 0) return refuse('investigation/no-scenario', 'an assessment needs a hazard scenario');
    if (by.role === 'producer' && state.takenOver)
      return forbid('investigation/taken-over', 'the authority inquires itself by now');
    if (by.role === 'producer' && state.assessment?.by === 'authority')
      return forbid('investigation/assessed-by-authority', 'what the authority judged is disputed, not replaced');
    return accept({ type: 'HazardAssessed', assessment: { ...assessment, risk: gravest(assessment.scenarios) }, at, by });
  },
  dispute: (state, { reason = '', evidence = '', at, by }) =>
    state.assessment?.by === 'authority'
      ? accept({ type: 'AssessmentDisputed', reason, evidence, at, by })
      : refuse('investigation/own-assessment', 'the producer’s own assessment is not disputed but made again'),
  'answer-dispute': (_, { upheld = false, reason = '', at, by }) => accept({ type: 'DisputeAnswered', upheld, reason, at, by }),
  hold: (state, { hold, reason = '', at, by }) => {
    if (hold === undefined) return refuse('investigation/no-hold', 'say which goods are to be held');
    const placed: InvestigationEvent = { type: 'HoldPlaced', hold, at, by };
    if (state.hold === undefined) return accept(placed);
    const anothers = heldByAnother(state.hold, by);
    if (anothers !== undefined) return anothers;
    const { scope } = state.hold;
    if (!narrows(scope, hold.scope)) return accept(placed);
    // Placing never frees: what the new hold does not reach is lifted by a fact of its own.
    return accept<InvestigationEvent>({ type: 'HoldLifted', reason, scope, except: hold.scope, at, by }, placed);
  },
  lift: (state, { reason = '', at, by }) => {
    if (state.hold === undefined) return accept();
    const { scope } = state.hold;
    return heldByAnother(state.hold, by) ?? accept({ type: 'HoldLifted', reason, scope, at, by });
  },
  close: (state, { reason = '', at, by }) => {
    if (by.role === 'producer' && (state.openedBy !== 'producer' || state.takenOver || state.assessment?.by === 'authority'))
      return forbid('investigation/not-yours-to-close', 'the authority closes what it has taken up');
    const closed: InvestigationEvent = { type: 'InvestigationClosed', reason, at, by };
    if (state.hold === undefined) return accept(closed);
    const { scope } = state.hold;
    return heldByAnother(state.hold, by) ?? accept<InvestigationEvent>({ type: 'HoldLifted', reason, scope, at, by }, closed);
  },
  // The hold stays until the recall blocks by itself: between the two nothing is free.
  decide: (state, { recallId = '', at, by }) =>
    state.recallId === undefined ? accept({ type: 'RecallDecidedUpon', recallId, at, by }) : accept(),
};

/** What an authority holds only an authority frees or replaces, what a producer holds also that producer; to others it is refused. */
function heldByAnother({ by: role, party }: PlacedHold, by: Actor): Decision<InvestigationEvent> | undefined {
  if (by.role !== 'producer') return undefined;
  if (role === 'authority') return forbid('investigation/held-by-authority', 'what an authority holds, an authority frees');
  if (party === undefined || party === by.party) return undefined;
  return forbid('investigation/held-by-another', 'another producer holds goods here: hold yours in an investigation of your own');
}

function addSignal(state: InvestigationState, { signal, at, by }: MoveInvestigation): Decision<InvestigationEvent> {
  if (signal === undefined) return refuse('investigation/no-signal', 'say which signal belongs to it');
  if (state.signals.includes(signal.id)) return accept();
  const codes = signal.codes.filter((code) => !state.codes.includes(code));
  const producers = signal.producers.filter((party) => !state.producers.includes(party));
  const earlier = Date.parse(signal.knownAt) < Date.parse(state.knownAt) ? { knownAt: signal.knownAt } : {};
  return accept({ type: 'SignalAdded', signal: signal.id, codes, producers, ...earlier, at, by });
}

function evolve(state: InvestigationState, event: InvestigationEvent): InvestigationState {
  switch (event.type) {
    case 'InvestigationOpened': {
      const { title, signals, codes, producers, knownAt, at, by } = event;
      return { ...state, phase: 'investigating', title, signals, codes, producers, knownAt, openedAt: at, openedBy: by.role };
    }
    case 'SignalAdded':
      return {
        ...state,
        signals: [...state.signals, event.signal],
        codes: [...state.codes, ...(event.codes ?? [])],
        producers: [...state.producers, ...(event.producers ?? [])].sort(),
        knownAt: event.knownAt ?? state.knownAt,
      };
    case 'ProducerNotified':
      return { ...state, notifiedAt: state.notifiedAt ?? event.at };
    case 'FindingReported':
      return { ...state, finding: { finding: event.finding, summary: event.summary, at: event.at } };
    case 'InquiryTakenOver':
      return { ...state, takenOver: true };
    case 'HazardAssessed':
      return { ...state, phase: 'assessed', assessment: { ...event.assessment, at: event.at, by: event.by.role } };
    case 'AssessmentDisputed':
      return { ...state, phase: 'disputed', dispute: { reason: event.reason, ...shows(event.evidence), at: event.at } };
    case 'DisputeAnswered': {
      const dispute = { ...(state.dispute ?? { reason: '', at: event.at }), upheld: event.upheld, answer: event.reason };
      // Who was right to object: the judgement falls, and the inquiry goes on.
      return event.upheld
        ? { ...state, phase: 'investigating', assessment: undefined, dispute }
        : { ...state, phase: 'assessed', dispute };
    }
    case 'HoldPlaced':
      return { ...state, hold: { ...event.hold, at: event.at, by: event.by.role, ...holder(event.by) } };
    case 'HoldLifted': {
      const { except } = event;
      return { ...state, hold: except === undefined || state.hold === undefined ? undefined : { ...state.hold, scope: except } };
    }
    case 'InvestigationClosed':
      return { ...state, phase: 'closed', closedReason: event.reason };
    case 'RecallDecidedUpon':
      return { ...state, phase: 'led_to_recall', recallId: event.recallId };
  }
}

const shows = (evidence: string | undefined): { evidence?: string } => (evidence === undefined ? {} : { evidence });
const holder = ({ role, party }: Actor): { party?: string } => (role !== 'producer' || party === undefined ? {} : { party });
