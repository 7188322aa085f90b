/** Stored type strings of what this library writes to the log; constants for ever. */
export const PARTY_REGISTERED = 'party.registered';
export const PARTY_CHANGED = 'party.changed';
export const PLACE_DESCRIBED = 'masterdata.place-described';
export const PRODUCT_DESCRIBED = 'masterdata.product-described';
/** Written by capture: the master data of an EPCIS document's header. */
export const VOCABULARY_CAPTURED = 'masterdata.vocabulary';
export const SHARE_OPENED = 'share.opened';
export const SHARE_CLOSED = 'share.closed';

/** `party.registered`. Contacts are personal data: the log carries their opaque ids only. */
export interface PartyRegistered {
  readonly party: string;
  readonly name: string;
  readonly roles: readonly string[];
  readonly places: readonly string[];
  readonly contactIds: readonly string[];
}

/** `party.changed`: what is absent stays as it was. `webhookChanged` tells other processes to look again. */
export interface PartyChanged extends Partial<Omit<PartyRegistered, 'party'>> {
  readonly party: string;
  readonly webhookChanged?: boolean;
}

/** `masterdata.place-described`: what is absent stays as it was; `party: null` takes the place away from its party. */
export interface PlaceDescribed {
  readonly place: string;
  readonly party?: string | null;
  readonly name?: string;
  readonly address?: string;
  /** ISO 3166-1 alpha-2, or as captured. */
  readonly country?: string;
  readonly attributes?: Readonly<Record<string, string>>;
}

/** `masterdata.product-described`: what is absent stays as it was. */
export interface ProductDescribed {
  /** Class key `01/{gtin14}`. */
  readonly product: string;
  readonly name?: string;
  readonly nameZh?: string;
  readonly brand?: string;
  readonly category?: string;
  /** `417/…`. */
  readonly producer?: string;
  readonly origin?: string;
  readonly attributes?: Readonly<Record<string, string>>;
}

/** `share.opened`: `owner` lets `with` read its data about `products` (absent = all) of event times in [from, until). */
export interface ShareOpened {
  readonly share: string;
  readonly owner: string;
  readonly with: string;
  readonly products?: readonly string[];
  readonly from?: string;
  readonly until?: string;
}

export interface ShareClosed {
  readonly share: string;
}

/** Streams: one per party, per described key, per share. */
export const partyStream = (party: string): string => `party:${party}`;
export const masterDataStream = (key: string): string => `masterdata:${key}`;
export const shareStream = (share: string): string => `share:${share}`;
