import { endsInCheckDigit } from './check-digit';
import { type CodeError, type Identifier, type IdentifierKind, type ParsedCode } from './identifier';
import { encodeValue, isCharacterSet82 } from './value-coding';

/** A GS1 key taken apart; every value is decoded, GTINs have 14 digits. */
export interface KeyElements {
  /** Application identifier of the primary key (`01`, `00`, `414`, …). */
  readonly ai: string;
  readonly value: string;
  /** Key qualifiers by application identifier: 10, 21, 235, 254, 8011. Consumer product variant (22) and 8019 are read and dropped. */
  readonly qualifiers?: Readonly<Record<string, string>>;
}

interface KeyRule {
  readonly pattern: RegExp;
  /** Number of leading digits that end in a check digit, 0 when the key has none. */
  readonly checked: number;
  readonly kind: IdentifierKind;
  /** Where the serial part begins in keys that carry theirs inside; a value that ends there is a class. */
  readonly serialAt?: number;
  readonly qualifiers: readonly string[];
}

const anyOf82 = `[!"%&'()*+,\\-./0-9:;<=>?A-Z_a-z]`;
const rule = (
  pattern: string,
  checked: number,
  kind: IdentifierKind,
  qualifiers: readonly string[] = [],
  serialAt?: number,
): KeyRule => ({
  pattern: new RegExp(`^${pattern}$`),
  checked,
  kind,
  qualifiers,
  ...(serialAt !== undefined && { serialAt }),
});

/** Primary keys of GS1 Digital Link with what follows from each. GINC, GIAI and CPI must show the four digits every company prefix has. */
const rules: Readonly<Record<string, KeyRule>> = {
  '00': rule('\\d{18}', 18, 'logistic-unit'),
  '01': rule('\\d{14}', 14, 'class', ['22', '10', '21', '235']),
  '253': rule(`\\d{13}${anyOf82}{0,17}`, 13, 'other'),
  '255': rule('\\d{13,25}', 13, 'instance', [], 13),
  '401': rule(`\\d{4}${anyOf82}{1,26}`, 0, 'other'),
  '402': rule('\\d{17}', 17, 'other'),
  '414': rule('\\d{13}', 13, 'place', ['254']),
  '417': rule('\\d{13}', 13, 'party'),
  '8003': rule(`0\\d{13}${anyOf82}{0,16}`, 14, 'returnable', [], 14),
  '8004': rule(`\\d{4}${anyOf82}{1,26}`, 0, 'asset'),
  '8006': rule('\\d{18}', 14, 'class', ['22', '10', '21']),
  '8010': rule('\\d{4}[#\\-/0-9A-Z]{1,26}', 0, 'class', ['8011']),
  '8017': rule('\\d{18}', 18, 'other', ['8019']),
  '8018': rule('\\d{18}', 18, 'other', ['8019']),
};

const lengthMax: Readonly<Record<string, number>> = {
  '10': 20,
  '21': 20,
  '22': 20,
  '235': 28,
  '254': 20,
  '8011': 12,
  '8019': 10,
};
const digitsOnly = /^\d+$/;

/** Whether `ai` is a primary key that this library turns into canonical keys. */
export const isPrimaryKey = (ai: string): boolean => Object.hasOwn(rules, ai);

/** The qualifiers that may follow a primary key, dropped ones included. */
export const qualifiersOf = (ai: string): readonly string[] => rules[ai]?.qualifiers ?? [];

const padding: Readonly<Record<number, string>> = { 8: '000000', 12: '00', 13: '0' };

/** GTIN-8, -12 and -13 as 14 digits; anything else unchanged. */
export const paddedGtin = (value: string): string => (digitsOnly.test(value) ? (padding[value.length] ?? '') + value : value);

/** A refusal by value. */
export const refused = (rule: string, message: string): { ok: false; error: CodeError } => ({
  ok: false,
  error: { rule, message },
});

const accepted = (identifier: Identifier): ParsedCode => ({ ok: true, identifier });

function qualifierFault(ai: string, value: string): string | undefined {
  if (value.length === 0) return `AI ${ai} is empty`;
  if (value.length > (lengthMax[ai] ?? 0)) return `AI ${ai} has more than ${String(lengthMax[ai])} characters`;
  if (!isCharacterSet82(value)) return `AI ${ai} holds a character outside GS1 character set 82`;
  if ((ai === '8011' || ai === '8019') && !digitsOnly.test(value)) return `AI ${ai} must be digits`;
  return undefined;
}

/**
 * The identifier that elements name, after checking lengths, characters and check digit. Refused with `gs1/check-digit`
 * or `gs1/malformed-key`; what a caller makes of that depends on the spelling.
 */
export function identifierOf({ ai, value, qualifiers = {} }: KeyElements): ParsedCode {
  const keyRule = rules[ai];
  if (!keyRule) return refused('gs1/malformed-key', `AI ${ai} is no GS1 key`);
  if (!keyRule.pattern.test(value)) return refused('gs1/malformed-key', `AI ${ai} does not allow '${value}'`);
  if (keyRule.checked > 0 && !endsInCheckDigit(value, keyRule.checked)) {
    return refused('gs1/check-digit', `AI ${ai}: the check digit of '${value.slice(0, keyRule.checked)}' is wrong`);
  }
  for (const qualifier of Object.keys(qualifiers)) {
    if (!keyRule.qualifiers.includes(qualifier)) return refused('gs1/malformed-key', `AI ${qualifier} does not qualify AI ${ai}`);
    const fault = qualifierFault(qualifier, qualifiers[qualifier] ?? '');
    if (fault !== undefined) return refused('gs1/malformed-key', fault);
  }
  if (ai === '01' || ai === '8006') return accepted(tradeItem(ai, value, qualifiers));
  const base = `${ai}/${encodeValue(value)}`;
  const extension = qualifiers['254'];
  // An extension of 0 says "the place itself" (TDS, SGLN): both spellings name one place.
  if (extension !== undefined && extension !== '0')
    return accepted({ key: `${base}/254/${encodeValue(extension)}`, kind: 'place' });
  const part = qualifiers['8011'];
  if (part !== undefined) return accepted({ key: `${base}/8011/${part}`, kind: 'instance', serial: part });
  return accepted({ key: base, kind: value.length === keyRule.serialAt ? 'class' : keyRule.kind });
}

function tradeItem(ai: string, value: string, qualifiers: Readonly<Record<string, string>>): Identifier {
  const base = `${ai}/${value}`;
  const gtin = ai === '01' ? { gtin: value } : {};
  const lot = qualifiers['10'];
  const stated = lot === undefined ? {} : { lot };
  const serial = qualifiers['21'];
  if (serial !== undefined) return { key: `${base}/21/${encodeValue(serial)}`, kind: 'instance', ...gtin, serial, ...stated };
  const controlled = qualifiers['235'];
  if (controlled !== undefined)
    return { key: `${base}/235/${encodeValue(controlled)}`, kind: 'instance', ...gtin, serial: controlled, ...stated };
  if (lot !== undefined) return { key: `${base}/10/${encodeValue(lot)}`, kind: 'lot', ...gtin, lot };
  return { key: base, kind: 'class', ...gtin };
}
