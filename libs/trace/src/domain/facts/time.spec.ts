import fc from 'fast-check';
import { microsToTime, timeToMicros } from './time';

describe('A time in microseconds', () => {
  it('is written as the calendar has it, whatever was written before', () => {
    // As far as a double counts microseconds exactly.
    const instant = fc.integer({ min: Date.parse('0001-01-01T00:00:00Z'), max: Date.parse('2255-01-01T00:00:00Z') });
    fc.assert(
      fc.property(fc.array(instant, { minLength: 2, maxLength: 5 }), (instants) => {
        for (const millis of instants) {
          const [base, fraction = ''] = new Date(millis).toISOString().slice(0, -1).split('.');
          const digits = fraction.replace(/0+$/, '');
          expect(microsToTime(millis * 1000)).toBe(digits === '' ? `${base}Z` : `${base}.${digits}Z`);
        }
      }),
    );
  });

  it.each(['1969-12-31T23:59:59.999999Z', '1970-01-01T00:00:00Z', '2026-02-28T23:59:59.1Z', '2024-02-29T00:00:00.000001Z'])(
    'is read back from %s',
    (text) => {
      expect(microsToTime(timeToMicros(text) ?? NaN)).toBe(text);
    },
  );

  it('is refused where there is none', () => {
    expect(() => microsToTime(Infinity)).toThrow(RangeError);
    expect(() => microsToTime(NaN)).toThrow(RangeError);
  });
});
