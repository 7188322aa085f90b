import { isSpanContextValid, SpanContext, TraceFlags } from '@opentelemetry/api';

/** Header and member of a record's `meta` in which a trace goes on (W3C Trace Context, 3.2). */
export const TRACEPARENT = 'traceparent';

/** Reads a `traceparent`; undefined for anything that is none: a caller's broken header must not break its request. */
export function readTraceparent(text: unknown): SpanContext | undefined {
  if (typeof text !== 'string') return undefined;
  const [, version, traceId, spanId, flags, rest] =
    /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/.exec(text) ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return undefined;
  // Later versions may add fields, version 0 has none; ff is forbidden (W3C Trace Context, 3.2.2 and 4.3).
  if (version === 'ff' || (version === '00' && rest !== undefined)) return undefined;
  const context = { traceId, spanId, traceFlags: parseInt(flags, 16) & TraceFlags.SAMPLED, isRemote: true };
  return isSpanContextValid(context) ? context : undefined;
}

export function writeTraceparent({ traceId, spanId, traceFlags }: SpanContext): string {
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
}
