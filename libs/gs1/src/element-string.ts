import { fixedDataLength, isKnownAi, leadingAi } from './application-identifiers';
import { type ParsedCode } from './identifier';
import { identifierOf, isPrimaryKey, paddedGtin, qualifiersOf, refused } from './key-rules';

/** FNC1 as readers transmit it between element strings (ASCII 29). */
export const groupSeparator = '\x1d';
const symbology = /^\](?:C1|d2|Q3|e0|J1)/;
const bracketed = /^(?:\(\d{2,4}\)(?:\\\(|[^(])*)+$/;
const bracketedElement = /\((\d{2,4})\)((?:\\\(|[^(])*)/g;

type Element = readonly [ai: string, data: string];

/**
 * The identifier of a bracketed element string, `(01)09506000134352(10)ABC`. A bracket that belongs to a value is written
 * `\(`; identifiers that are no key and no qualifier (dates, weights) are read over.
 */
export function parseBracketed(text: string): ParsedCode {
  if (!bracketed.test(text))
    return refused('gs1/element-string', 'brackets must hold an application identifier each, with its data after them');
  const elements: Element[] = [];
  for (const match of text.matchAll(bracketedElement)) {
    const ai = match[1] ?? '';
    if (!isKnownAi(ai)) return refused('gs1/element-string', `(${ai}) is no application identifier`);
    elements.push([ai, (match[2] ?? '').replaceAll('\\(', '(').trimEnd()]);
  }
  return identifierOfElements(elements);
}

/** The identifier of what a barcode reader sends: optional symbology identifier, data, ASCII 29 after variable-length data. */
export function parseFnc1(text: string): ParsedCode {
  let rest = text.replace(symbology, '');
  const elements: Element[] = [];
  while (rest !== '') {
    if (rest.startsWith(groupSeparator)) {
      rest = rest.slice(1);
      continue;
    }
    const ai = leadingAi(rest);
    if (ai === undefined) return refused('gs1/element-string', `'${rest.slice(0, 4)}' begins no application identifier`);
    const end = rest.indexOf(groupSeparator);
    const length = fixedDataLength(ai) ?? (end < 0 ? rest.length : end) - ai.length;
    const data = rest.slice(ai.length, ai.length + length);
    if (data.length < length || data.includes(groupSeparator)) return refused('gs1/element-string', `AI ${ai} is cut short`);
    elements.push([ai, data]);
    rest = rest.slice(ai.length + length);
  }
  return identifierOfElements(elements);
}

/** The first key decides; the rest qualifies it or is data that no key needs. The same AI twice must say the same. */
function identifierOfElements(elements: readonly Element[]): ParsedCode {
  const key = elements.find(([ai]) => isPrimaryKey(ai));
  if (!key) return refused('gs1/element-string', 'the element string holds no GS1 key');
  const [ai, data] = key;
  const qualifiers: Record<string, string> = {};
  for (const [other, value] of elements) {
    if (!qualifiersOf(ai).includes(other)) continue;
    if (Object.hasOwn(qualifiers, other) && qualifiers[other] !== value)
      return refused('gs1/element-string', `AI ${other} is stated twice`);
    qualifiers[other] = value;
  }
  return identifierOf({ ai, value: ai === '01' ? paddedGtin(data) : data, qualifiers });
}
