import { parseCode, toUri } from '@suyuan/gs1';
import { vocabularies } from './cbv-vocabulary';
import { readTime } from './event-time';
import { expandCurie, type Namespaces } from './json-ld-context';

const decimal = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)$/;
const leadingZero = /^[+-]?0\d/;

/** A number without exponent, leading plus or trailing zeros. */
function canonicalNumber(value: number): string {
  if (Number.isInteger(value)) return BigInt(value).toString();
  const [mantissa = '', exponent] = String(value).split('e-');
  if (exponent === undefined) return mantissa;
  const digits = mantissa.replace(/[-.]/g, '');
  return `${value < 0 ? '-' : ''}0.${'0'.repeat(Number(exponent) - 1)}${digits}`;
}

/**
 * A string that is a quantity becomes that number, as the algorithm's published vectors have it. Digits with a leading
 * zero are identifiers and stay: lots 007 and 7 are two lots.
 */
function canonicalDecimal(text: string): string {
  return decimal.test(text) && !leadingZero.test(text) ? canonicalNumber(Number(text)) : text;
}

function canonicalUri(text: string): string {
  for (const { urn, web } of vocabularies) if (text.startsWith(urn)) return web + text.slice(urn.length);
  const parsed = parseCode(text);
  return parsed.ok ? toUri(parsed.identifier.key) : text;
}

/**
 * A leaf of an event as the event hash spells it (CBV 2.0, 8.9.2): blanks cut, CURIEs expanded, URN vocabulary as web
 * URIs, EPC URIs and Digital Links as canonical Digital Links, quantities without trailing zeros.
 */
export function canonicalLeaf(value: unknown, namespaces: Namespaces): string {
  if (typeof value === 'number') return canonicalNumber(value);
  if (typeof value === 'boolean') return String(value);
  if (typeof value !== 'string') return '';
  const text = value.trim();
  if (!text.includes(':')) return canonicalDecimal(text);
  const uri = expandCurie(text, namespaces);
  return uri.startsWith('urn:') || uri.startsWith('http') ? canonicalUri(uri) : uri;
}

/** A time in UTC with milliseconds, the third decimal rounded half up; what is no time stays as it is. */
export function canonicalTime(value: unknown): string {
  if (typeof value !== 'string') return '';
  const read = readTime(value.trim());
  return 'micros' in read ? new Date(Math.floor((read.micros + 500) / 1000)).toISOString() : value.trim();
}

const SURROGATE = /[\ud800-\udfff]/;

/** Sorts in place by code points, as the algorithm sorts. The order of UTF-16, which is native, differs only by surrogates. */
export function inCodePointOrder(texts: string[]): string[] {
  return texts.some((text) => SURROGATE.test(text)) ? texts.sort(byCodePoint) : texts.sort();
}

function byCodePoint(a: string, b: string): number {
  if (a === b) return 0;
  for (let i = 0; i < a.length && i < b.length; i++) {
    const left = a.codePointAt(i) ?? 0;
    const right = b.codePointAt(i) ?? 0;
    if (left !== right) return left - right;
  }
  return a.length - b.length;
}
