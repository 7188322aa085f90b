import { checkDigit } from './check-digit';
import { type ParsedCode } from './identifier';
import { identifierOf, refused } from './key-rules';
import { gtinOf, serialOf } from './canonical-key';

/** Bits of the company prefix by partition value (Tag Data Standard, tables 14-2 and 14-4); digits are 12 minus the partition. */
const prefixBits = [40, 37, 34, 30, 27, 24, 20] as const;
const sgtin96 = 0x30n;
const sscc96 = 0x31n;
const serialMax = (1n << 38n) - 1n;

const field = (bits: bigint, from: number, length: number): bigint =>
  (bits >> BigInt(96 - from - length)) & ((1n << BigInt(length)) - 1n);

/**
 * The identifier in a 96-bit EPC memory bank, written as 24 hex digits: SGTIN-96 (header 30) and SSCC-96 (header 31).
 * Refused with `gs1/epc-binary` for another scheme, and for fields that hold more than their digits allow.
 */
export function decodeEpcHex(hex: string): ParsedCode {
  if (!/^[0-9A-Fa-f]{24}$/.test(hex)) return refused('gs1/epc-binary', 'a 96-bit EPC is 24 hex digits');
  const bits = BigInt(`0x${hex}`);
  const header = field(bits, 0, 8);
  if (header !== sgtin96 && header !== sscc96)
    return refused('gs1/epc-binary', `EPC header ${hex.slice(0, 2)} is neither SGTIN-96 nor SSCC-96`);
  const partition = Number(field(bits, 11, 3));
  const width = prefixBits[partition];
  if (width === undefined) return refused('gs1/epc-binary', 'partition 7 is not defined');
  const digits = 12 - partition;
  const total = header === sgtin96 ? 13 : 17;
  const prefix = field(bits, 14, width).toString().padStart(digits, '0');
  const reference = field(bits, 14 + width, (header === sgtin96 ? 44 : 58) - width)
    .toString()
    .padStart(total - digits, '0');
  if (prefix.length > digits || reference.length > total - digits)
    return refused('gs1/epc-binary', 'a field holds more than its digits allow');
  const body = reference.charAt(0) + prefix + reference.slice(1);
  const value = body + String(checkDigit(body));
  if (header === sscc96) return identifierOf({ ai: '00', value });
  return identifierOf({ ai: '01', value, qualifiers: { '21': field(bits, 58, 38).toString() } });
}

function encode(
  header: bigint,
  filter: number,
  companyPrefixLength: number,
  body: string,
  width: number,
  serial: bigint,
  serialBits: number,
): string | undefined {
  const partition = 12 - companyPrefixLength;
  const bitsOfPrefix = prefixBits[partition];
  if (bitsOfPrefix === undefined || !(filter >= 0 && filter <= 7)) return undefined;
  const prefix = BigInt(body.slice(1, 1 + companyPrefixLength));
  const reference = BigInt(body.charAt(0) + body.slice(1 + companyPrefixLength));
  let bits = (header << 3n) | BigInt(filter);
  bits = (bits << 3n) | BigInt(partition);
  bits = (((bits << BigInt(bitsOfPrefix)) | prefix) << BigInt(width - bitsOfPrefix)) | reference;
  return ((bits << BigInt(serialBits)) | serial).toString(16).toUpperCase().padStart(24, '0');
}

/**
 * SGTIN-96 of an `01/…/21/…` key. Undefined when the key has no serial the scheme can hold: digits without leading zero,
 * at most 274,877,906,943. The company prefix has 6 to 12 digits.
 */
export function encodeSgtin96(key: string, companyPrefixLength: number, filter = 1): string | undefined {
  const gtin = gtinOf(key);
  const serial = serialOf(key);
  if (gtin === undefined || serial === undefined || !/^(?:0|[1-9]\d{0,11})$/.test(serial) || BigInt(serial) > serialMax)
    return undefined;
  if (!key.includes('/21/')) return undefined;
  return encode(sgtin96, filter, companyPrefixLength, gtin.slice(0, 13), 44, BigInt(serial), 38);
}

/** SSCC-96 of a `00/…` key; the company prefix has 6 to 12 digits. */
export function encodeSscc96(key: string, companyPrefixLength: number, filter = 2): string | undefined {
  const sscc = /^00\/(\d{17})\d$/.exec(key)?.[1];
  return sscc === undefined ? undefined : encode(sscc96, filter, companyPrefixLength, sscc, 58, 0n, 24);
}
