/** Where a unit or a quantity is, seen from custody (TRACE.md section 3). */
export type CustodyState = 'held' | 'in_transit' | 'sold' | 'consumed' | 'destroyed' | 'decommissioned' | 'unknown';
export type Certainty = 'certain' | 'possible';

/** One row of a `holders` answer. Keys are canonical, without the `https://id.gs1.org/` prefix; edges add it. */
export interface HolderRow {
  readonly party: string | null;
  readonly place: string | null;
  /** Lot key, else class key, else the thing's own key. */
  readonly product: string;
  /** null: present in an unknown quantity. */
  readonly quantity: number | null;
  readonly uom: string;
  readonly state: CustodyState;
  /** Sender, for goods in transit. */
  readonly from?: string | null;
  /** RFC 3339. */
  readonly since: string;
  readonly certainty: Certainty;
}

/** What a recall asks the graph for. One include entry: different fields narrow, values of one field widen. */
export interface ScopeEntry {
  /** GTIN-14. */
  readonly gtin?: string;
  readonly lots?: readonly string[];
  /** `*` and `?` wildcards over the lot's characters. */
  readonly lotPattern?: string;
  readonly serialRanges?: readonly { readonly from: string; readonly to: string; readonly lot?: string }[];
  /** Creation time window, RFC 3339, both inclusive. */
  readonly producedBetween?: { readonly from: string; readonly to: string };
  /** Place key of creation. */
  readonly place?: string;
  /** Lot keys whose derivatives are meant. */
  readonly inputLots?: readonly string[];
}

export interface Scope {
  readonly include: readonly ScopeEntry[];
  readonly exclude?: readonly ScopeEntry[];
  /** false: products made from affected goods and goods that contain them stay out. */
  readonly derived?: boolean;
}

export interface KnowledgeAt {
  /** Event time, inclusive, RFC 3339; default now. */
  readonly asOf?: string;
  /** Record time (RFC 3339) or log position (digits); default now. */
  readonly asKnownAt?: string;
}

/** Everybody the affected goods are with or went through, at one log position. */
export interface ScopeHolders {
  readonly position: number;
  readonly rows: readonly HolderRow[];
  /** Parties that held affected goods once and hold none now, with the time they let go. */
  readonly former: readonly {
    readonly party: string;
    readonly product: string;
    readonly certainty: Certainty;
    readonly since: string;
  }[];
  /** Per affected product: how much was produced. */
  readonly produced: readonly { readonly product: string; readonly uom: string; readonly quantity: number }[];
  /** Parties at whose places affected goods were made. */
  readonly producers: readonly string[];
}

/**
 * What a code is made of and belongs to: itself, its lots, what is inside it, and the ancestors of all of these. A recall
 * that matches any of them affects the code.
 */
export interface Ancestry {
  readonly key: string;
  readonly kind: string;
  /** Identities, the code itself first with certainty `certain`. */
  readonly identities: readonly AncestryIdentity[];
}

export interface AncestryIdentity {
  /** Instance, lot, class or container key. */
  readonly key: string;
  readonly gtin?: string;
  readonly serial?: string;
  /** Lots claimed for it, canonical lot keys; empty when nobody reported one. */
  readonly lots: readonly string[];
  /** RFC 3339, where its creation is known. */
  readonly createdAt?: string;
  readonly createdAtPlace?: string;
  readonly certainty: Certainty;
  /** `self` (the code), `member` (a lot of the class that was asked for), `content` (inside it), `ancestor` (it was made from it). */
  readonly relation: 'self' | 'member' | 'content' | 'ancestor';
}

/** Goods of one product going from one account of the ledger to another: all events that did the same, summed up. */
export interface ProofStep {
  readonly product: string;
  /** `created` and `unexplained` are where goods come from; null: no event says. */
  readonly from: ProofAccount | null;
  readonly to: ProofAccount;
  readonly quantity: number;
  readonly uom: string;
  /** How many events; the earliest captured of them are named. */
  readonly events: number;
  readonly eventIds: readonly string[];
  /** RFC 3339. */
  readonly firstAt: string;
  readonly lastAt: string;
}

export interface ProofAccount {
  readonly state: string;
  readonly party: string | null;
  readonly place: string | null;
}

/** Why a party counts as a holder: the way of the goods, from where they were made. Keys canonical. */
export interface HoldingProof {
  readonly party: string;
  readonly products: readonly string[];
  /** Product by product, earliest first. */
  readonly steps: readonly ProofStep[];
  /** What the goods were made of, as far as the question reached. */
  readonly madeFrom: readonly { readonly product: string; readonly input: string; readonly how: 'transformation' | 'part' }[];
  /** false: there are more products behind these than were looked through. */
  readonly complete: boolean;
  readonly position: number;
}

/** What the ledger says went through one party's hands, of one product in one unit. */
export interface PartyThroughput {
  readonly party: string;
  readonly product: string;
  readonly uom: string;
  /** Made by it or come to it, what is on the way to it included. */
  readonly received: number;
  readonly passedOn: number;
  readonly held: number;
  readonly inTransit: number;
  readonly sold: number;
  readonly consumed: number;
  readonly destroyed: number;
}

/** The trace graph as recalls read it. */
export abstract class TraceReader {
  abstract holdersOfScope(scope: Scope, at?: KnowledgeAt): Promise<ScopeHolders>;
  /** `code` is a canonical key. Unknown codes give only themselves. */
  abstract ancestry(key: string): Promise<Ancestry>;
  /** The same for many codes at one moment, in about as many statements as one takes. */
  abstract ancestries(keys: readonly string[]): Promise<ReadonlyMap<string, Ancestry>>;
  /**
   * What the graph knows of the codes themselves, for many codes in one read: an instance's own identity, and of a lot the
   * units for which it and another lot are claimed. No origins, no contents. Codes of which nothing is known are absent.
   */
  abstract selfIdentities(keys: readonly string[]): Promise<ReadonlyMap<string, readonly AncestryIdentity[]>>;
  /** Every product of this GTIN that was ever named: lot keys, and the class key where goods without a lot are known. */
  abstract productsOf(gtin: string): Promise<readonly string[]>;
  /** Every lot that is claimed for some unit beside another lot. */
  abstract contradictedLots(): Promise<readonly string[]>;
  /** Keys of all units of these products, also where the lot is only claimed; undefined when there are more than `most`. */
  abstract unitsOf(products: readonly string[], most: number): Promise<readonly string[] | undefined>;
  /** What of these products went through the hands of one party, or of every one. */
  abstract throughputOf(products: readonly string[], party?: string): Promise<readonly PartyThroughput[]>;
  /** How goods of these products came to a party, through what they were made of as long as it is among `within`. */
  abstract proofOf(party: string, products: readonly string[], within: ReadonlySet<string>): Promise<HoldingProof>;
  /** Log position whose effects are in the graph. */
  abstract position(): Promise<number>;
  /**
   * Lot/class keys whose custody, lineage or membership changed through records in (after, upTo]; `undefined` when that
   * history is no longer kept (treat everything as touched).
   */
  abstract touchedProducts(after: number, upTo: number): Promise<readonly string[] | undefined>;
}
