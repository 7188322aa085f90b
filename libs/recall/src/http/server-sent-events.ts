import { RecallChanges } from './changes';

/** What of a Fastify reply a stream needs. */
export interface StreamReply {
  hijack(): void;
  raw: NodeJS.WritableStream & {
    writeHead(status: number, headers: Record<string, string>): void;
    on(event: 'close', listener: () => void): unknown;
    destroyed?: boolean;
  };
}

export interface ServerSentEvent {
  /** Log position: what `Last-Event-ID` resumes after. */
  readonly id: number;
  readonly event: string;
  readonly data: unknown;
}

const HEARTBEAT_MS = 15_000;

/**
 * Server-sent events from a read model: `after(position)` gives what came since, and is asked again whenever something
 * changed. A client that comes back with `Last-Event-ID` misses nothing.
 */
export async function streamEvents(
  reply: StreamReply,
  changes: RecallChanges,
  from: number,
  after: (position: number) => Promise<readonly ServerSentEvent[]>,
): Promise<void> {
  reply.hijack();
  const gone = new AbortController();
  reply.raw.on('close', () => gone.abort());
  reply.raw.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  });
  reply.raw.write(': suyuan\n\n');
  let position = from;
  while (!gone.signal.aborted) {
    const events = await after(position).catch(() => []);
    for (const { id, event, data } of events) {
      reply.raw.write(`id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
      position = id;
    }
    if (events.length === 0) {
      await changes.next(HEARTBEAT_MS, gone.signal);
      if (!gone.signal.aborted) reply.raw.write(': alive\n\n');
    }
  }
}

/** The position to go on after: the standard header, or 0. */
export function lastEventId(headers: Record<string, string | string[] | undefined>): number {
  const id = Number(headers['last-event-id'] ?? 0);
  return Number.isInteger(id) && id > 0 ? id : 0;
}
