import { isGs1Key, keyParts } from './canonical-key';
import { fixedDataLength } from './application-identifiers';
import { groupSeparator } from './element-string';
import { decodeValue } from './value-coding';

function elementsOf(key: string): (readonly [ai: string, data: string])[] | undefined {
  const parts = isGs1Key(key) ? keyParts(key) : undefined;
  if (!parts) return undefined;
  const first = [parts.ai, decodeValue(parts.value) ?? parts.value] as const;
  if (parts.qualifier === undefined || parts.qualifierValue === undefined) return [first];
  return [first, [parts.qualifier, decodeValue(parts.qualifierValue) ?? parts.qualifierValue]];
}

/** `(01)09506000134352(21)A`, for people; a bracket inside a value is written `\(`. Undefined for an opaque key. */
export const toElementString = (key: string): string | undefined =>
  elementsOf(key)
    ?.map(([ai, data]) => `(${ai})${data.replaceAll('(', '\\(')}`)
    .join('');

/** What a reader sends for a GS1-128 symbol with this key: `]C1`, data, ASCII 29 between variable-length elements. */
export function toFnc1String(key: string): string | undefined {
  const elements = elementsOf(key);
  if (!elements) return undefined;
  const texts = elements.map(
    ([ai, data], i) => ai + data + (i < elements.length - 1 && fixedDataLength(ai) === undefined ? groupSeparator : ''),
  );
  return `]C1${texts.join('')}`;
}

/** Characters that stand for themselves in a URN component (Tag Data Standard, table I.3.1-1); the rest is escaped. */
const escapedInUrn = /["#%&/<>?]/g;
const urnValue = (value: string): string =>
  value.replace(escapedInUrn, (c) => '%' + c.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0'));

const tradeItemSchemes: Readonly<Record<string, string>> = { '10': 'class:lgtin', '21': 'id:sgtin', '235': 'id:upui' };

/**
 * The EPC URI of a key, for which the length of the company prefix must be known (6 to 12 digits; a Digital Link does
 * not show it). Undefined for an opaque key, a place or class the scheme has no URI for, or an impossible length.
 */
export function toUrn(key: string, companyPrefixLength: number): string | undefined {
  const parts = isGs1Key(key) ? keyParts(key) : undefined;
  if (!parts || !(companyPrefixLength >= 6 && companyPrefixLength <= 12)) return undefined;
  const value = decodeValue(parts.value) ?? parts.value;
  const qualifier = urnValue(decodeValue(parts.qualifierValue ?? '') ?? '');
  const cut = (digits: string): string => `${digits.slice(0, companyPrefixLength)}.${digits.slice(companyPrefixLength)}`;
  const fronted = (digits: string): string =>
    `${digits.slice(1, 1 + companyPrefixLength)}.${digits.charAt(0)}${digits.slice(1 + companyPrefixLength)}`;
  const serialised = (scheme: string, digits: string, serial: string): string =>
    serial === '' ? `urn:epc:idpat:${scheme}:${cut(digits)}.*` : `urn:epc:id:${scheme}:${cut(digits)}.${urnValue(serial)}`;
  switch (parts.ai) {
    case '00':
      return `urn:epc:id:sscc:${fronted(value.slice(0, 17))}`;
    case '01':
      if (parts.qualifier === undefined) return `urn:epc:idpat:sgtin:${fronted(value.slice(0, 13))}.*`;
      return `urn:epc:${tradeItemSchemes[parts.qualifier] ?? ''}:${fronted(value.slice(0, 13))}.${qualifier}`;
    case '253':
      return serialised('gdti', value.slice(0, 12), value.slice(13));
    case '255':
      return serialised('sgcn', value.slice(0, 12), value.slice(13));
    case '401':
    case '8004':
      return value.length > companyPrefixLength
        ? `urn:epc:id:${parts.ai === '401' ? 'ginc' : 'giai'}:${prefixed(value, companyPrefixLength)}`
        : undefined;
    case '402':
      return `urn:epc:id:gsin:${cut(value.slice(0, 16))}`;
    case '414':
      return `urn:epc:id:sgln:${cut(value.slice(0, 12))}.${qualifier === '' ? '0' : qualifier}`;
    case '417':
      return `urn:epc:id:pgln:${cut(value.slice(0, 12))}`;
    case '8003':
      return serialised('grai', value.slice(1, 13), value.slice(14));
    case '8006': {
      if (parts.qualifier === '10') return undefined;
      const pieces = `${fronted(value.slice(0, 13))}.${value.slice(14, 16)}.${value.slice(16)}`;
      return qualifier === '' ? `urn:epc:idpat:itip:${pieces}.*` : `urn:epc:id:itip:${pieces}.${qualifier}`;
    }
    case '8010': {
      if (!/^\d+$/.test(value.slice(0, companyPrefixLength)) || value.length <= companyPrefixLength) return undefined;
      const part = prefixed(value, companyPrefixLength);
      return qualifier === '' ? `urn:epc:idpat:cpi:${part}.*` : `urn:epc:id:cpi:${part}.${qualifier}`;
    }
    case '8017':
    case '8018':
      return `urn:epc:id:${parts.ai === '8017' ? 'gsrnp' : 'gsrn'}:${cut(value.slice(0, 17))}`;
    default:
      return undefined;
  }
}

const prefixed = (value: string, length: number): string => `${value.slice(0, length)}.${urnValue(value.slice(length))}`;
