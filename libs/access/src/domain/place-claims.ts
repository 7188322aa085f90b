import { partyOfPlace } from '@suyuan/gs1';
import { PlaceDescribed } from './access-records';
import { AccessFact, SourceRecord, factsOf } from './facts';
import { PlaceState, describePlace, undescribedPlace } from './place';

/** Which party each place belongs to where master data says so. Keys `414/…` (or opaque) to `417/…`. */
export type PlaceParties = ReadonlyMap<string, string>;

/** A place that belongs to another party than before. */
export interface PlaceMove {
  readonly place: string;
  /** By master data, else by the digits of its GLN; null when neither says. */
  readonly party: string | null;
  readonly position: number;
}

/**
 * The fold from log records to `PlaceParties`, for a projection that follows the log itself: feed it every record in
 * order of position (others than master data change nothing). Equal to `PlaceOwnership` at the same position;
 * `PlaceOwnership.claimsAt` gives one to go on from.
 */
export class PlaceClaims {
  private readonly states = new Map<string, PlaceState>();
  private readonly current = new Map<string, string>();

  get parties(): PlaceParties {
    return this.current;
  }

  apply(record: SourceRecord): PlaceMove[] {
    return factsOf(record).flatMap((fact) => this.applyFact(fact) ?? []);
  }

  /** One fact of a place; facts of other subjects change nothing. */
  applyFact(fact: Pick<AccessFact, 'subject' | 'data' | 'saidBy' | 'position'>): PlaceMove | undefined {
    if (!fact.subject.startsWith('place:')) return undefined;
    const { place, party } = fact.data as unknown as PlaceDescribed;
    if (party === undefined) return undefined;
    const before = this.states.get(place) ?? undescribedPlace;
    const after = describePlace(before, { place, party }, fact.saidBy);
    this.states.set(place, after);
    if (after.party === before.party) return undefined;
    if (after.party === null) this.current.delete(place);
    else this.current.set(place, after.party);
    return { place, party: after.party ?? partyOfPlace(place) ?? null, position: fact.position };
  }
}
