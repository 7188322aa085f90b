import { status } from '@grpc/grpc-js';
import {
  AllStreamPosition,
  Empty,
  MaximumAppendSizeExceeded,
  StreamDeleted,
  type StreamIdentifier,
  UUID,
  WrongExpectedVersion,
} from '@eventstore/db-client/generated/shared_pb';
import { Status } from '@eventstore/db-client/generated/status_pb';
import { type AppendReq, AppendResp, type BatchAppendReq, BatchAppendResp } from '@eventstore/db-client/generated/streams_pb';
import { Any } from 'google-protobuf/google/protobuf/any_pb';
import { Empty as ProtobufEmpty } from 'google-protobuf/google/protobuf/empty_pb';
import type { EventStore, ExpectedRevision, ProposedEvent } from './event-store';
import { RpcFault } from './rpc-fault';
import type { ServerFaults } from './server-faults';

interface Message {
  getId(): UUID | undefined;
  getMetadataMap(): { get(name: string): string | undefined };
  getData_asU8(): Uint8Array;
  getCustomMetadata_asU8(): Uint8Array;
}

const GOOGLE_PROTOBUF_ALREADY_EXISTS = 6;

/** One stream of messages: the options, then an event each. */
export async function append(messages: AsyncIterable<AppendReq>, store: EventStore, bytesMax: number): Promise<AppendResp> {
  let stream: string | undefined;
  let expected: ExpectedRevision = 'any';
  const events: ProposedEvent[] = [];
  for await (const message of messages) {
    const options = message.getOptions();
    if (options !== undefined) {
      stream = nameOf(options.getStreamIdentifier());
      if (options.hasNoStream()) expected = 'no-stream';
      else if (options.hasStreamExists()) expected = 'stream-exists';
      else if (options.hasRevision()) expected = Number(options.getRevision());
    }
    const proposed = message.getProposedMessage();
    if (proposed !== undefined) events.push(eventOf(proposed));
  }
  if (stream === undefined) throw new RpcFault(status.INVALID_ARGUMENT, 'an append begins with its options');
  refuseTooLarge(events, bytesMax);
  const answer = store.append(stream, expected, events);
  if (answer.kind === 'deleted') throw streamDeleted(stream);
  if (answer.kind === 'written')
    return new AppendResp().setSuccess(
      new AppendResp.Success()
        .setCurrentRevision(String(answer.revision))
        .setPosition(
          new AppendResp.Position().setCommitPosition(String(answer.position)).setPreparePosition(String(answer.position)),
        ),
    );
  const wrong = new AppendResp.WrongExpectedVersion();
  if (answer.actual < 0) wrong.setCurrentNoStream(new Empty());
  else wrong.setCurrentRevision(String(answer.actual));
  if (typeof expected === 'number') wrong.setExpectedRevision(String(expected));
  else if (expected === 'no-stream') wrong.setExpectedNoStream(new Empty());
  else wrong.setExpectedStreamExists(new Empty());
  return new AppendResp().setWrongExpectedVersion(wrong);
}

/** Appends of one duplex call, each in parts that share a correlation id and answered when its last part has come. */
export class BatchAppends {
  private readonly open = new Map<string, { options: BatchAppendReq.Options; events: ProposedEvent[] }>();

  constructor(
    private readonly store: EventStore,
    private readonly bytesMax: number,
    private readonly faults: ServerFaults,
  ) {}

  /** The answer, once the append is whole. */
  take(message: BatchAppendReq): BatchAppendResp | undefined {
    const correlation = message.getCorrelationId()?.getString() ?? '';
    const options = message.getOptions();
    const begun = this.open.get(correlation) ?? (options === undefined ? undefined : { options, events: [] });
    if (begun === undefined) throw new RpcFault(status.INVALID_ARGUMENT, 'a batch append begins with its options');
    this.open.set(correlation, begun);
    begun.events.push(...message.getProposedMessagesList().map(eventOf));
    if (!message.getIsFinal()) return undefined;
    this.open.delete(correlation);
    return this.carryOut(begun.options, begun.events).setCorrelationId(new UUID().setString(correlation));
  }

  private carryOut(options: BatchAppendReq.Options, events: readonly ProposedEvent[]): BatchAppendResp {
    const stream = nameOf(options.getStreamIdentifier());
    const response = new BatchAppendResp().setStreamIdentifier(options.getStreamIdentifier());
    if (this.faults.notReadyAppends > 0) {
      this.faults.notReadyAppends -= 1;
      return response.setError(notReady());
    }
    if (sizeOf(events) > this.bytesMax)
      return response.setError(
        refusal(new MaximumAppendSizeExceeded().setMaxappendsize(this.bytesMax), 'MaximumAppendSizeExceeded'),
      );
    const expected = options.hasNoStream()
      ? 'no-stream'
      : options.hasStreamExists()
        ? 'stream-exists'
        : options.hasStreamPosition()
          ? Number(options.getStreamPosition())
          : 'any';
    const answer = this.store.append(stream, expected, events);
    if (answer.kind === 'deleted') return response.setError(refusal(new StreamDeleted(), 'StreamDeleted'));
    if (answer.kind === 'written') {
      const position = new AllStreamPosition()
        .setCommitPosition(String(answer.position))
        .setPreparePosition(String(answer.position));
      return response.setSuccess(new BatchAppendResp.Success().setCurrentRevision(String(answer.revision)).setPosition(position));
    }
    const wrong = new WrongExpectedVersion();
    if (answer.actual < 0) wrong.setCurrentNoStream(new ProtobufEmpty());
    else wrong.setCurrentStreamRevision(String(answer.actual));
    if (typeof expected === 'number') wrong.setExpectedStreamPosition(String(expected));
    else if (expected === 'no-stream') wrong.setExpectedNoStream(new ProtobufEmpty());
    else wrong.setExpectedStreamExists(new ProtobufEmpty());
    return response.setError(refusal(wrong, 'WrongExpectedVersion'));
  }
}

function refusal(details: { serializeBinary(): Uint8Array }, name: string): Status {
  const packed = new Any();
  packed.pack(details.serializeBinary(), `event_store.client.${name}`);
  return new Status().setCode(GOOGLE_PROTOBUF_ALREADY_EXISTS).setMessage(name).setDetails(packed);
}

function notReady(): Status {
  const nothing = new Any();
  nothing.pack(new Uint8Array(), 'google.protobuf.Empty');
  return new Status().setMessage('Server Is Not Ready').setDetails(nothing);
}

function refuseTooLarge(events: readonly ProposedEvent[], bytesMax: number): void {
  if (sizeOf(events) > bytesMax)
    throw new RpcFault(status.INVALID_ARGUMENT, `Maximum Append Size of ${bytesMax} Exceeded`, {
      exception: 'maximum-append-size-exceeded',
      'maximum-append-size': String(bytesMax),
    });
}

function sizeOf(events: readonly ProposedEvent[]): number {
  return events.reduce((sum, event) => sum + event.data.length + event.metadata.length, 0);
}

export function streamDeleted(stream: string): RpcFault {
  return new RpcFault(status.FAILED_PRECONDITION, `stream ${stream} is deleted`, {
    exception: 'stream-deleted',
    'stream-name': encodeURIComponent(stream),
  });
}

export function nameOf(identifier: StreamIdentifier | undefined): string {
  return Buffer.from(identifier?.getStreamName_asU8() ?? []).toString('utf8');
}

function eventOf(message: Message): ProposedEvent {
  return {
    id: message.getId()?.getString() ?? '',
    type: message.getMetadataMap().get('type') ?? '',
    contentType: message.getMetadataMap().get('content-type') ?? '',
    data: message.getData_asU8(),
    metadata: message.getCustomMetadata_asU8(),
  };
}
