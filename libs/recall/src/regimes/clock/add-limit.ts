import { DateTime } from 'luxon';
import { Limit, WorkCalendar } from '../regime';

/** An end of time, RFC 3339 in UTC, and what the calendar could not say. */
export interface LimitEnd {
  readonly at: string;
  readonly note?: string;
}

/** Where days begin and which of them are worked. */
export interface Days {
  readonly timeZone: string;
  readonly calendar: WorkCalendar;
}

/**
 * When a limit that began at `from` ends. Seconds, minutes and hours elapse. Days, months and years are counted by the local
 * date: the day of the event does not count, and the last day counts to its end. No last day is put off because it is free:
 * that only makes the limit stricter.
 *
 * @param from RFC 3339
 */
export function addLimit({ count, unit }: Limit, from: string, { timeZone, calendar }: Days): LimitEnd {
  const start = DateTime.fromISO(from, { zone: timeZone });
  switch (unit) {
    case 's':
      return { at: utc(start.plus({ seconds: count })) };
    case 'min':
      return { at: utc(start.plus({ minutes: count })) };
    case 'h':
      return { at: utc(start.plus({ hours: count })) };
    case 'cd':
      return { at: utc(start.plus({ days: count }).endOf('day')) };
    case 'mo':
      return { at: utc(start.plus({ months: count }).endOf('day')) };
    case 'y':
      return { at: utc(start.plus({ years: count }).endOf('day')) };
    case 'wd':
      return workingDays(count, start, calendar);
  }
}

function workingDays(count: number, start: DateTime, calendar: WorkCalendar): LimitEnd {
  const unknown = new Set<number>();
  let day = start;
  for (let left = count; left > 0;) {
    day = day.plus({ days: 1 });
    if (!knowsYear(calendar, day.year)) unknown.add(day.year);
    if (isWorked(day, calendar)) left -= 1;
  }
  const at = utc(day.endOf('day'));
  const years = [...unknown].join(', ');
  const notes = [
    ...(unknown.size === 0 ? [] : [`The calendar "${calendar.id}" does not know ${years}: weekends alone were taken as free.`]),
    ...(calendar.note === undefined ? [] : [calendar.note]),
  ];
  return notes.length === 0 ? { at } : { at, note: notes.join(' ') };
}

/** A calendar without any year claims no holidays, so that none can be missing. */
const knowsYear = ({ years }: WorkCalendar, year: number): boolean =>
  Object.keys(years).length === 0 || years[String(year)] !== undefined;

function isWorked(day: DateTime, { weekend, years }: WorkCalendar): boolean {
  const date = day.toFormat('yyyy-MM-dd');
  const year = years[String(day.year)];
  if (year?.workdays.includes(date) ?? false) return true;
  if (year?.holidays.includes(date) ?? false) return false;
  return !weekend.includes(day.weekday);
}

function utc(time: DateTime): string {
  return time.toUTC().toJSDate().toISOString();
}
