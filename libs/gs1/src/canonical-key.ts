import { checkDigit } from './check-digit';
import { type Identifier } from './identifier';
import { identifierOf, isPrimaryKey, paddedGtin } from './key-rules';
import { decodeValue, encodeValue } from './value-coding';

const gs1Domain = 'https://id.gs1.org/';

/** Whether `key` is a GS1 key and no opaque URI: only GS1 keys begin with a digit. */
export const isGs1Key = (key: string): boolean => key.charCodeAt(0) <= 57;

/** `01/{gtin14}`; a shorter GTIN is padded. */
export const classKey = (gtin: string): string => `01/${paddedGtin(gtin)}`;

/** `01/{gtin14}/10/{lot}` for a lot as it is printed (not percent-encoded). */
export const lotKey = (gtin: string, lot: string): string => `${classKey(gtin)}/10/${encodeValue(lot)}`;

/** `01/{gtin14}/21/{serial}` for a serial as it is printed (not percent-encoded). */
export const instanceKey = (gtin: string, serial: string): string => `${classKey(gtin)}/21/${encodeValue(serial)}`;

/** The URI that answers give: `https://id.gs1.org/{key}`, an opaque key as it is. */
export const toUri = (key: string): string => (isGs1Key(key) ? gs1Domain + key : key);

/** GTIN-14 of a key under AI 01. */
export const gtinOf = (key: string): string | undefined => (key.startsWith('01/') ? key.slice(3, 17) : undefined);

/** The decoded value behind a qualifier of a trade item key. */
function qualified(key: string, marker: string): string | undefined {
  if (!isTradeItem(key)) return undefined;
  const at = key.indexOf(marker);
  return at < 0 ? undefined : decodeValue(key.slice(at + marker.length));
}

/** The lot a lot key names, decoded. An instance key states none: ask the graph. */
export const lotOf = (key: string): string | undefined => qualified(key, '/10/');

/** The serial an instance key of a trade item names, decoded: AI 21, third-party controlled 235, or 8011. */
export const serialOf = (key: string): string | undefined =>
  qualified(key, '/21/') ?? qualified(key, '/235/') ?? qualified(key, '/8011/');

/** GTIN, its pieces (ITIP) and components (CPI), at class, lot or instance level: what is made, sold and recalled. */
export const isTradeItem = (key: string): boolean => key.startsWith('01/') || key.startsWith('8006/') || key.startsWith('8010/');

/** SSCC, GRAI and GIAI: what goods travel in. (A trade item may contain others too; this asks for those made to.) */
export const isContainer = (key: string): boolean => key.startsWith('00/') || key.startsWith('8003/') || key.startsWith('8004/');

/** The party that a place belongs to unless master data says otherwise: same thirteen digits (TRACE.md section 1). */
export const partyOfPlace = (placeKey: string): string | undefined =>
  placeKey.startsWith('414/') ? `417/${placeKey.slice(4, 17)}` : undefined;

/** The place with the digits of a party's GLN. */
export const placeOfParty = (partyKey: string): string | undefined =>
  partyKey.startsWith('417/') ? `414/${partyKey.slice(4)}` : undefined;

/** The primary key and its one qualifier, still encoded. */
export function keyParts(key: string): { ai: string; value: string; qualifier?: string; qualifierValue?: string } | undefined {
  const [ai = '', value = '', qualifier, qualifierValue] = key.split('/');
  if (!isPrimaryKey(ai)) return undefined;
  return { ai, value, ...(qualifier !== undefined && qualifierValue !== undefined && { qualifier, qualifierValue }) };
}

/** Reads a key this library made (no check of digits or lengths is repeated for the common forms); another text is opaque. */
export function describeKey(key: string): Identifier {
  if (key.startsWith('01/')) {
    const gtin = key.slice(3, 17);
    if (key.length === 17) return { key, kind: 'class', gtin };
    const rest = key.slice(21);
    if (key.startsWith('/21/', 17)) return { key, kind: 'instance', gtin, serial: decodeValue(rest) ?? rest };
    if (key.startsWith('/10/', 17)) return { key, kind: 'lot', gtin, lot: decodeValue(rest) ?? rest };
  }
  const parts = keyParts(key);
  if (!parts) return { key, kind: 'opaque' };
  const value = decodeValue(parts.value) ?? parts.value;
  const qualifiers = parts.qualifier === undefined ? {} : { [parts.qualifier]: decodeValue(parts.qualifierValue ?? '') ?? '' };
  const parsed = identifierOf({ ai: parts.ai, value, qualifiers });
  return parsed.ok ? parsed.identifier : { key, kind: 'opaque' };
}

/** The thirteen digits of a GLN with its check digit, from its first twelve. */
export const glnOf = (firstTwelve: string): string => firstTwelve + String(checkDigit(firstTwelve));
