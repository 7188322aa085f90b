/** A party as others may see it. */
export interface PartyRecord {
  readonly id: string;
  readonly name: string;
  readonly roles: readonly string[];
  readonly places: readonly string[];
  readonly contacts: readonly { readonly name: string; readonly phone?: string; readonly email?: string }[];
  readonly webhook?: {
    readonly url: string;
    readonly secret: string;
    /** The secret before this one, which signs too until then (RFC 3339). */
    readonly previous?: { readonly secret: string; readonly until: string };
  };
}

/** A trade item as its producer describes it. */
export interface ProductRecord {
  /** Class key `01/{gtin14}`. */
  readonly key: string;
  readonly name: string;
  readonly brand?: string;
  readonly category?: string;
  readonly producer?: string;
  readonly origin?: string;
  readonly nameZh?: string;
  /** A pack: how many of which smaller trade item (class key) are in it. */
  readonly contains?: { readonly product: string; readonly quantity: number };
}

/** A place: its party, name and address. */
export interface PlaceRecord {
  readonly key: string;
  readonly name?: string;
  readonly party?: string;
  readonly address?: string;
  readonly country?: string;
}

/** Master data that other modules read: who is who, what is what, where is where. Keys are canonical (`417/…`, `414/…`, `01/…`). */
export abstract class Directory {
  abstract party(id: string): Promise<PartyRecord | undefined>;
  abstract parties(ids: readonly string[]): Promise<ReadonlyMap<string, PartyRecord>>;
  abstract product(key: string): Promise<ProductRecord | undefined>;
  abstract place(key: string): Promise<PlaceRecord | undefined>;
}
