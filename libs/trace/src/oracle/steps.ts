import { CanonicalEvent, SourceDest } from '@suyuan/epcis';
import { partyOfPlace } from '@suyuan/gs1';

/** A captured event as the log has it. */
export interface Captured {
  readonly position: number;
  readonly event: CanonicalEvent;
  readonly declaration: boolean;
  readonly capturingParty: string | null;
  readonly byAuthority: boolean;
}

/** From when, and from which knowledge, the world is looked at; both inclusive. */
export interface Viewpoint {
  readonly asOfMicros: number;
  readonly knownAt?: number;
  /** Master data: party of a place. */
  readonly places?: ReadonlyMap<string, string>;
}

export type Row = 'creation' | 'input' | 'end' | 'sale' | 'void' | 'inbound' | 'outbound' | 'rest';

/** What one event does at one moment; a transformation is two steps. */
export interface Step {
  readonly event: CanonicalEvent;
  readonly row: Row;
  readonly rank: number;
  readonly captured: Captured;
  readonly place: string | null;
  /** Who recorded it: the capturing party, else the party of the place where goods stay. */
  readonly recorder: string | null;
}

const among = (words: string, word: string | undefined): boolean => word !== undefined && words.split(' ').includes(word);

/** The first record of an id counts, unless somebody entitled declared it an error: before or after. */
export function standing(all: readonly Captured[], { knownAt = Infinity }: Viewpoint): Captured[] {
  const known = all.filter(({ position }) => position <= knownAt).sort((a, b) => a.position - b.position);
  const first = known.filter(
    (one) => !one.declaration && known.find((other) => !other.declaration && other.event.eventId === one.event.eventId) === one,
  );
  const mayVoid = (word: Captured, original: Captured): boolean =>
    word.byAuthority || (word.capturingParty !== null && word.capturingParty === original.capturingParty);
  return first.filter(
    (one) => !known.some((word) => word.declaration && word.event.eventId === one.event.eventId && mayVoid(word, one)),
  );
}

/** The row of TRACE.md section 3 for what an event lists. */
export function rowOf(event: CanonicalEvent): Row {
  const step = event.bizStep;
  if (event.type === 'ObjectEvent' && event.action === 'ADD') return 'creation';
  if (among('destroying decommissioning', step) || (event.type === 'ObjectEvent' && event.action === 'DELETE')) return 'end';
  if (among('retail_selling dispensing', step))
    return step === 'dispensing' && event.disposition === 'partially_dispensed' ? 'rest' : 'sale';
  if (step === 'void_shipping') return 'void';
  if (among('receiving accepting arriving', step)) return 'inbound';
  if (among('shipping consigning departing', step)) return 'outbound';
  const isOwnWord = step === undefined || !/^[a-z_]+$/.test(step);
  return isOwnWord && event.destinations.length > 0 ? 'outbound' : 'rest';
}

export const isAggregation = ({ type }: CanonicalEvent): boolean => type === 'AggregationEvent' || type === 'AssociationEvent';

function rankOf(event: CanonicalEvent, row: Row): number {
  if (row === 'input') return 5;
  if (event.type === 'TransformationEvent') return 0;
  if (row === 'end' || among('destroying decommissioning', event.bizStep)) return 8;
  if (isAggregation(event)) return event.action === 'DELETE' ? 2 : 3;
  return { creation: 0, inbound: 1, rest: 4, void: 4, outbound: 6, sale: 7 }[row];
}

/** Everything that happened up to the instant, in the order of section 2. */
export function stepsOf(all: readonly Captured[], view: Viewpoint): Step[] {
  const steps = standing(all, view)
    .filter(({ event }) => event.eventTimeMicros <= view.asOfMicros)
    .flatMap((captured) => {
      const { event } = captured;
      const rows: Row[] = event.type === 'TransformationEvent' ? ['creation', 'input'] : [rowOf(event)];
      return rows.map((row): Step => {
        const stays = event.bizLocation ?? event.readPoint ?? null;
        const leaves = event.readPoint ?? event.bizLocation ?? null;
        const place = among('input end sale outbound', row) ? leaves : stays;
        const recorder = captured.capturingParty ?? partyAt(view, stays);
        return { event, row, rank: rankOf(event, row), captured, place, recorder };
      });
    });
  const id = (step: Step): string => step.event.eventId;
  return steps.sort((a, b) => a.event.eventTimeMicros - b.event.eventTimeMicros || a.rank - b.rank || (id(a) < id(b) ? -1 : 1));
}

/** Master data, else the GLN's own digits. */
export const partyAt = ({ places }: Viewpoint, place: string | null): string | null =>
  place === null ? null : (places?.get(place) ?? partyOfPlace(place) ?? null);

/** Party and place that a source or destination list names; of several of a kind the smallest key. */
export function endOf(
  view: Viewpoint,
  list: readonly SourceDest[],
): { party: string | null; place: string | null; possessor: string | null } {
  const of = (type: string): string | null =>
    list
      .filter((entry) => entry.type === type)
      .map(({ key }) => key)
      .sort()[0] ?? null;
  const asParty = (key: string | null): string | null => (key?.startsWith('414/') ? (partyOfPlace(key) ?? key) : key);
  const [possessor, place] = [asParty(of('possessing_party')), of('location')];
  return { party: possessor ?? asParty(of('owning_party')) ?? partyAt(view, place), place, possessor };
}
