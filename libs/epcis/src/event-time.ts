const shape = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)?$/;
const offsetShape = /^[+-](?:(?:0\d|1[0-3]):[0-5]\d|14:00)$/;
const daysBefore = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334] as const;

export type ReadTime =
  { readonly micros: number } | { readonly rule: 'epcis/bad-time' | 'epcis/time-zone-missing'; readonly message: string };

const isLeap = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
const daysIn = (year: number, month: number): number =>
  month === 2 ? (isLeap(year) ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31;

/** Days since 1970-01-01 in the proleptic Gregorian calendar. */
function epochDays(year: number, month: number, day: number): number {
  const past = year - 1;
  const leapDays = Math.floor(past / 4) - Math.floor(past / 100) + Math.floor(past / 400);
  return past * 365 + leapDays + (daysBefore[month - 1] ?? 0) + (month > 2 && isLeap(year) ? 1 : 0) + day - 719_163;
}

/** Whether `text` is an `eventTimeZoneOffset`: `+HH:MM` or `-HH:MM`, at most fourteen hours (EPCIS 2.0, 7.4.1). */
export const isZoneOffset = (text: string): boolean => offsetShape.test(text);

const bad = (message: string): ReadTime => ({ rule: 'epcis/bad-time', message });

/**
 * Reads an `xsd:dateTimeStamp` into microseconds since 1970 in UTC; what is finer is cut off. Real calendar dates only.
 * A time without zone is told apart from nonsense, for it is what senders forget: it would be read as another instant
 * in every other zone.
 */
export function readTime(text: string): ReadTime {
  const match = shape.exec(text);
  if (!match) return bad('must be a date and time such as 2026-03-01T08:30:00.000+08:00');
  const [year, month, day, hour, minute, second] = [1, 2, 3, 4, 5, 6].map((i) => Number(match[i])) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return bad('there is no such day');
  if (hour > 23 || minute > 59 || second > 59) return bad('there is no such time of day');
  const zone = match[8];
  if (zone === undefined) return { rule: 'epcis/time-zone-missing', message: 'must end in Z or an offset such as +08:00' };
  let offset = 0;
  if (zone !== 'Z') {
    if (!isZoneOffset(zone)) return bad('a zone offset is at most fourteen hours');
    offset = (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4))) * (zone.startsWith('-') ? -1 : 1);
  }
  const seconds = epochDays(year, month, day) * 86_400 + hour * 3_600 + (minute - offset) * 60 + second;
  return { micros: seconds * 1_000_000 + Number((match[7] ?? '').slice(0, 6).padEnd(6, '0')) };
}
