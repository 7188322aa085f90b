import { status } from '@grpc/grpc-js';
import { StreamIdentifier, UUID } from '@eventstore/db-client/generated/shared_pb';
import { type ReadReq, ReadResp } from '@eventstore/db-client/generated/streams_pb';
import { randomUUID } from 'node:crypto';
import { nameOf, streamDeleted } from './append-handlers';
import type { EventStore, StoredEvent } from './event-store';
import { RpcFault } from './rpc-fault';
import type { ServerFaults } from './server-faults';

/** Where answers go; `write` resolves when the client is ready for more. */
export interface ReadSink {
  write(message: ReadResp): Promise<void>;
  readonly closed: AbortSignal;
}

type Options = ReadReq.Options;

const PAGE_EVENTS = 256;
/** Subscribers with a filter hear where they are at least this often, in events passed over. */
const CHECKPOINT_EVENTS = 32;
const TICKS_PER_MS = 10_000n;
const BACKWARDS = 1;

/** A read of a stream or of `$all`, either way, or a subscription, which goes on until the client leaves. */
export async function read(request: ReadReq, store: EventStore, sink: ReadSink, faults: ServerFaults): Promise<void> {
  const options = request.getOptions();
  if (options === undefined) throw new RpcFault(status.INVALID_ARGUMENT, 'a read has options');
  if (options.hasSubscription()) await sink.write(confirmation());
  if (options.hasFilter() && faults.endlessCheckpoint) await sink.write(checkpoint(2n ** 64n - 1n));
  const stream = options.getStream();
  if (stream === undefined) return readAll(options, store, sink);
  const name = nameOf(stream.getStreamIdentifier());
  if (store.isDeleted(name)) throw streamDeleted(name);
  return readStream(name, options, store, sink);
}

async function readAll(options: Options, store: EventStore, sink: ReadSink): Promise<void> {
  const all = options.getAll();
  const asked = all?.getPosition();
  const backwards = options.getReadDirection() === BACKWARDS;
  const subscription = options.hasSubscription();
  let position = asked === undefined ? (all?.hasEnd() ? store.endPosition : 0) : Number(asked.getCommitPosition());
  // Clients name the end of `$all` with the largest position there is, and a subscription begins after what it names.
  if (position < 0 || position > store.endPosition) position = store.endPosition;
  if (subscription && asked !== undefined) position += 1;
  const wanted = filterOf(options);
  let left = subscription ? Infinity : Number(options.getCount());
  let unsaid = 0;
  while (left > 0 && !sink.closed.aborted) {
    const page = backwards ? store.before(position, PAGE_EVENTS) : store.from(position, PAGE_EVENTS);
    if (page.length === 0) {
      if (!subscription) return;
      await store.changed(sink.closed);
      continue;
    }
    for (const event of page) {
      if (left <= 0 || sink.closed.aborted) return;
      position = backwards ? event.position : event.position + 1;
      unsaid += 1;
      if (wanted(event)) {
        left -= 1;
        await sink.write(eventMessage(event));
      }
      if (subscription && options.hasFilter() && unsaid >= CHECKPOINT_EVENTS) {
        unsaid = 0;
        await sink.write(checkpoint(event.position));
      }
    }
  }
}

async function readStream(name: string, options: Options, store: EventStore, sink: ReadSink): Promise<void> {
  const asked = options.getStream();
  const backwards = options.getReadDirection() === BACKWARDS;
  const subscription = options.hasSubscription();
  const events = (): readonly StoredEvent[] => store.stream(name) ?? [];
  if (events().length === 0 && !subscription) return sink.write(notFound(name));
  const last = events().length - 1;
  let next = asked?.hasRevision() ? Number(asked.getRevision()) : asked?.hasEnd() ? last : 0;
  if (backwards && (next < 0 || next > last)) next = last;
  if (subscription && (asked?.hasRevision() || asked?.hasEnd())) next += 1;
  for (let left = subscription ? Infinity : Number(options.getCount()); left > 0 && !sink.closed.aborted; left -= 1) {
    while (subscription && events()[next] === undefined && !sink.closed.aborted) await store.changed(sink.closed);
    const event = events()[next];
    if (event === undefined) return;
    await sink.write(eventMessage(event));
    next += backwards ? -1 : 1;
  }
}

function filterOf(options: Options): (event: StoredEvent) => boolean {
  const filter = options.getFilter();
  if (filter === undefined) return () => true;
  const expression = filter.getStreamIdentifier() ?? filter.getEventType();
  const text = filter.hasStreamIdentifier() ? (e: StoredEvent) => e.stream : (e: StoredEvent) => e.type;
  const prefixes = expression?.getPrefixList() ?? [];
  if (prefixes.length > 0) return (event) => prefixes.some((prefix) => text(event).startsWith(prefix));
  const pattern = new RegExp(expression?.getRegex() ?? '');
  return (event) => pattern.test(text(event));
}

function eventMessage(event: StoredEvent): ReadResp {
  const recorded = new ReadResp.ReadEvent.RecordedEvent()
    .setId(new UUID().setString(event.id))
    .setStreamIdentifier(new StreamIdentifier().setStreamName(Buffer.from(event.stream)))
    .setStreamRevision(String(event.revision))
    .setCommitPosition(String(event.position))
    .setPreparePosition(String(event.position))
    .setData(event.data)
    .setCustomMetadata(event.metadata);
  recorded
    .getMetadataMap()
    .set('type', event.type)
    .set('content-type', event.contentType)
    .set('created', String(BigInt(event.createdMs) * TICKS_PER_MS));
  return new ReadResp().setEvent(new ReadResp.ReadEvent().setEvent(recorded).setCommitPosition(String(event.position)));
}

function confirmation(): ReadResp {
  return new ReadResp().setConfirmation(new ReadResp.SubscriptionConfirmation().setSubscriptionId(randomUUID()));
}

function checkpoint(position: number | bigint): ReadResp {
  return new ReadResp().setCheckpoint(
    new ReadResp.Checkpoint().setCommitPosition(String(position)).setPreparePosition(String(position)),
  );
}

function notFound(name: string): ReadResp {
  return new ReadResp().setStreamNotFound(
    new ReadResp.StreamNotFound().setStreamIdentifier(new StreamIdentifier().setStreamName(Buffer.from(name))),
  );
}
