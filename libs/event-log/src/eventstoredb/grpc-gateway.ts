import type { AllStreamRecordedEvent, EventStoreDBClient, ReadRevision, StreamingRead } from '@eventstore/db-client';
import { Problem } from '@suyuan/platform';
import type { Json } from '../event-log';
import { BatchCall } from './batch-call';
import {
  type AppendOutcome,
  type ExpectedRevision,
  type IncomingEvent,
  type OutgoingEvent,
  StoreGateway,
  type StorePosition,
  type StoreSubscription,
  type SubscriptionSink,
} from './store-gateway';
import { loadStoreProtocol, type StoreProtocol } from './store-protocol';
import { StoreRefusal } from './store-refusal';

/** Errors of the client (its `type`) that no patience mends. */
const FOR_GOOD = new Set(['access-denied', 'invalid-argument', 'maximum-append-size-exceeded', 'stream-deleted', 'unsupported']);
const POSITION_MAX = BigInt(Number.MAX_SAFE_INTEGER);
/** Events that the server passes over, in steps of 32, between two checkpoints. */
const CHECKPOINT_INTERVAL = 32;

type Resolved = { readonly event?: AllStreamRecordedEvent | undefined };

/** The server over gRPC. Connections are made when needed and made again when lost; a cluster's leader is looked for. */
export class GrpcGateway extends StoreGateway {
  private batch: Promise<BatchCall> | undefined;

  private constructor(
    private readonly protocol: StoreProtocol,
    private readonly client: EventStoreDBClient,
  ) {
    super();
  }

  /** Connects to nothing yet. Throws for a connection string that the client can't read. */
  static async open(connectionString: string): Promise<GrpcGateway> {
    const protocol = await loadStoreProtocol();
    return new GrpcGateway(protocol, protocol.client.EventStoreDBClient.connectionString(connectionString));
  }

  override async append(stream: string, events: readonly OutgoingEvent[], expected: ExpectedRevision): Promise<AppendOutcome> {
    return (await this.openBatch()).append(stream, events, expected);
  }

  override readAll(from: StorePosition, limit: number): AsyncGenerator<IncomingEvent> {
    const fromPosition = { commit: BigInt(from.commit), prepare: BigInt(from.prepare) };
    return drained(this.client.readAll({ fromPosition, maxCount: limit }));
  }

  override async *readStream(stream: string, fromRevision: number, limit: number): AsyncGenerator<IncomingEvent> {
    const from: ReadRevision = BigInt(fromRevision);
    try {
      yield* drained(this.client.readStream(stream, { fromRevision: from, maxCount: limit }) as StreamingRead<Resolved>);
    } catch (error) {
      if (typeOf(error) !== 'stream-not-found') throw error;
    }
  }

  override subscribe(after: StorePosition | undefined, prefix: string, sink: SubscriptionSink): StoreSubscription {
    const subscription = this.client.subscribeToAll({
      fromPosition: after === undefined ? 'start' : { commit: BigInt(after.commit), prepare: BigInt(after.prepare) },
      filter: this.protocol.client.streamNameFilter({
        prefixes: [prefix],
        checkpointInterval: CHECKPOINT_INTERVAL,
        checkpointReached: (from, position) => {
          // The client tells of it at once, while events from before it may still wait to be handed on: passed by, they would
          // be lost.
          if (from.readableLength > 0) return Promise.resolve();
          // Servers up to 24.10.4 may name the largest number there is: taken for a place, it would hide all that follows.
          if (position.commit <= POSITION_MAX && position.prepare <= POSITION_MAX)
            sink.checkpoint({ commit: Number(position.commit), prepare: Number(position.prepare) });
          return Promise.resolve();
        },
      }),
    });
    let isOpen = true;
    const end = (error: unknown): void => {
      if (!isOpen) return;
      isOpen = false;
      sink.ended(error);
    };
    subscription.on('data', ({ event }: Resolved) => {
      if (isOpen && event !== undefined) sink.event(incoming(event));
    });
    subscription.on('error', end);
    subscription.on('end', () => end(new Error('the subscription has ended')));
    subscription.on('close', () => end(new Error('the subscription was closed')));
    return {
      pause: () => subscription.pause(),
      resume: () => subscription.resume(),
      close: () => {
        end(undefined);
        // Fails when the call never came to be: then there is nothing to end.
        subscription.unsubscribe().catch(() => undefined);
        // As with reads: held back, it would never come to its end.
        subscription.resume();
      },
    };
  }

  override isPassing(error: unknown): boolean {
    if (error instanceof StoreRefusal) return !error.isForGood;
    if (error instanceof Problem) return error.status === 503;
    if (!(error instanceof Error) || error instanceof TypeError || error instanceof RangeError) return false;
    // gRPC's own codes for what the caller did wrong: 3 invalid argument, 7 permission denied, 12 unimplemented, 16 unauthenticated.
    const { code } = error as Error & { code?: unknown };
    if (code === 3 || code === 7 || code === 12 || code === 16) return false;
    return !FOR_GOOD.has(typeOf(error) ?? '');
  }

  override async close(): Promise<void> {
    await this.batch?.then(
      (batch) => batch.close(),
      () => undefined,
    );
    await this.client.dispose();
    await this.client['getChannel']().then(
      (channel) => channel.close(),
      () => undefined,
    );
  }

  private async openBatch(): Promise<BatchCall> {
    const seen = this.batch;
    if (seen !== undefined) {
      const open = await seen.catch(() => undefined);
      if (open?.isOver === false) return open;
      // Unless whoever else waited has opened the next one meanwhile.
      if (this.batch === seen) this.batch = undefined;
    }
    return (this.batch ??= BatchCall.open(this.client, this.protocol));
  }
}

/**
 * A reader that leaves early must end the call and let what is under way flow off: the client's `dispose` waits for the end
 * of every call, and one that is held back never comes to its end.
 */
async function* drained(read: StreamingRead<Resolved>): AsyncGenerator<IncomingEvent> {
  try {
    for await (const { event } of read.iterator({ destroyOnReturn: false }) as AsyncIterable<Resolved>)
      if (event !== undefined) yield incoming(event);
  } finally {
    read.on('error', () => undefined);
    await read.cancel().catch(() => undefined);
    read.resume();
  }
}

function incoming(event: AllStreamRecordedEvent): IncomingEvent {
  const { position } = event;
  return {
    stream: event.streamId,
    revision: Number(event.revision),
    position: { commit: Number(position.commit), prepare: Number(position.prepare) },
    type: event.type,
    data: event.data as Json,
    metadata: event.metadata,
    createdMs: event.created.getTime(),
  };
}

function typeOf(error: unknown): string | undefined {
  const type = error instanceof Error ? (error as Error & { type?: unknown }).type : undefined;
  return typeof type === 'string' ? type : undefined;
}
