import { partyOfPlace } from '@suyuan/gs1';
import { CanonicalEvent, SourceDest } from '@suyuan/epcis';
import { CustodyRow } from './biz-step';
import { Fact } from './fact';

/** Which party a place belongs to where master data says so; a GLN place without an entry belongs to the party of its digits. */
export type PlaceParties = ReadonlyMap<string, string>;

/** Who and where, read out of one event by the rules of TRACE.md sections 3, 5 and 7a. */
export class EventParties {
  constructor(
    private readonly fact: Fact,
    private readonly placeParties: PlaceParties,
  ) {}

  get capturing(): string | null {
    return this.fact.capturingParty;
  }

  /** Where goods leave, are sold, end or are used up: readPoint, else bizLocation. */
  get leavingPlace(): string | null {
    return this.event.readPoint ?? this.event.bizLocation ?? null;
  }

  /** Where goods are after the event: bizLocation, else readPoint. */
  get stayingPlace(): string | null {
    return this.event.bizLocation ?? this.event.readPoint ?? null;
  }

  /** The place that counts for a row of the custody table (TRACE.md 7a, "Which place"). */
  placeFor(row: CustodyRow): string | null {
    return row === 'outbound' || row === 'sale' || row === 'end' || row === 'input' ? this.leavingPlace : this.stayingPlace;
  }

  ofPlace(place: string | null): string | null {
    if (place === null) return null;
    return this.placeParties.get(place) ?? partyOfPlace(place) ?? null;
  }

  /** Sender by the source list: possessing party, else owning party, else party of the location. */
  get source(): string | null {
    return this.endpoint(this.event.sources);
  }

  get sourceLocation(): string | null {
    return first(this.event.sources, 'location')?.key ?? null;
  }

  /** Consignee by the destination list. */
  get destination(): string | null {
    return this.endpoint(this.event.destinations);
  }

  get destinationPossessor(): string | null {
    const entry = first(this.event.destinations, 'possessing_party');
    return entry === undefined ? null : this.asParty(entry.key);
  }

  private get event(): CanonicalEvent {
    return this.fact.event;
  }

  private endpoint(entries: readonly SourceDest[]): string | null {
    const of = (type: string): SourceDest | undefined => first(entries, type);
    const party = of('possessing_party') ?? of('owning_party');
    if (party !== undefined) return this.asParty(party.key);
    const location = of('location');
    return location === undefined ? null : this.ofPlace(location.key);
  }

  /** A party written as a GLN is the party of the same digits. */
  private asParty(key: string): string {
    return key.startsWith('414/') ? (partyOfPlace(key) ?? key) : key;
  }
}

/** Lists in an event have no order: of several entries of a type the smallest key speaks, whoever wrote it where. */
function first(entries: readonly SourceDest[], type: string): SourceDest | undefined {
  return entries
    .filter((entry) => entry.type === type)
    .reduce<SourceDest | undefined>((least, entry) => (least === undefined || entry.key < least.key ? entry : least), undefined);
}
