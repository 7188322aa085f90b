/** Serials from one to another, both inclusive (API.md, "Scope"). */
export interface SerialRange {
  readonly from: string;
  readonly to: string;
}

const DIGITS = /^\d+$/;
/** GS1 General Specifications: AI (21) has at most 20 characters. */
const SERIAL_CHARS_MAX = 20;

/** Numeric where both ends and the serial are digits only, else serials of the ends' length by code point (API.md). */
export function isInRange(serial: string, { from, to }: SerialRange): boolean {
  if (DIGITS.test(from) && DIGITS.test(to) && DIGITS.test(serial)) {
    const value = BigInt(serial);
    return value >= BigInt(from) && value <= BigInt(to);
  }
  return serial.length === from.length && serial.length === to.length && serial >= from && serial <= to;
}

/**
 * The stretches of an index of serials by code point in which all serials of a range are; what else lies between must be
 * left out by `isInRange`. Numbers may be written with leading zeros: one stretch for each length they may have.
 */
export function stretchesOf({ from, to }: SerialRange): { readonly low: string; readonly high: string }[] {
  if (!DIGITS.test(from) || !DIGITS.test(to)) return [{ low: from, high: to }];
  const [low, high] = [from, to].map((end) => end.replace(/^0+(?=\d)/, '')) as [string, string];
  const stretches: { low: string; high: string }[] = [];
  for (let length = low.length; length <= SERIAL_CHARS_MAX; length++) {
    const top = length < high.length ? '9'.repeat(length) : high.padStart(length, '0');
    const bottom = low.padStart(length, '0');
    if (bottom <= top) stretches.push({ low: bottom, high: top });
  }
  return stretches;
}
