import { SpanContext, SpanKind } from '@opentelemetry/api';
import { inSpan, tracingIsOn } from './spans';
import { readTraceparent, TRACEPARENT } from './traceparent';

/** More are not named: exporters cut a span off at about as many. */
const LINKS_MAX = 100;

interface Traced {
  readonly position: number;
  readonly meta: { readonly [name: string]: unknown };
}

/**
 * Does a follower's work on a batch of records. The span goes on with the trace of the first record that has one, so that
 * it is kept whenever that trace is, and is linked with those of the others. A batch nobody traces makes no span.
 */
export async function inBatchSpan<T>(follower: string, records: readonly Traced[], work: () => Promise<T>): Promise<T> {
  if (!tracingIsOn()) return work();
  const origins = originsOf(records);
  const [parent] = origins.keys();
  if (parent === undefined) return work();
  return inSpan(
    `follow ${follower}`,
    {
      kind: SpanKind.CONSUMER,
      parent,
      links: [...origins.values()],
      attributes: {
        'suyuan.follower': follower,
        'messaging.batch.message_count': records.length,
        'suyuan.position.first': records[0]?.position ?? 0,
        'suyuan.position.last': records.at(-1)?.position ?? 0,
      },
    },
    work,
  );
}

function originsOf(records: readonly Traced[]): Map<unknown, SpanContext> {
  const origins = new Map<unknown, SpanContext>();
  for (const { meta } of records) {
    const text = meta[TRACEPARENT];
    if (text === undefined || origins.has(text)) continue;
    const origin = readTraceparent(text);
    if (origin !== undefined) origins.set(text, origin);
    if (origins.size === LINKS_MAX) break;
  }
  return origins;
}
