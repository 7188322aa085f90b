import { parseCommonSpelling } from './common-spellings';
import { parseDigitalLink, parseKeyPath } from './digital-link';
import { groupSeparator, parseBracketed, parseFnc1 } from './element-string';
import { decodeEpcHex } from './epc-binary';
import { parseEpcUrn } from './epc-urn';
import { type ParsedCode } from './identifier';
import { identifierOf, paddedGtin, refused } from './key-rules';

/** Longest code that is read; longer text is refused before anything looks at it. */
const codeLengthMax = 2048;
const absoluteUri = /^[A-Za-z][A-Za-z0-9+.-]*:[^\s\p{Cc}]+$/u;
const scheme = /^[A-Za-z][A-Za-z0-9+.-]*:/;
const bareGtin = /^(?:\d{8}|\d{12,14})$/;
const epcHex = /^3[01][0-9A-Fa-f]{22}$/;

/**
 * Reads a code in any spelling into its one canonical key: EPC URN (identity, class, pattern),
 * GS1 Digital Link of any domain, canonical path, element string with brackets or FNC1, bare GTIN or SSCC, and RFID hex
 * of SGTIN-96 and SSCC-96. Any other absolute URI is an opaque key and kept verbatim.
 *
 * Never throws. Refusals: `gs1/check-digit`, `gs1/malformed-key`, `gs1/element-string`, `gs1/epc-binary`,
 * `gs1/not-a-code` and `gs1/too-long`.
 */
export function parseCode(text: string): ParsedCode {
  return parseCommonSpelling(text) ?? parseThoroughly(text.trim());
}

function parseThoroughly(text: string): ParsedCode {
  if (text === '') return refused('gs1/not-a-code', 'the code is empty');
  if (text.length > codeLengthMax) return refused('gs1/too-long', `a code has at most ${String(codeLengthMax)} characters`);
  if (absoluteUri.test(text)) return parseUri(text);
  if (scheme.test(text))
    return refused('gs1/not-a-code', 'a URI holds neither blanks nor control characters, and something after its scheme');
  if (text.startsWith('(')) return parseBracketed(text);
  if (text.startsWith(']') || text.includes(groupSeparator)) return parseFnc1(text);
  if (bareGtin.test(text)) return identifierOf({ ai: '01', value: paddedGtin(text) });
  if (/^\d{18}$/.test(text)) return identifierOf({ ai: '00', value: text });
  if (epcHex.test(text)) return decodeEpcHex(text);
  if (text.includes('/')) return parsePath(text);
  if (/^0[01]\d{14}/.test(text)) return parseFnc1(text);
  return refused('gs1/not-a-code', 'neither a GS1 code nor an absolute URI');
}

function parseUri(text: string): ParsedCode {
  const name = text.slice(0, text.indexOf(':')).toLowerCase();
  const known = name === 'urn' ? parseEpcUrn(text) : name === 'http' || name === 'https' ? parseDigitalLink(text) : undefined;
  return known ?? { ok: true, identifier: { key: text, kind: 'opaque' } };
}

/** A path has no domain that could make it a URI of its own: what is no GS1 key is nothing. */
function parsePath(text: string): ParsedCode {
  const parsed = parseKeyPath(text.startsWith('/') ? text.slice(1) : text);
  return parsed ?? refused('gs1/malformed-key', 'the path is no GS1 key');
}
