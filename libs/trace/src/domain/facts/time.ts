const DAY_SECONDS = 86_400;
/** The day written last: thousands of times in one answer fall on few days. */
let written = { day: 0, text: '1970-01-01' };

/** RFC 3339 in UTC, with as many fraction digits as the instant has (at most six). */
export function microsToTime(micros: number): string {
  const whole = Math.floor(micros / 1_000_000);
  const fraction = micros - whole * 1_000_000;
  const day = Math.floor(whole / DAY_SECONDS);
  if (day !== written.day) written = { day, text: new Date(day * DAY_SECONDS * 1000).toISOString().slice(0, -14) };
  const second = whole - day * DAY_SECONDS;
  const base = `${written.text}T${two(second / 3600)}:${two((second / 60) % 60)}:${two(second % 60)}`;
  return fraction === 0 ? `${base}Z` : `${base}.${String(fraction).padStart(6, '0').replace(/0+$/, '')}Z`;
}

function two(value: number): string {
  const whole = Math.floor(value);
  return whole < 10 ? `0${whole}` : String(whole);
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
