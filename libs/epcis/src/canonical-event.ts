/** A thing named one by one in an event (an entry of epcList, childEPCs, parentID, …). */
export interface Item {
  /** Canonical key, see `@suyuan/gs1`. */
  readonly key: string;
  /** Lot key (`01/{gtin}/10/{lot}`) that this very spelling stated beside the serial. */
  readonly lotKey?: string;
}

/** A QuantityElement. `quantity` absent means "some, unknown how many" (EPCIS 2.0, 7.3.3.3). */
export interface ClassQuantity {
  /** Canonical lot or class key. */
  readonly key: string;
  readonly quantity?: number;
  /** UN/CEFACT Rec 20 code as given; absent = pieces. */
  readonly uom?: string;
}

/** An entry of sourceList or destinationList; `type` is the bare CBV word (`possessing_party`, `owning_party`, `location`) or a URI. */
export interface SourceDest {
  readonly type: string;
  readonly key: string;
}

export type EventType = 'ObjectEvent' | 'AggregationEvent' | 'TransactionEvent' | 'TransformationEvent' | 'AssociationEvent';
export type EventAction = 'ADD' | 'OBSERVE' | 'DELETE';

/**
 * An EPCIS 2.0 event with every spelling resolved: keys are canonical, CBV values are bare words, times are instants.
 * What the trace engine reads. The event as it was sent stays in the log beside it.
 */
export interface CanonicalEvent {
  readonly eventId: string;
  readonly type: EventType;
  readonly action?: EventAction;
  /** Microseconds since 1970-01-01T00:00:00Z (fits a double until the year 2255). */
  readonly eventTimeMicros: number;
  readonly eventTimeZoneOffset: string;
  readonly bizStep?: string;
  readonly disposition?: string;
  readonly readPoint?: string;
  readonly bizLocation?: string;
  /** parentID of Aggregation, Association and Transaction events. */
  readonly parent?: Item;
  /** epcList of Object and Transaction events. */
  readonly epcs: readonly Item[];
  readonly quantities: readonly ClassQuantity[];
  readonly children: readonly Item[];
  readonly childQuantities: readonly ClassQuantity[];
  readonly inputs: readonly Item[];
  readonly inputQuantities: readonly ClassQuantity[];
  readonly outputs: readonly Item[];
  readonly outputQuantities: readonly ClassQuantity[];
  readonly transformationId?: string;
  readonly sources: readonly SourceDest[];
  readonly destinations: readonly SourceDest[];
  /** CBV ILMD `lotNumber`, `itemExpirationDate`, `productionDate` where given. */
  readonly lotNumber?: string;
  readonly expiry?: string;
  readonly productionDate?: string;
  readonly errorDeclaration?: {
    readonly declarationTimeMicros?: number;
    readonly reason?: string;
    readonly correctiveEventIds: readonly string[];
  };
}
