import { Attributes, context, ROOT_CONTEXT, Span, SpanContext, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { readTraceparent, writeTraceparent } from './traceparent';

const TRACER = 'suyuan';

/** Whether spans are made at all. Asked on hot paths: no look-up, no allocation. */
let on = false;

/** For `startTracing` alone. */
export function switchTracing(wanted: boolean): void {
  on = wanted;
}

export function tracingIsOn(): boolean {
  return on;
}

/**
 * What a span may say: ids, names of our own, counts. Never anything of a person, a place or a product: spans leave the
 * installation and outlive what is erased in it.
 */
export interface SpanOptions {
  readonly kind?: SpanKind;
  readonly attributes?: Attributes;
  /** A `traceparent` from outside this call, as it came. Anything that is none counts as absent. */
  readonly parent?: unknown;
  readonly links?: readonly SpanContext[];
}

/**
 * Does `work` inside a span, child of `parent`, else of the span that is active. Without either, and without tracing, it
 * only does the work: what nobody asked to follow makes no spans.
 */
export async function inSpan<T>(name: string, options: SpanOptions, work: (span?: Span) => Promise<T>): Promise<T> {
  if (!on) return work();
  const { parent, links = [], kind = SpanKind.INTERNAL, attributes = {} } = options;
  const remote = readTraceparent(parent);
  const around = remote === undefined ? context.active() : trace.setSpanContext(ROOT_CONTEXT, remote);
  if (trace.getSpanContext(around) === undefined) return work();
  const given = { kind, attributes, links: links.map((link) => ({ context: link })) };
  const span = trace.getTracer(TRACER).startSpan(name, given, around);
  try {
    return await context.with(trace.setSpan(around, span), work, undefined, span);
  } catch (error) {
    failSpan(span, error);
    throw error;
  } finally {
    span.end();
  }
}

/** Marks a span as failed by the kind of the error only: messages repeat what was sent. */
export function failSpan(span: Span, error: unknown): void {
  const { name, code } = error as { name?: unknown; code?: unknown };
  const kind = [name, code].filter((part) => typeof part === 'string').join(' ');
  span.setAttribute('error.type', kind === '' ? typeof error : kind);
  span.setStatus({ code: SpanStatusCode.ERROR });
}

/** The `traceparent` of the active span; undefined where there is none or it is not kept. */
export function currentTraceparent(): string | undefined {
  const active = on ? trace.getActiveSpan()?.spanContext() : undefined;
  return active === undefined || (active.traceFlags & 1) === 0 ? undefined : writeTraceparent(active);
}

/** Headers that take the active trace on to others. */
export function traceHeaders(): { traceparent?: string } {
  const traceparent = currentTraceparent();
  return traceparent === undefined ? {} : { traceparent };
}

/** The active span's ids as a line of the log names them. */
export function currentIds(): { trace_id?: string; span_id?: string } {
  const active = on ? trace.getActiveSpan()?.spanContext() : undefined;
  return active === undefined ? {} : { trace_id: active.traceId, span_id: active.spanId };
}
