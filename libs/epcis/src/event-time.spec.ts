import fc from 'fast-check';
import { readTime } from './index';

const rule = (text: string): unknown => {
  const read = readTime(text);
  return 'micros' in read ? read.micros : read.rule;
};

test('agrees with the platform on every time it knows', () => {
  fc.assert(
    fc.property(
      fc.date({ min: new Date('1600-01-01T00:00:00Z'), max: new Date('9999-12-31T00:00:00Z'), noInvalidDate: true }),
      fc.integer({ min: -840, max: 840 }),
      (date, offset) => {
        const sign = offset < 0 ? '-' : '+';
        const two = (value: number): string => String(value).padStart(2, '0');
        const zone = `${sign}${two(Math.floor(Math.abs(offset) / 60))}:${two(Math.abs(offset) % 60)}`;
        const local = new Date(date.getTime() + offset * 60_000);
        if (local.getUTCFullYear() > 9999) return;
        expect(rule(local.toISOString().replace('Z', zone))).toBe(date.getTime() * 1000);
      },
    ),
  );
});

test.each<[string, unknown]>([
  ['1970-01-01T00:00:00Z', 0],
  ['1970-01-01T00:00:00.0000019Z', 1],
  ['2000-02-29T00:00:00Z', 951782400000000],
  ['1900-02-29T00:00:00Z', 'epcis/bad-time'],
  ['2026-04-31T00:00:00Z', 'epcis/bad-time'],
  ['2026-03-01T08:30:60Z', 'epcis/bad-time'],
  ['2026-03-01T08:30Z', 'epcis/bad-time'],
  ['2026-03-01 08:30:00Z', 'epcis/bad-time'],
  ['2026-03-01T08:30:00+15:00', 'epcis/bad-time'],
  ['2026-03-01T08:30:00.5', 'epcis/time-zone-missing'],
  ['', 'epcis/bad-time'],
])('%s', (text, expected) => {
  expect(rule(text)).toBe(expected);
});
