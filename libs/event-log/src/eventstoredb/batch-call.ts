import type { EventStoreDBClient } from '@eventstore/db-client';
import type { BatchAppendReq, BatchAppendResp } from '@eventstore/db-client/generated/streams_pb';
import { randomUUID } from 'node:crypto';
import type { ClientDuplexStream } from '@grpc/grpc-js';
import type { AppendOutcome, ExpectedRevision, OutgoingEvent } from './store-gateway';
import type { StoreProtocol } from './store-protocol';
import { refusal } from './store-refusal';

interface Waiting {
  readonly resolve: (outcome: AppendOutcome) => void;
  readonly reject: (error: unknown) => void;
}

type Call = ClientDuplexStream<BatchAppendReq, BatchAppendResp>;

/** Longest silence after which an append counts as lost with its connection. */
const ANSWER_MS = 10_000;

/**
 * One duplex call over which any number of appends travel at once. Not the client's own batch append: that one keeps the
 * waiting appends of all clients of the process in one table, empties it when any connection fails, and then throws from
 * an event handler when an answer still comes in on another.
 */
export class BatchCall {
  private readonly waiting = new Map<string, Waiting>();
  private failure: unknown;

  private constructor(
    private readonly protocol: StoreProtocol,
    private readonly call: Call,
  ) {
    call.on('data', (answer: BatchAppendResp) => this.take(answer));
    call.on('error', (error) => this.fail(error));
    call.on('close', () => this.fail(new Error('the batch call was closed')));
    call.on('end', () => this.fail(new Error('the batch call has ended')));
  }

  static async open(client: EventStoreDBClient, protocol: StoreProtocol): Promise<BatchCall> {
    const create = client['GRPCStreamCreator'](protocol.StreamsClient, 'batchAppend', (streams) =>
      streams.batchAppend(...client['callArguments']({ requiresLeader: true }, { deadline: Infinity })),
    );
    return new BatchCall(protocol, await create());
  }

  get isOver(): boolean {
    return this.failure !== undefined;
  }

  async append(stream: string, events: readonly OutgoingEvent[], expected: ExpectedRevision): Promise<AppendOutcome> {
    const correlation = randomUUID();
    let timer: NodeJS.Timeout | undefined;
    try {
      return await new Promise<AppendOutcome>((resolve, reject) => {
        if (this.isOver) throw this.failure;
        this.waiting.set(correlation, { resolve, reject });
        timer = setTimeout(() => {
          this.fail(new Error(`no answer to an append for ${ANSWER_MS} ms`));
          this.call.cancel();
        }, ANSWER_MS);
        this.call.write(this.protocol.batchRequest(correlation, stream, events, expected, ANSWER_MS));
      });
    } finally {
      clearTimeout(timer);
      this.waiting.delete(correlation);
    }
  }

  close(): void {
    this.fail(new Error('the event store connection is closed'));
    this.call.cancel();
  }

  private take(answer: BatchAppendResp): void {
    // Nobody waits for the answer to an append that was given up.
    const waiting = this.waiting.get(this.protocol.correlationOf(answer));
    if (waiting === undefined) return;
    const error = answer.getError();
    if (error === undefined) return waiting.resolve({ kind: 'written' });
    const actual = this.protocol.actualRevision(error);
    if (actual !== undefined) return waiting.resolve({ kind: 'wrong-revision', actual });
    waiting.reject(refusal(error.getDetails()?.getTypeName() ?? '', error.getMessage()));
  }

  private fail(error: unknown): void {
    if (this.failure !== undefined) return;
    this.failure = error;
    for (const { reject } of this.waiting.values()) reject(error);
  }
}
