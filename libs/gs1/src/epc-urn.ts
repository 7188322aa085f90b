import { checkDigit } from './check-digit';
import { type ParsedCode } from './identifier';
import { identifierOf, type KeyElements } from './key-rules';
import { decodeValue } from './value-coding';

const digits = /^\d+$/;
const companyPrefix = /^\d{6,12}$/;
const withCheckDigit = (key: string): string => key + String(checkDigit(key));

/** `C.R` or `C.R.rest`: company prefix, reference and what follows, or undefined when the digits don't add up to `total`. */
function split(body: string, total: number): { key: string; prefix: string; reference: string; rest: string } | undefined {
  const first = body.indexOf('.');
  const second = body.indexOf('.', first + 1);
  if (first < 6 || first > 12) return undefined;
  const prefix = body.slice(0, first);
  const reference = second < 0 ? body.slice(first + 1) : body.slice(first + 1, second);
  if (prefix.length + reference.length !== total || !digits.test(prefix + reference)) return undefined;
  return { key: prefix + reference, prefix, reference, rest: second < 0 ? '' : body.slice(second + 1) };
}

/** The leading digit of an item or serial reference is the indicator or extension digit and moves to the front of the key. */
const fronted = (prefix: string, reference: string): string => withCheckDigit(reference.charAt(0) + prefix + reference.slice(1));

function gtinWith(body: string, qualifier: string): KeyElements | undefined {
  const parts = split(body, 13);
  if (!parts) return undefined;
  const value = fronted(parts.prefix, parts.reference);
  if (parts.rest === '*') return { ai: '01', value };
  return parts.rest === '' ? undefined : { ai: '01', value, qualifiers: { [qualifier]: parts.rest } };
}

function serialised(ai: string, body: string, lead: string, serialRequired: boolean): KeyElements | undefined {
  const parts = split(body, 12);
  if (!parts || (serialRequired && parts.rest === '')) return undefined;
  return { ai, value: lead + withCheckDigit(parts.key) + (parts.rest === '*' ? '' : parts.rest) };
}

function plainKey(ai: string, body: string, total: number): KeyElements | undefined {
  const parts = split(body, total);
  return parts && parts.rest === '' && !body.endsWith('..') ? { ai, value: withCheckDigit(parts.key) } : undefined;
}

function prefixed(ai: string, body: string): KeyElements | undefined {
  const dot = body.indexOf('.');
  return companyPrefix.test(body.slice(0, dot)) ? { ai, value: body.slice(0, dot) + body.slice(dot + 1) } : undefined;
}

function componentPart(body: string): KeyElements | undefined {
  const last = body.lastIndexOf('.');
  const part = prefixed('8010', body.slice(0, last));
  const serial = body.slice(last + 1);
  if (!part || last <= body.indexOf('.')) return undefined;
  return { ...part, ...(serial !== '*' && { qualifiers: { '8011': serial } }) };
}

function tradeItemPiece(body: string): KeyElements | undefined {
  const parts = split(body, 13);
  const piece = parts && /^(\d\d)\.(\d\d)\.(.+)$/.exec(parts.rest);
  if (!piece) return undefined;
  const value = `${fronted(parts.prefix, parts.reference)}${piece[1] ?? ''}${piece[2] ?? ''}`;
  return { ai: '8006', value, ...(piece[3] !== '*' && { qualifiers: { '21': piece[3] ?? '' } }) };
}

function location(body: string): KeyElements | undefined {
  const parts = split(body, 12);
  if (!parts || parts.rest === '') return undefined;
  return { ai: '414', value: withCheckDigit(parts.key), qualifiers: { '254': parts.rest } };
}

function logisticUnit(body: string): KeyElements | undefined {
  const parts = split(body, 17);
  return parts && parts.rest === '' && parts.reference !== ''
    ? { ai: '00', value: fronted(parts.prefix, parts.reference) }
    : undefined;
}

type Reader = (body: string) => KeyElements | undefined;

/** EPC URI schemes by their URN prefix (Tag Data Standard 2.x, section 6; patterns: section 8, last field only). */
const readers: Readonly<Record<string, Reader>> = {
  'id:sgtin': (b) => gtinWith(b, '21'),
  'id:sscc': logisticUnit,
  'id:sgln': location,
  'id:pgln': (b) => plainKey('417', b, 12),
  'id:grai': (b) => serialised('8003', b, '0', true),
  'id:giai': (b) => prefixed('8004', b),
  'id:gsrn': (b) => plainKey('8018', b, 17),
  'id:gsrnp': (b) => plainKey('8017', b, 17),
  'id:gdti': (b) => serialised('253', b, '', true),
  'id:sgcn': (b) => serialised('255', b, '', true),
  'id:cpi': componentPart,
  'id:itip': tradeItemPiece,
  'id:upui': (b) => gtinWith(b, '235'),
  'id:ginc': (b) => prefixed('401', b),
  'id:gsin': (b) => plainKey('402', b, 16),
  'class:lgtin': (b) => gtinWith(b, '10'),
  'idpat:sgtin': (b) => gtinWith(b, '21'),
  'idpat:upui': (b) => gtinWith(b, '235'),
  'idpat:grai': (b) => serialised('8003', b, '0', true),
  'idpat:gdti': (b) => serialised('253', b, '', true),
  'idpat:sgcn': (b) => serialised('255', b, '', true),
  'idpat:cpi': componentPart,
  'idpat:itip': tradeItemPiece,
};

const shape = /^urn:epc:((id|class|idpat):[a-z]+):([^\s#?]*)$/i;

/**
 * The identifier an EPC pure identity, class or pattern URI names, or undefined when `text` is none that we know
 * (`gid`, `usdod`, a pattern with an open company prefix, wrong lengths): such a URI stays opaque.
 */
export function parseEpcUrn(text: string): ParsedCode | undefined {
  const match = shape.exec(text);
  const scheme = match?.[1]?.toLowerCase() ?? '';
  const encoded = match?.[3] ?? '';
  const isPattern = scheme.startsWith('idpat:');
  if (isPattern && !encoded.endsWith('.*')) return undefined;
  // Only in a pattern is a last star a wildcard; elsewhere it is an ordinary character of a serial.
  const body = isPattern ? encoded : encoded.replace(/\.\*$/, '.%2A');
  const elements = Object.hasOwn(readers, scheme) ? readers[scheme]?.(body) : undefined;
  return elements && checked(elements, isPattern);
}

function checked(elements: KeyElements, isPattern: boolean): ParsedCode | undefined {
  const encodedQualifiers = Object.entries(elements.qualifiers ?? {});
  // The one wildcard of a pattern was taken off; what still stands there is a serial, or a wildcard in the wrong field.
  if (isPattern && (encodedQualifiers.length > 0 || elements.value.includes('*'))) return undefined;
  const value = decodeValue(elements.value);
  if (value === undefined) return undefined;
  const qualifiers: Record<string, string> = {};
  for (const [ai, encoded] of encodedQualifiers) {
    const decoded = decodeValue(encoded);
    if (decoded === undefined) return undefined;
    qualifiers[ai] = decoded;
  }
  const parsed = identifierOf({ ai: elements.ai, value, qualifiers });
  return parsed.ok ? parsed : undefined;
}
