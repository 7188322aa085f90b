import { CanonicalEvent, ClassQuantity, Item } from '@suyuan/epcis';
import { Fact } from '../domain/facts/fact';

const DOCK = '414/9506000000019';
const YARD = 'https://example.org/yard';
const NOBODY_KNOWN = '417/9506000000033';

/**
 * Random facts without what TRACE.md leaves to the reader, or where engine and oracle are known to read it differently. Left out:
 * - administrators' uploads that name nobody, and places of no known party (who holds goods then is a choice);
 * - creating events with a bare GTIN beside serials of that GTIN (7a names only LGTINs as absorbed);
 * - creating events that list several things, where one may be inside another;
 * - ADD with an ending step, and `decommissioning` (becomes `destroying`);
 * - serials that are both input and output of one transformation, containers packed into themselves;
 * - aggregations with a shipping step that name two places, or no place at all (whose custody a new container takes then).
 */
export function narrowed(facts: readonly Fact[]): Fact[] {
  return facts.map((fact) => ({ ...fact, capturingParty: fact.capturingParty ?? NOBODY_KNOWN, event: plain(fact.event) }));
}

function plain(event: CanonicalEvent): CanonicalEvent {
  const { readPoint, bizLocation, bizStep, ...rest } = event;
  const isCreating = event.type === 'ObjectEvent' && event.action === 'ADD';
  const isEnding = bizStep === 'destroying' || bizStep === 'decommissioning';
  const step = isEnding ? (isCreating ? undefined : 'destroying') : bizStep;
  const oneDoor = event.parent !== undefined && bizStep === 'shipping' && readPoint !== undefined;
  const known = bizLocation === YARD || oneDoor ? undefined : bizLocation;
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
    epcs: isCreating ? event.epcs.slice(0, 1) : event.epcs,
    quantities: isCreating ? named(event.quantities, event.epcs, event.lotNumber) : event.quantities,
    outputs: event.outputs.filter(({ key }) => !event.inputs.some((input) => input.key === key)),
    outputQuantities: named(event.outputQuantities, event.outputs, event.lotNumber),
  };
}

function named(lines: readonly ClassQuantity[], items: readonly Item[], lotNumber: string | undefined): readonly ClassQuantity[] {
  if (lotNumber !== undefined) return lines;
  return lines.filter((line) => line.key.includes('/10/') || !items.some(({ key }) => key.startsWith(`${line.key}/`)));
}
