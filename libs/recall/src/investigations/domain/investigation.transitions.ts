import { Actor } from '../../domain/recall.events';
import { InvestigationPhase } from './investigation.events';

export const INVESTIGATION_MOVES = [
  'add-signal',
  'notify',
  'report',
  'take-over',
  'assess',
  'dispute',
  'answer-dispute',
  'hold',
  'lift',
  'close',
  'decide',
] as const;
export type InvestigationMove = (typeof INVESTIGATION_MOVES)[number];

interface Rule {
  /** From where to where; a phase that leads to itself only adds a fact. */
  readonly path: Readonly<Partial<Record<InvestigationPhase, InvestigationPhase>>>;
  readonly by: readonly ('authority' | 'producer' | 'system')[];
}

const ANYWHERE = { investigating: 'investigating', assessed: 'assessed', disputed: 'disputed' } as const;
const BOTH = ['authority', 'producer'] as const;

/**
 * The moves of an inquiry: from where, to where, by whom. The authority asks the producer and takes over where its answer does
 * not convince; the producer may dispute what the authority judged. `decide` is made by the recall that comes of it.
 */
export const INVESTIGATION_RULES: Readonly<Record<InvestigationMove, Rule>> = {
  'add-signal': { path: ANYWHERE, by: BOTH },
  notify: { path: { investigating: 'investigating' }, by: ['authority'] },
  report: { path: { investigating: 'investigating' }, by: ['producer'] },
  'take-over': { path: { investigating: 'investigating' }, by: ['authority'] },
  assess: { path: { investigating: 'assessed', assessed: 'assessed' }, by: BOTH },
  dispute: { path: { assessed: 'disputed' }, by: ['producer'] },
  // Upheld, the judgement falls and the inquiry goes on instead.
  'answer-dispute': { path: { disputed: 'assessed' }, by: ['authority'] },
  hold: { path: ANYWHERE, by: BOTH },
  // A hold outlives the decision, so that nothing is free before the recall blocks by itself; then it is lifted.
  lift: { path: { ...ANYWHERE, led_to_recall: 'led_to_recall' }, by: BOTH },
  close: { path: { investigating: 'closed', assessed: 'closed', disputed: 'closed' }, by: BOTH },
  // A fact by now, whatever was done to the inquiry between the recall's decision and this.
  decide: {
    path: {
      investigating: 'led_to_recall',
      assessed: 'led_to_recall',
      disputed: 'led_to_recall',
      closed: 'led_to_recall',
      led_to_recall: 'led_to_recall',
    },
    by: ['system'],
  },
};

/** A producer acts in inquiries about its own products. */
export function mayInvestigate(producers: readonly string[], move: InvestigationMove, { role, party }: Actor): boolean {
  if (!INVESTIGATION_RULES[move].by.includes(role)) return false;
  return role !== 'producer' || producers.includes(party ?? '');
}
