import { checkDigit, endsInCheckDigit } from './check-digit';
import { type ParsedCode } from './identifier';

const sgtinStart = 'urn:epc:id:sgtin:';
const lgtinStart = 'urn:epc:class:lgtin:';
const ssccStart = 'urn:epc:id:sscc:';
const sglnStart = 'urn:epc:id:sgln:';
const pglnStart = 'urn:epc:id:pgln:';
const https = 'https://';

/** Letters, digits, `-`, `_` and a dot inside: values that are written alike in every spelling. */
function isPlainValue(text: string, from: number): boolean {
  const length = text.length - from;
  if (length < 1 || length > 20) return false;
  for (let i = from; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (!((c >= 48 && c <= 57) || (c >= 97 && c <= 122) || (c >= 65 && c <= 90) || c === 45 || c === 95 || c === 46))
      return false;
  }
  return true;
}

function areDigits(text: string, from: number, to: number): boolean {
  for (let i = from; i < to; i++) {
    const c = text.charCodeAt(i);
    if (c < 48 || c > 57) return false;
  }
  return true;
}

/** Whether company prefix, dot and reference of `total` digits stand at `start`; the place of the dot, or -1. */
function dotAt(text: string, start: number, total: number): number {
  const dot = text.indexOf('.', start);
  const end = start + total + 1;
  return dot - start < 6 ||
    dot - start > 12 ||
    text.length < end ||
    !areDigits(text, start, dot) ||
    !areDigits(text, dot + 1, end)
    ? -1
    : dot;
}

/** A GTIN or SSCC with its check digit: the first digit of the reference moves to the front. '' when it is not there. */
function frontedKeyAt(text: string, start: number, total: number): string {
  const dot = dotAt(text, start, total);
  if (dot < 0) return '';
  const body = text.charAt(dot + 1) + text.slice(start, dot) + text.slice(dot + 2, start + total + 1);
  return body + String(checkDigit(body));
}

function glnAt(text: string, start: number): string {
  const dot = dotAt(text, start, 12);
  if (dot < 0) return '';
  const body = text.slice(start, dot) + text.slice(dot + 1, start + 13);
  return body + String(checkDigit(body));
}

function locationUrn(text: string): ParsedCode | undefined {
  const gln = glnAt(text, sglnStart.length);
  const at = sglnStart.length + 14;
  if (gln === '' || text.charCodeAt(at - 1) !== 46 || !isPlainValue(text, at)) return undefined;
  const extension = text.slice(at);
  return { ok: true, identifier: { key: extension === '0' ? `414/${gln}` : `414/${gln}/254/${extension}`, kind: 'place' } };
}

function tradeItemUrn(text: string, start: number, isLot: boolean): ParsedCode | undefined {
  const gtin = frontedKeyAt(text, start, 13);
  const at = start + 15;
  if (gtin === '' || text.charCodeAt(at - 1) !== 46 || !isPlainValue(text, at)) return undefined;
  const value = text.slice(at);
  if (isLot) return { ok: true, identifier: { key: `01/${gtin}/10/${value}`, kind: 'lot', gtin, lot: value } };
  return { ok: true, identifier: { key: `01/${gtin}/21/${value}`, kind: 'instance', gtin, serial: value } };
}

/** `01/{gtin14}[/10/…|/21/…]`, `414/{gln}` or `417/{gln}` beginning at `start`, when everything in it is plain and right. */
function keyPath(text: string, start: number): ParsedCode | undefined {
  if (text.startsWith('41', start)) return locationPath(text, start);
  const end = start + 17;
  if (!text.startsWith('01/', start) || text.length < end) return undefined;
  const gtin = text.slice(start + 3, end);
  if (!endsInCheckDigit(gtin, 14)) return undefined;
  if (text.length === end) return { ok: true, identifier: { key: start === 0 ? text : text.slice(start), kind: 'class', gtin } };
  const isLot = text.startsWith('/10/', end);
  if ((!isLot && !text.startsWith('/21/', end)) || !isPlainValue(text, end + 4)) return undefined;
  const key = start === 0 ? text : text.slice(start);
  const value = text.slice(end + 4);
  return {
    ok: true,
    identifier: isLot ? { key, kind: 'lot', gtin, lot: value } : { key, kind: 'instance', gtin, serial: value },
  };
}

function locationPath(text: string, start: number): ParsedCode | undefined {
  const isPlace = text.startsWith('414/', start);
  if ((!isPlace && !text.startsWith('417/', start)) || text.length !== start + 17 || !endsInCheckDigit(text.slice(start + 4), 13))
    return undefined;
  return { ok: true, identifier: { key: text.slice(start), kind: isPlace ? 'place' : 'party' } };
}

/**
 * The spellings nearly all traffic uses, read without a regular expression or an intermediate object: SGTIN, LGTIN, SSCC,
 * SGLN and PGLN URNs, and canonical keys with or without a domain before them. Undefined = read it the thorough way;
 * never a refusal.
 */
export function parseCommonSpelling(text: string): ParsedCode | undefined {
  if (text.startsWith(https)) {
    const slash = text.indexOf('/', https.length);
    return slash <= https.length ? undefined : keyPath(text, slash + 1);
  }
  if (text.startsWith(sgtinStart)) return tradeItemUrn(text, sgtinStart.length, false);
  if (text.startsWith(lgtinStart)) return tradeItemUrn(text, lgtinStart.length, true);
  if (text.startsWith(sglnStart)) return locationUrn(text);
  if (text.startsWith(ssccStart)) {
    const sscc = text.length === ssccStart.length + 18 ? frontedKeyAt(text, ssccStart.length, 17) : '';
    return sscc === '' ? undefined : { ok: true, identifier: { key: `00/${sscc}`, kind: 'logistic-unit' } };
  }
  if (text.startsWith(pglnStart)) {
    const gln = text.length === pglnStart.length + 13 ? glnAt(text, pglnStart.length) : '';
    return gln === '' ? undefined : { ok: true, identifier: { key: `417/${gln}`, kind: 'party' } };
  }
  return text.charCodeAt(0) <= 52 ? keyPath(text, 0) : undefined;
}
