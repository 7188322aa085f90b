const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/**
 * Pauses before the second, third, … attempt, in milliseconds: close together at first, because most outages are short, then
 * thinner until three days have passed, because a recall must outlast a weekend.
 */
export const RETRY_PAUSES_MS: readonly number[] = [
  5 * SECOND,
  30 * SECOND,
  2 * MINUTE,
  10 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  20 * HOUR,
];

const LONGEST_PAUSE_MS = 24 * HOUR;

/**
 * How long to wait after `failures` failed attempts (1 = the first one), or undefined when all are used up.
 *
 * @param spread between 0 and 1, drawn by the caller: lengthens the pause by up to a fifth, so that the receivers behind one
 *   broken proxy do not all come back in the same second.
 * @param retryAfterMs what the receiver asked for; it lengthens a pause and never shortens one, up to a day.
 */
export function pauseAfter(
  failures: number,
  spread: number,
  retryAfterMs = 0,
  pauses: readonly number[] = RETRY_PAUSES_MS,
): number | undefined {
  const pause = pauses[failures - 1];
  if (pause === undefined) return undefined;
  return Math.round(Math.max(pause * (1 + spread / 5), Math.min(retryAfterMs, LONGEST_PAUSE_MS)));
}

/** Milliseconds that a `Retry-After` header asks for (RFC 9110, 10.2.3: seconds or a date); undefined when it says neither. */
export function retryAfterMs(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined) return undefined;
  const text = header.trim();
  if (/^\d{1,9}$/.test(text)) return Number(text) * SECOND;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : Math.max(0, at - nowMs);
}
