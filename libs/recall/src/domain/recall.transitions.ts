import { Actor, RecallBasis, RecallPhase } from './recall.events';

export const MOVE_NAMES = [
  'plan',
  'activate',
  'amend',
  'suspend',
  'resume',
  'complete',
  'monitor',
  'terminate',
  'reopen',
  'withdraw',
  'approve',
] as const;
export type Move = (typeof MOVE_NAMES)[number];

interface Rule {
  readonly from: readonly RecallPhase[];
  /** Where the recall then is; undefined: it stays. */
  readonly to: RecallPhase | undefined;
  /** In these phases the wish has come true already: a repeat changes nothing. */
  readonly settled: readonly RecallPhase[];
  readonly by: readonly ('authority' | 'producer')[];
}

const OPEN: readonly RecallPhase[] = ['decided', 'planned', 'active', 'suspended', 'completing', 'monitored'];

/**
 * The moves of a recall: from where, to where, by whom. The authority that a regime names ends a recall, never the firm;
 * a producer's own recall is voluntary and its own.
 */
export const MOVES: Readonly<Record<Move, Rule>> = {
  plan: { from: ['decided', 'planned'], to: 'planned', settled: [], by: ['authority', 'producer'] },
  activate: { from: ['decided', 'planned'], to: 'active', settled: ['active'], by: ['authority', 'producer'] },
  amend: { from: OPEN, to: undefined, settled: [], by: ['authority', 'producer'] },
  suspend: { from: ['active'], to: 'suspended', settled: ['suspended'], by: ['authority'] },
  resume: { from: ['suspended'], to: 'active', settled: ['active'], by: ['authority'] },
  complete: { from: ['active'], to: 'completing', settled: ['completing'], by: ['authority', 'producer'] },
  monitor: { from: ['completing'], to: 'monitored', settled: ['monitored'], by: ['authority'] },
  terminate: { from: ['completing', 'monitored'], to: 'terminated', settled: ['terminated'], by: ['authority'] },
  reopen: { from: ['completing', 'monitored', 'terminated'], to: 'active', settled: ['active'], by: ['authority'] },
  withdraw: { from: OPEN, to: undefined, settled: ['withdrawn_in_error'], by: ['authority', 'producer'] },
  approve: { from: OPEN, to: undefined, settled: ['withdrawn_in_error'], by: ['authority', 'producer'] },
};

/** A producer acts on a voluntary recall of its own product; requested and ordered ones are the authority's to move. */
export function mayMove(
  state: { readonly basis: RecallBasis; readonly producers: readonly string[] },
  move: Move,
  by: Actor,
): boolean {
  if (by.role === 'authority') return MOVES[move].by.includes('authority');
  if (by.role !== 'producer' || !MOVES[move].by.includes('producer')) return false;
  if (!state.producers.includes(by.party ?? '')) return false;
  // Of a recall that an authority asked for, the producer files the plan and reports completion.
  return state.basis === 'voluntary' || move === 'plan' || move === 'complete';
}
