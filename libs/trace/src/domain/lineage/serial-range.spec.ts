import fc from 'fast-check';
import { isInRange, stretchesOf } from './serial-range';

const serial = fc.oneof(
  fc.integer({ min: 0, max: 3000 }).map(String),
  fc
    .tuple(fc.integer({ min: 0, max: 3000 }), fc.integer({ min: 1, max: 8 }))
    .map(([value, width]) => String(value).padStart(width, '0')),
  fc.string({ unit: fc.constantFrom('A', 'B', '0', '1', '9'), minLength: 1, maxLength: 5 }),
);

describe('A range of serials', () => {
  it('lies in its stretches, whatever the spelling of its numbers', () => {
    fc.assert(
      fc.property(serial, serial, serial, (from, to, each) => {
        const found = stretchesOf({ from, to }).some(({ low, high }) => each >= low && each <= high);
        return found || !isInRange(each, { from, to });
      }),
      { numRuns: 3000 },
    );
  });

  it('is numeric for digits only, else of one length by code point', () => {
    expect(isInRange('0042', { from: '7', to: '100' })).toBe(true);
    expect(isInRange('101', { from: '7', to: '100' })).toBe(false);
    expect(isInRange('A5', { from: 'A1', to: 'A9' })).toBe(true);
    expect(isInRange('A55', { from: 'A1', to: 'A9' })).toBe(false);
  });
});
