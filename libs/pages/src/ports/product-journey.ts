/** Something that happened to the product, at the level a shopper may see: which party and country, never which shelf. */
export interface JourneyStep {
  /** RFC 3339. */
  readonly at: string;
  readonly kind: 'made' | 'used' | 'packed' | 'shipped' | 'arrived' | 'sold' | 'returned' | 'ended';
  /** Canonical party key. */
  readonly party?: string;
  /** Canonical place key; only its country is shown. */
  readonly place?: string;
}

export interface JourneyFacts {
  /** Dates as the events say them, `YYYY-MM-DD` or RFC 3339. */
  readonly productionDate?: string;
  readonly expiry?: string;
  /** Oldest first. */
  readonly steps: readonly JourneyStep[];
  /** There are later steps, which were not looked at. */
  readonly goesOn?: boolean;
}

/** Where the product has been. Bound to the trace library by the application. */
export abstract class ProductJourney {
  /** @param key canonical key of a class, lot or instance. An unknown one has no steps. */
  abstract of(key: string): Promise<JourneyFacts>;
}
