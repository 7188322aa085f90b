/** GS1 character set 82 (General Specifications 7.11): all a serial, a lot or a GLN extension may be made of. */
const characterSet82 = /^[!"%&'()*+,\-./0-9:;<=>?A-Z_a-z]*$/;
const plain = /^[A-Za-z0-9'\-._;=]*$/;
const toEscape = /[^A-Za-z0-9'\-._;=]/g;
const brokenEscape = /%(?![0-9A-Fa-f]{2})/;
const escape = /%([0-9A-Fa-f]{2})/g;

/** Whether `value` (decoded) is made of GS1 character set 82 only. */
export const isCharacterSet82 = (value: string): boolean => characterSet82.test(value);

/**
 * A decoded value as it stands in a canonical key. One value has exactly one encoding: letters, digits and `' - . _ ; =`
 * stand for themselves, everything else is `%XX` with capital hex digits (GS1 Digital Link URI Syntax, table 7-1).
 */
export function encodeValue(value: string): string {
  if (plain.test(value)) return value;
  return value.replace(toEscape, (c) => '%' + c.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0'));
}

/** Undoes `%XX`; undefined for a `%` that begins no escape. */
export function decodeValue(text: string): string | undefined {
  if (!text.includes('%')) return text;
  if (brokenEscape.test(text)) return undefined;
  return text.replace(escape, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
