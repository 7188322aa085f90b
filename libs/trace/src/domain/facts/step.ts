import { Fact } from './fact';
import { custodyRow, isEnding } from './biz-step';

/**
 * One moment of an event. A TransformationEvent has two: its outputs come to be before anything else of that instant,
 * its inputs go just before things leave (TRACE.md 7a, "Ties").
 */
export interface Step {
  readonly fact: Fact;
  readonly phase: 'event' | 'outputs' | 'inputs';
  readonly rank: number;
}

const RANK = { creation: 0, inbound: 1, unpack: 2, pack: 3, other: 4, input: 5, outbound: 6, sale: 7, end: 8 } as const;

/** The steps of all facts in the order in which the world lived them. */
export function stepsInOrder(facts: readonly Fact[]): Step[] {
  const steps: Step[] = [];
  for (const fact of facts) {
    if (fact.event.type === 'TransformationEvent') {
      steps.push({ fact, phase: 'outputs', rank: RANK.creation }, { fact, phase: 'inputs', rank: RANK.input });
    } else {
      steps.push({ fact, phase: 'event', rank: rankOf(fact) });
    }
  }
  return steps.sort(compareSteps);
}

/** eventTime, then the kind of step, then event id: never arrival. */
export function compareSteps(a: Step, b: Step): number {
  const byTime = a.fact.event.eventTimeMicros - b.fact.event.eventTimeMicros;
  if (byTime !== 0) return byTime;
  if (a.rank !== b.rank) return a.rank - b.rank;
  return a.fact.event.eventId < b.fact.event.eventId ? -1 : a.fact.event.eventId > b.fact.event.eventId ? 1 : 0;
}

function rankOf(fact: Fact): number {
  const { event } = fact;
  const row = custodyRow(event);
  if (row === 'end' || isEnding(event)) return RANK.end;
  if (event.type === 'AggregationEvent' || event.type === 'AssociationEvent') {
    return event.action === 'DELETE' ? RANK.unpack : RANK.pack;
  }
  switch (row) {
    case 'creation':
      return RANK.creation;
    case 'inbound':
      return RANK.inbound;
    case 'outbound':
      return RANK.outbound;
    case 'sale':
      return RANK.sale;
    case 'input':
    case 'void_shipping':
    case 'rest':
      return RANK.other;
  }
}
