import { CanonicalEvent } from '@suyuan/epcis';
import { partyOfPlace } from '@suyuan/gs1';
import { Fact } from '../domain/facts/fact';

/** What one event does at one moment; a transformation is two steps. */
export interface NaiveStep {
  readonly effect: 'create' | 'consume' | 'pack' | 'unpack' | 'end' | 'sale' | 'void' | 'in' | 'out' | 'see';
  readonly fact: Fact;
  readonly event: CanonicalEvent;
}

const INBOUND = ['receiving', 'accepting', 'arriving'];
const OUTBOUND = ['shipping', 'consigning', 'departing'];
const ENDING = ['destroying', 'decommissioning'];
const SELLING = ['retail_selling', 'dispensing'];
const isCbvWord = (step: string): boolean => /^[a-z_]+$/.test(step);

/** Void rule and deduplication: the first record of an id counts, unless somebody entitled declared it an error. */
export function standingFacts(facts: readonly Fact[]): Fact[] {
  const kept: Fact[] = [];
  for (const fact of [...facts].sort((a, b) => a.position - b.position)) {
    const { eventId } = fact.event;
    if (fact.declaration || kept.some(({ event }) => event.eventId === eventId)) continue;
    kept.push(fact);
  }
  return kept.filter(
    ({ event, capturingParty }) =>
      !facts.some(
        (other) =>
          other.declaration &&
          other.event.eventId === event.eventId &&
          (other.byAuthority || (other.capturingParty !== null && other.capturingParty === capturingParty)),
      ),
  );
}

/** What the business step makes of goods, whatever the event type: TRACE.md section 3. */
export function moveOf(event: CanonicalEvent): 'end' | 'sale' | 'void' | 'in' | 'out' | 'see' {
  const step = event.bizStep ?? '';
  if (ENDING.includes(step)) return 'end';
  if (event.type === 'ObjectEvent' && event.action === 'DELETE') return 'end';
  if (SELLING.includes(step)) return event.disposition === 'partially_dispensed' ? 'see' : 'sale';
  if (step === 'void_shipping') return 'void';
  if (INBOUND.includes(step)) return 'in';
  if (OUTBOUND.includes(step)) return 'out';
  if (!isCbvWord(step) && event.destinations.length > 0) return 'out';
  return 'see';
}

const RANK = { create: 0, in: 1, unpack: 2, pack: 3, see: 4, void: 4, consume: 5, out: 6, sale: 7, end: 8 };

function stepsOf(fact: Fact): NaiveStep[] {
  const { event } = fact;
  const step = (effect: NaiveStep['effect']): NaiveStep => ({ effect, fact, event });
  if (event.type === 'TransformationEvent') return [step('consume'), step('create')];
  if (event.type === 'ObjectEvent') return [step(event.action === 'ADD' ? 'create' : moveOf(event))];
  if (event.type === 'TransactionEvent') return [step(moveOf(event))];
  return [step(event.action === 'DELETE' ? 'unpack' : 'pack')];
}

/** The rank among events of one instant: what ends goods ends them last, with any action. */
export function rankOf(step: NaiveStep): number {
  if (step.event.type !== 'TransformationEvent' && moveOf(step.event) === 'end') return RANK.end;
  return RANK[step.effect];
}

/** Every step up to an instant, in the order of section 2. */
export function naiveSteps(facts: readonly Fact[], asOfMicros: number): NaiveStep[] {
  const steps = standingFacts(facts)
    .filter(({ event }) => event.eventTimeMicros <= asOfMicros)
    .flatMap(stepsOf);
  return steps.sort(
    (a, b) =>
      a.event.eventTimeMicros - b.event.eventTimeMicros ||
      rankOf(a) - rankOf(b) ||
      (a.event.eventId < b.event.eventId ? -1 : a.event.eventId > b.event.eventId ? 1 : 0),
  );
}

/** The party a place belongs to, without master data: the GLN's own. */
export const placeParty = (place: string | undefined): string | null =>
  place === undefined ? null : (partyOfPlace(place) ?? null);

/** The party and place a source or destination list names. */
export function endOf(list: CanonicalEvent['sources']): { party: string | null; place: string | null } {
  const of = (type: string): string | undefined => list.find((entry) => entry.type === type)?.key;
  const place = of('location');
  return { party: of('possessing_party') ?? of('owning_party') ?? placeParty(place), place: place ?? null };
}

/** Which place counts: where goods leave or end it is the read point first. */
export function placeOf({ effect, event }: NaiveStep): string | undefined {
  const move = event.type === 'TransformationEvent' ? effect : moveOf(event);
  const leaves = effect === 'consume' || (effect !== 'create' && ['out', 'sale', 'end'].includes(move));
  return leaves ? (event.readPoint ?? event.bizLocation) : (event.bizLocation ?? event.readPoint);
}
