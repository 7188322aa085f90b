/** What a till must know of one product to tell codes it may clear from codes it must ask about. */
export interface ProductRule {
  /** GTIN-14. */
  readonly gtin: string;
  /** Every code of the product must be asked about. */
  readonly whole: boolean;
  /** So must a serial whose code states no lot. */
  readonly asksWithoutLot: boolean;
  /** So must every code with a serial: there are too many affected units to list. */
  readonly asksSerials: boolean;
  /** Lots as printed, sorted by code unit. */
  readonly lots: readonly string[];
  /** `*` any run, `?` one character; over the lot as printed. */
  readonly lotPatterns: readonly string[];
  /** Both ends inclusive: numeric where both ends and the serial are digits only, else of the ends' length, by code point. */
  readonly serialRanges: readonly { readonly from: string; readonly to: string }[];
}

/** The list a till holds. A code that it does not speak of is clear; every other must be asked about at the server. */
export interface Blocklist {
  readonly version: number;
  /** By GTIN-14. */
  readonly rules: ReadonlyMap<string, ProductRule>;
  /** Hashes (see `hashOfKey`) of units that only the graph knows to be affected, ascending, each once. */
  readonly hashes: Float64Array;
}

/** From one version to a later one. */
export interface BlocklistDelta {
  readonly base: number;
  readonly version: number;
  readonly removedRules: readonly string[];
  /** Rules that are new, or in the place of the product's old one. */
  readonly rules: readonly ProductRule[];
  readonly removedHashes: Float64Array;
  readonly addedHashes: Float64Array;
  /** SHA-256 of the full list at `version`, in hex. */
  readonly hash: string;
}

/** Hashes are this wide: a sound unit that must be asked about in vain is one in 2^40 / number of hashes. */
export const HASH_SPACE = 2 ** 40;
