import { CanonicalEvent } from '@suyuan/epcis';
import { Fact } from '../domain/facts/fact';

const DOCK = '414/9506000000015';
const YARD = 'https://example.org/yard';
const NOBODY_KNOWN = '417/9506000000039';

/**
 * Random facts without what TRACE.md leaves to the reader, or where engine and oracle are known to read it differently. Left out:
 * - administrators' uploads that name nobody, and places of no known party (who holds goods then is a choice);
 * - `decommissioning` (becomes `destroying`);
 * - containers packed into themselves;
 * - aggregations that name no place at all (whose custody a new container takes then).
 */
export function narrowed(facts: readonly Fact[]): Fact[] {
  return facts.map((fact) => ({ ...fact, capturingParty: fact.capturingParty ?? NOBODY_KNOWN, event: plain(fact.event) }));
}

function plain(event: CanonicalEvent): CanonicalEvent {
  const { readPoint, bizLocation, bizStep, ...rest } = event;
  const step = bizStep === 'decommissioning' ? 'destroying' : bizStep;
  const known = bizLocation === YARD ? undefined : bizLocation;
  const nowhere = event.parent !== undefined && known === undefined && (readPoint === undefined || readPoint === YARD);
  const placed = nowhere ? DOCK : known;
  return {
    ...rest,
    ...(step === undefined ? {} : { bizStep: step }),
    ...(readPoint === undefined || readPoint === YARD ? {} : { readPoint }),
    ...(placed === undefined ? {} : { bizLocation: placed }),
    sources: event.sources.filter(({ key }) => key !== YARD),
    destinations: event.destinations.filter(({ key }) => key !== YARD),
    children: event.children.filter(({ key }) => key !== event.parent?.key),
  };
}
