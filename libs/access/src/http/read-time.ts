import { invalidBody } from './read-body';

const RFC_3339 = /^(\d{4})-(\d{2})-(\d{2})[Tt]\d{2}:\d{2}:\d{2}(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})$/;

/** An RFC 3339 time with its offset; a time without a zone is refused, for it is another instant in another office. */
export function readTime(text: string, pointer: string): Date {
  const match = RFC_3339.exec(text);
  const time = new Date(text);
  const [, year, month, day] = (match ?? []).map(Number);
  const real =
    match !== null &&
    !Number.isNaN(time.getTime()) &&
    Number(day) <= new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate();
  if (!real)
    throw invalidBody([
      {
        pointer,
        rule: 'input/time',
        message: `"${text.slice(0, 50)}" is no RFC 3339 time with an offset, such as 2026-05-03T08:00:00+08:00.`,
      },
    ]);
  return time;
}
