/** GS1 character set 82 (General Specifications 7.11): all a serial, a lot or a GLN extension may be made of. */
const characterSet82 = /^[!"%&'()*+,\-./0-9:;<=>?A-Z_a-z]*$/;
const plain = /^[A-Za-z0-9'\-._;=]*$/;
const toEscape = /[^A-Za-z0-9'\-._;=]/gu;
/** Whether `value` (decoded) is made of GS1 character set 82 only. */
export const isCharacterSet82 = (value: string): boolean => characterSet82.test(value);

/**
 * A decoded value as it stands in a canonical key. One value has exactly one encoding: letters, digits and `' - . _ ; =`
 * stand for themselves, everything else is `%XX` with capital hex digits (GS1 Digital Link URI Syntax, table 7-1). A lot from master
 * data may hold characters GS1 does not allow in a code; they are escaped as UTF-8.
 */
export function encodeValue(value: string): string {
  if (plain.test(value)) return value;
  return value.replace(toEscape, (c) => {
    const code = c.codePointAt(0) ?? 0;
    if (code < 128) return '%' + code.toString(16).toUpperCase().padStart(2, '0');
    // Half a surrogate pair is no character; UTF-8 can't say it.
    return encodeURIComponent(code >= 0xd800 && code <= 0xdfff ? '\ufffd' : c);
  });
}

/** Undoes `%XX`; undefined for a `%` that begins no escape and for bytes that are no UTF-8. */
export function decodeValue(text: string): string | undefined {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
