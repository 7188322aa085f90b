/**
 * The GS1 check digit (GS1 General Specifications 7.9.1, modulo 10, weights 3 and 1 from the right) of a key written
 * without it. `digits` holds decimal digits only.
 */
export function checkDigit(digits: string): number {
  let sum = 0;
  let weight = 3;
  for (let i = digits.length - 1; i >= 0; i--) {
    sum += (digits.charCodeAt(i) - 48) * weight;
    weight = 4 - weight;
  }
  return (10 - (sum % 10)) % 10;
}

/** Whether the first `length` characters of `key` are digits that end in their own check digit. */
export function endsInCheckDigit(key: string, length: number): boolean {
  let sum = 0;
  let weight = 1;
  for (let i = length - 1; i >= 0; i--) {
    const digit = key.charCodeAt(i) - 48;
    if (!(digit >= 0 && digit <= 9)) return false;
    sum += digit * weight;
    weight = 4 - weight;
  }
  return sum % 10 === 0;
}
