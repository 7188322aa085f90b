/** GLNs and GTINs of the GS1 example prefix 950600 with right check digits. */
export function gln(reference: number): string {
  return withCheckDigit(`950600${String(reference).padStart(6, '0')}`);
}

export function gtin(reference: number): string {
  return withCheckDigit(`0950600${String(reference).padStart(6, '0')}`);
}

export const partyUri = (reference: number): string => `https://id.gs1.org/417/${gln(reference)}`;
export const placeUri = (reference: number): string => `https://id.gs1.org/414/${gln(reference)}`;

function withCheckDigit(digits: string): string {
  const sum = [...digits].reverse().reduce((total, digit, at) => total + Number(digit) * (at % 2 === 0 ? 3 : 1), 0);
  return `${digits}${(10 - (sum % 10)) % 10}`;
}
