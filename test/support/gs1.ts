import { checkDigit } from '@suyuan/gs1';

/** GLN of the example company, by number. */
export const gln = (number: number): string => withCheckDigit(`950600${String(number).padStart(6, '0')}`);
/** GTIN-14 of the example company, by number. */
export const gtin = (number: number): string => withCheckDigit(`0950600${String(number).padStart(6, '0')}`);
/** SSCC of the example company, by number. */
export const sscc = (number: number): string => withCheckDigit(`0950600${String(number).padStart(10, '0')}`);

function withCheckDigit(digits: string): string {
  return digits + String(checkDigit(digits));
}
