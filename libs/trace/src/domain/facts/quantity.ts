/**
 * Quantities are counted in whole nano-units (10⁻⁹) as bigint: sums of doubles depend on their order, and answers must
 * not depend on arrival (TRACE.md section 8, 1).
 */
export type Nano = bigint;

export const ONE: Nano = 1_000_000_000n;

/** Pieces under any of their UN/CEFACT Rec 20 names. */
export const EACH = 'EA';

interface Unit {
  readonly base: string;
  /** Base units per unit, as a fraction. */
  readonly numerator: bigint;
  readonly denominator: bigint;
}

const unit = (base: string, numerator: bigint, denominator = 1n): Unit => ({ base, numerator, denominator });

/** UN/CEFACT Rec 20 codes of the dimensions that goods are counted in. A code not listed stands for itself. */
const UNITS: ReadonlyMap<string, Unit> = new Map([
  ['EA', unit(EACH, 1n)],
  ['C62', unit(EACH, 1n)],
  ['H87', unit(EACH, 1n)],
  ['KGM', unit('KGM', 1n)],
  ['GRM', unit('KGM', 1n, 1_000n)],
  ['MGM', unit('KGM', 1n, 1_000_000n)],
  ['TNE', unit('KGM', 1_000n)],
  ['LBR', unit('KGM', 45_359_237n, 100_000_000n)],
  ['ONZ', unit('KGM', 45_359_237n, 1_600_000_000n)],
  ['LTR', unit('LTR', 1n)],
  ['MLT', unit('LTR', 1n, 1_000n)],
  ['CLT', unit('LTR', 1n, 100n)],
  ['DLT', unit('LTR', 1n, 10n)],
  ['HLT', unit('LTR', 100n)],
  ['MTQ', unit('LTR', 1_000n)],
  ['MTR', unit('MTR', 1n)],
  ['CMT', unit('MTR', 1n, 100n)],
  ['MMT', unit('MTR', 1n, 1_000n)],
  ['KMT', unit('MTR', 1_000n)],
]);

/** A quantity in the base unit of its dimension. */
export function toBase(quantity: number, uom: string | undefined): { amount: Nano; uom: string } {
  const found = UNITS.get(uom ?? EACH);
  const amount = nano(quantity);
  if (found === undefined) return { amount, uom: uom ?? EACH };
  return { amount: divideRounded(amount * found.numerator, found.denominator), uom: found.base };
}

/** The base unit that a unit code is counted in. */
export function baseUom(uom: string | undefined): string {
  return UNITS.get(uom ?? EACH)?.base ?? uom ?? EACH;
}

/** Nearest double of a nano-quantity, for answers. */
export function fromNano(amount: Nano): number {
  return Number(amount) / 1e9;
}

function nano(quantity: number): Nano {
  const [mantissa = '0', exponent = '0'] = quantity.toString().split('e');
  const [whole = '0', fraction = ''] = mantissa.split('.');
  const shift = 9 + Number(exponent) - fraction.length;
  const digits = BigInt(whole + fraction);
  return shift >= 0 ? digits * 10n ** BigInt(shift) : divideRounded(digits, 10n ** BigInt(-shift));
}

function divideRounded(value: bigint, by: bigint): bigint {
  const half = by / 2n;
  return value >= 0n ? (value + half) / by : (value - half) / by;
}
