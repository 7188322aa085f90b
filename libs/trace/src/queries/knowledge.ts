import { Problem } from '@suyuan/platform';
import { KnowledgeAt } from '../domain/trace-reader';
import { timeToMicros } from '../domain/facts/time';

/** A question's two times, read: event time up to which events count, and what was known. */
export interface Moment {
  readonly asOfMicros: number;
  /** Only what was recorded up to here; undefined = everything known now. */
  readonly known: { readonly position: number } | { readonly recordTimeMicros: number } | undefined;
  /** Nobody asked for another time than now: the projected tables answer. */
  readonly isNow: boolean;
}

/** Reads `asOf` (an event time, inclusive) and `asKnownAt` (a record time, or a log position in digits). */
export function readMoment(at: KnowledgeAt, nowMicros: number): Moment {
  const asOfMicros = at.asOf === undefined ? nowMicros : requiredTime('asOf', at.asOf);
  if (at.asKnownAt === undefined) return { asOfMicros, known: undefined, isNow: at.asOf === undefined };
  if (/^\d{1,15}$/.test(at.asKnownAt)) return { asOfMicros, known: { position: Number(at.asKnownAt) }, isNow: false };
  return { asOfMicros, known: { recordTimeMicros: requiredTime('asKnownAt', at.asKnownAt) }, isNow: false };
}

function requiredTime(name: string, text: string): number {
  const micros = timeToMicros(text);
  if (micros !== undefined) return micros;
  const message = `${name} must be an RFC 3339 time with an offset, such as 2026-05-03T00:00:00+08:00${name === 'asKnownAt' ? ', or a log position' : ''}`;
  throw Problem.badRequest('trace/bad-time', message, [{ field: name, rule: 'trace/bad-time', message }]);
}
