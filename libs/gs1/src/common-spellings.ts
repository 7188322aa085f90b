import { checkDigit, endsInCheckDigit } from './check-digit';
import { type ParsedCode } from './identifier';

const sgtinStart = 'urn:epc:id:sgtin:';
const lgtinStart = 'urn:epc:class:lgtin:';
const ssccStart = 'urn:epc:id:sscc:';
const domain = 'https://id.gs1.org/';

/** Letters, digits, `-`, `_` and a dot inside: values that are written alike in every spelling. */
function isPlainValue(text: string, from: number): boolean {
  const length = text.length - from;
  if (length < 1 || length > 20) return false;
  for (let i = from; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (!((c >= 48 && c <= 57) || (c >= 97 && c <= 122) || (c >= 65 && c <= 90) || c === 45 || c === 95 || c === 46)) return false;
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

/** Company prefix and reference of `total` digits at `start`, as a key with its check digit; '' when they are not there. */
function keyAt(text: string, start: number, total: number): string {
  const dot = text.indexOf('.', start);
  const end = start + total + 1;
  if (dot - start < 6 || dot - start > 12 || text.length < end || !areDigits(text, start, dot) || !areDigits(text, dot + 1, end)) return '';
  const body = text.charAt(dot + 1) + text.slice(start, dot) + text.slice(dot + 2, end);
  return body + String(checkDigit(body));
}

function tradeItemUrn(text: string, start: number, isLot: boolean): ParsedCode | undefined {
  const gtin = keyAt(text, start, 13);
  const at = start + 15;
  if (gtin === '' || text.charCodeAt(at - 1) !== 46 || !isPlainValue(text, at)) return undefined;
  const value = text.slice(at);
  if (isLot) return { ok: true, identifier: { key: `01/${gtin}/10/${value}`, kind: 'lot', gtin, lot: value } };
  return { ok: true, identifier: { key: `01/${gtin}/21/${value}`, kind: 'instance', gtin, serial: value } };
}

/** `01/{gtin14}[/10/…|/21/…]` beginning at `start`, when everything in it is plain and right. */
function keyPath(text: string, start: number): ParsedCode | undefined {
  const end = start + 17;
  if (!text.startsWith('01/', start) || text.length < end) return undefined;
  const gtin = text.slice(start + 3, end);
  if (!endsInCheckDigit(gtin, 14)) return undefined;
  if (text.length === end) return { ok: true, identifier: { key: start === 0 ? text : text.slice(start), kind: 'class', gtin } };
  const isLot = text.startsWith('/10/', end);
  if ((!isLot && !text.startsWith('/21/', end)) || !isPlainValue(text, end + 4)) return undefined;
  const key = start === 0 ? text : text.slice(start);
  const value = text.slice(end + 4);
  return { ok: true, identifier: isLot ? { key, kind: 'lot', gtin, lot: value } : { key, kind: 'instance', gtin, serial: value } };
}

/**
 * The spellings nearly all traffic uses, read without a regular expression or an intermediate object: SGTIN, LGTIN and
 * SSCC URNs and canonical keys, with or without GS1's domain. Undefined = read it the thorough way; never a refusal.
 */
export function parseCommonSpelling(text: string): ParsedCode | undefined {
  if (text.startsWith(sgtinStart)) return tradeItemUrn(text, sgtinStart.length, false);
  if (text.startsWith(domain)) return keyPath(text, domain.length);
  if (text.startsWith(lgtinStart)) return tradeItemUrn(text, lgtinStart.length, true);
  if (text.startsWith(ssccStart)) {
    const sscc = text.length === ssccStart.length + 18 ? keyAt(text, ssccStart.length, 17) : '';
    return sscc === '' ? undefined : { ok: true, identifier: { key: `00/${sscc}`, kind: 'logistic-unit' } };
  }
  return text.charCodeAt(0) === 48 ? keyPath(text, 0) : undefined;
}
