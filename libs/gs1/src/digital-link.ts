import { aiOfSegment } from './application-identifiers';
import { type ParsedCode } from './identifier';
import { identifierOf, isPrimaryKey, paddedGtin, qualifiersOf } from './key-rules';
import { decodeValue } from './value-coding';

const origin = /^https?:\/\/[^/?#]+\//i;
/** Keys whose wrong check digit is an error and never an opaque URI: goods, places and parties depend on them. */
const strict = new Set(['00', '01', '414', '417']);

/** The identifier a GS1 Digital Link of any domain names, or undefined when the URI is none. */
export function parseDigitalLink(text: string): ParsedCode | undefined {
  const start = origin.exec(text)?.[0].length;
  return start === undefined ? undefined : parseKeyPath(text.slice(start).split(/[?#]/, 1)[0] ?? '');
}

/**
 * The identifier of a path `[prefix/…/]key/value[/qualifier/value…]`, or undefined when no reading of it is a GS1 key.
 * A right shape with a wrong check digit under AI 00, 01, 414 or 417 is an error.
 */
export function parseKeyPath(path: string): ParsedCode | undefined {
  const segments = path.split('/');
  while (segments.length > 1 && segments.at(-1) === '') segments.pop();
  // Values hold no slash, so the key stands an even number of segments before the end.
  for (let at = segments.length % 2; at < segments.length; at += 2) {
    const ai = aiOfSegment(segments[at] ?? '');
    if (!isPrimaryKey(ai)) continue;
    const parsed = readKeyAt(segments, at, ai);
    if (parsed.ok || (parsed.error.rule === 'gs1/check-digit' && strict.has(ai))) return parsed;
  }
  return undefined;
}

function readKeyAt(segments: readonly string[], at: number, ai: string): ParsedCode {
  const malformed: ParsedCode = { ok: false, error: { rule: 'gs1/malformed-key', message: 'no GS1 key' } };
  const decoded = decodeValue(segments[at + 1] ?? '');
  if (decoded === undefined) return malformed;
  const value = ai === '01' ? paddedGtin(decoded) : decoded;
  const qualifiers: Record<string, string> = {};
  for (let i = at + 2; i < segments.length; i += 2) {
    const qualifier = aiOfSegment(segments[i] ?? '');
    const text = decodeValue(segments[i + 1] ?? '');
    if (text === undefined || Object.hasOwn(qualifiers, qualifier) || !qualifiersOf(ai).includes(qualifier)) return malformed;
    qualifiers[qualifier] = text;
  }
  return identifierOf({ ai, value, qualifiers });
}
