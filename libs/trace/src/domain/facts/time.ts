const DAY_SECONDS = 86_400;

/** RFC 3339 in UTC, with as many fraction digits as the instant has (at most six). */
export function microsToTime(micros: number): string {
  const whole = Math.floor(micros / 1_000_000);
  const fraction = micros - whole * 1_000_000;
  const day = Math.floor(whole / DAY_SECONDS);
  const second = whole - day * DAY_SECONDS;
  const hour = Math.floor(second / 3600);
  const minute = Math.floor(second / 60) - hour * 60;
  const base = `${dateOf(day)}T${TWO[hour]}:${TWO[minute]}:${TWO[second - hour * 3600 - minute * 60]}`;
  return fraction === 0 ? `${base}Z` : `${base}.${String(fraction).padStart(6, '0').replace(/0+$/, '')}Z`;
}

const TWO = Array.from({ length: 60 }, (_, value) => String(value).padStart(2, '0'));

const DAYS_KEPT = 1000;
const dates = new Map<number, string>();

/** `YYYY-MM-DD` of a day counted from 1970. Answers name few days thousands of times. */
function dateOf(day: number): string {
  let date = dates.get(day);
  if (date === undefined) {
    date = new Date(day * DAY_SECONDS * 1000).toISOString().slice(0, -'T00:00:00.000Z'.length);
    if (dates.size >= DAYS_KEPT) dates.clear();
    dates.set(day, date);
  }
  return date;
}

const SHAPE = /^(\d{4}-\d{2}-\d{2})[Tt](\d{2}:\d{2}:\d{2})(?:\.(\d+))?([Zz]|[+-]\d{2}:\d{2})$/;

/** Microseconds of an RFC 3339 time with offset; undefined when it is none. */
export function timeToMicros(text: string): number | undefined {
  const match = SHAPE.exec(text);
  if (match === null) return undefined;
  const [, date = '', time = '', fraction = '', zone = ''] = match;
  const milliseconds = Date.parse(`${date}T${time}${zone.toUpperCase()}`);
  if (Number.isNaN(milliseconds)) return undefined;
  return milliseconds * 1000 + Number(fraction.padEnd(6, '0').slice(0, 6));
}
