import { Actor, RecallBasis, RecallPhase } from './recall.events';

export const MOVE_NAMES = [
  'plan',
  'accept-plan',
  'return-plan',
  'object',
  'answer-objection',
  'activate',
  'publish',
  'amend',
  'suspend',
  'resume',
  'file-report',
  'complete',
  'monitor',
  'terminate',
  'reopen',
  'withdraw',
  'approve',
] as const;
export type Move = (typeof MOVE_NAMES)[number];

type Path = Readonly<Partial<Record<RecallPhase, RecallPhase>>>;

interface Rule {
  /** From where to where. A phase that leads to itself: the move adds a fact and the recall stays where it is. */
  readonly path: Path;
  /** In these phases the wish has come true already: a repeat changes nothing. */
  readonly settled: readonly RecallPhase[];
  readonly by: readonly ('authority' | 'producer')[];
  /** Of which recalls the producer may make this move: its own voluntary ones, those an authority imposed, or both. */
  readonly producerOf: readonly ('voluntary' | 'imposed')[];
}

const VOLUNTARY = ['voluntary'] as const;
const ANY = ['voluntary', 'imposed'] as const;
const BOTH = ['authority', 'producer'] as const;

const stay = (...phases: RecallPhase[]): Path => Object.fromEntries(phases.map((phase) => [phase, phase]));
const OPEN = stay('decided', 'planned', 'active', 'suspended', 'completing', 'monitored');

/**
 * The moves of a recall: from where, to where, by whom. The authority that a regime names ends a recall, never the firm; a
 * producer's own recall is voluntary and its own. Of a recall that an authority asked for or ordered, the producer files the
 * plan and the reports, may object, and reports completion.
 *
 * Notices never wait for a plan: it may be filed, accepted or returned while the recall runs. What frees goods, and a producer's
 * own publication, is proposed by one key and approved by another (`approve`).
 */
export const MOVES: Readonly<Record<Move, Rule>> = {
  plan: {
    path: { ...stay('active', 'suspended'), decided: 'planned', planned: 'planned' },
    settled: [],
    by: BOTH,
    producerOf: ANY,
  },
  'accept-plan': { path: stay('planned', 'active', 'suspended'), settled: [], by: ['authority'], producerOf: [] },
  'return-plan': { path: { ...stay('active', 'suspended'), planned: 'decided' }, settled: [], by: ['authority'], producerOf: [] },
  object: { path: stay('decided', 'planned', 'active', 'suspended'), settled: [], by: ['producer'], producerOf: ['imposed'] },
  'answer-objection': { path: OPEN, settled: [], by: ['authority'], producerOf: [] },
  activate: { path: { decided: 'active', planned: 'active' }, settled: ['active'], by: BOTH, producerOf: VOLUNTARY },
  publish: { path: stay('active', 'suspended', 'completing', 'monitored'), settled: [], by: BOTH, producerOf: VOLUNTARY },
  amend: { path: OPEN, settled: [], by: BOTH, producerOf: VOLUNTARY },
  suspend: { path: { active: 'suspended' }, settled: ['suspended'], by: ['authority'], producerOf: [] },
  resume: { path: { suspended: 'active' }, settled: ['active'], by: ['authority'], producerOf: [] },
  'file-report': {
    path: stay('active', 'suspended', 'completing', 'monitored', 'terminated'),
    settled: [],
    by: BOTH,
    producerOf: ANY,
  },
  complete: { path: { active: 'completing' }, settled: ['completing'], by: BOTH, producerOf: ANY },
  monitor: { path: { completing: 'monitored' }, settled: ['monitored'], by: ['authority'], producerOf: [] },
  terminate: {
    path: { completing: 'terminated', monitored: 'terminated' },
    settled: ['terminated'],
    by: ['authority'],
    producerOf: [],
  },
  reopen: {
    path: { completing: 'active', monitored: 'active', terminated: 'active' },
    settled: ['active'],
    by: ['authority'],
    producerOf: [],
  },
  withdraw: { path: OPEN, settled: ['withdrawn_in_error'], by: BOTH, producerOf: VOLUNTARY },
  approve: { path: OPEN, settled: ['withdrawn_in_error'], by: BOTH, producerOf: VOLUNTARY },
};

/** Whether the table gives this move of this recall to this actor. */
export function mayMove(
  state: { readonly basis: RecallBasis; readonly producers: readonly string[] },
  move: Move,
  by: Actor,
): boolean {
  const { by: roles, producerOf } = MOVES[move];
  if (by.role === 'authority') return roles.includes('authority');
  if (by.role !== 'producer' || !roles.includes('producer')) return false;
  return state.producers.includes(by.party ?? '') && producerOf.includes(state.basis === 'voluntary' ? 'voluntary' : 'imposed');
}
