import fc from 'fast-check';
import { loadRegimes } from '../load-regimes';
import { Limit, Unit, WorkCalendar } from '../regime';
import { addLimit } from './add-limit';

const DAY_MS = 86_400_000;
const calendars = ['cn', 'us', 'eu'].flatMap((id) => loadRegimes().calendar(id) ?? []);
const zones = ['Asia/Shanghai', 'Europe/Brussels', 'America/New_York', 'UTC'];
const places = fc.record({ timeZone: fc.constantFrom(...zones), calendar: fc.constantFrom(...calendars) });
const instants = fc
  .date({ min: new Date('2024-01-01T00:00:00Z'), max: new Date('2026-11-01T00:00:00Z'), noInvalidDate: true })
  .map((date) => date.toISOString());
const limits = (...units: Unit[]): fc.Arbitrary<Limit> =>
  fc.record({ count: fc.integer({ min: 0, max: 40 }), unit: fc.constantFrom(...units) });

/** The local date, by another way than the one under test. */
const dateIn = (timeZone: string, at: string): string =>
  new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' }).format(new Date(at));

function isWorked(date: string, { weekend, years }: WorkCalendar): boolean {
  const year = years[date.slice(0, 4)];
  if (year?.workdays.includes(date) === true) return true;
  return year?.holidays.includes(date) !== true && !weekend.includes(new Date(date).getUTCDay() || 7);
}

describe('A limit', () => {
  it('in working days ends on a worked day, with as many of them behind it as it names', () => {
    fc.assert(
      fc.property(instants, places, fc.integer({ min: 1, max: 40 }), (from, { timeZone, calendar }, count) => {
        const { at } = addLimit({ count, unit: 'wd' }, from, { timeZone, calendar });
        const last = dateIn(timeZone, at);
        const worked: string[] = [];
        for (let day = Date.parse(dateIn(timeZone, from)) + DAY_MS; day <= Date.parse(last); day += DAY_MS) {
          const date = new Date(day).toISOString().slice(0, 10);
          if (isWorked(date, calendar)) worked.push(date);
        }
        expect(worked).toHaveLength(count);
        expect(worked[worked.length - 1]).toBe(last);
      }),
    );
  });

  it('in days, months or years ends with the last moment of a local day', () => {
    fc.assert(
      fc.property(instants, places, limits('cd', 'wd', 'mo', 'y'), (from, place, limit) => {
        const end = Date.parse(addLimit(limit, from, place).at);
        const [last, next] = [end, end + 1].map((time) => dateIn(place.timeZone, new Date(time).toISOString()));
        expect(last).not.toBe(next);
      }),
    );
  });

  it('in hours, minutes or seconds elapses, whatever clocks do', () => {
    fc.assert(
      fc.property(instants, places, limits('h', 'min', 's'), (from, place, { count, unit }) => {
        const each = { h: 3_600_000, min: 60_000, s: 1_000 }[unit as 'h' | 'min' | 's'];
        expect(Date.parse(addLimit({ count, unit }, from, place).at) - Date.parse(from)).toBe(count * each);
      }),
    );
  });

  it('that is longer, or begins later, never ends earlier', () => {
    fc.assert(
      fc.property(instants, instants, places, limits('h', 'cd', 'wd', 'mo', 'y'), (one, other, place, limit) => {
        const [from = '', later = ''] = [one, other].sort();
        const end = addLimit(limit, from, place).at;
        expect(end <= addLimit(limit, later, place).at).toBe(true);
        expect(end <= addLimit({ ...limit, count: limit.count + 1 }, from, place).at).toBe(true);
      }),
    );
  });
});
