import type { Status } from '@eventstore/db-client/generated/status_pb';
import type { BatchAppendReq, BatchAppendResp } from '@eventstore/db-client/generated/streams_pb';
import type { ExpectedRevision, OutgoingEvent } from './store-gateway';

/**
 * The client and the messages of its protocol, loaded when a log is opened: gRPC takes a fifth of a second and 30 MB that
 * an installation with its log in PostgreSQL has no use for.
 */
export async function loadStoreProtocol() {
  const [client, streams, services, shared, timestamp, empty] = await Promise.all([
    import('@eventstore/db-client'),
    import('@eventstore/db-client/generated/streams_pb.js'),
    import('@eventstore/db-client/generated/streams_grpc_pb.js'),
    import('@eventstore/db-client/generated/shared_pb.js'),
    import('google-protobuf/google/protobuf/timestamp_pb.js'),
    import('google-protobuf/google/protobuf/empty_pb.js'),
  ]);
  const { BatchAppendReq: Request } = streams;

  function optionsOf(stream: string, expected: ExpectedRevision, answerMs: number): BatchAppendReq.Options {
    const options = new Request.Options()
      .setStreamIdentifier(new shared.StreamIdentifier().setStreamName(Buffer.from(stream)))
      .setDeadline(timestamp.Timestamp.fromDate(new Date(Date.now() + answerMs)));
    if (expected === 'any') return options.setAny(new empty.Empty());
    return expected < 0 ? options.setNoStream(new empty.Empty()) : options.setStreamPosition(String(expected));
  }

  function messageOf(event: OutgoingEvent): BatchAppendReq.ProposedMessage {
    const message = new Request.ProposedMessage()
      .setId(new shared.UUID().setString(event.id))
      .setData(Buffer.from(event.data))
      .setCustomMetadata(Buffer.from(event.metadata));
    message.getMetadataMap().set('type', event.type).set('content-type', 'application/json');
    return message;
  }

  return {
    client,
    StreamsClient: services.StreamsClient,
    batchRequest: (
      correlation: string,
      stream: string,
      events: readonly OutgoingEvent[],
      expected: ExpectedRevision,
      answerMs: number,
    ): BatchAppendReq =>
      new Request()
        .setCorrelationId(new shared.UUID().setString(correlation))
        .setOptions(optionsOf(stream, expected, answerMs))
        .setProposedMessagesList(events.map(messageOf))
        .setIsFinal(true),
    correlationOf: (answer: BatchAppendResp): string => {
      const id = answer.getCorrelationId();
      const structured = id?.getStructured();
      if (structured === undefined) return id?.getString() ?? '';
      const half = (bits: string): string => BigInt.asUintN(64, BigInt(bits)).toString(16).padStart(16, '0');
      const hex = half(structured.getMostSignificantBits()) + half(structured.getLeastSignificantBits());
      return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
    },
    /** Revision that a stream has instead of the expected one, -1 = none; undefined for any other error. */
    actualRevision: (error: Status): number | undefined => {
      const wrong = error
        .getDetails()
        ?.unpack((bytes) => shared.WrongExpectedVersion.deserializeBinary(bytes), 'event_store.client.WrongExpectedVersion');
      if (wrong === undefined || wrong === null) return undefined;
      return wrong.hasCurrentStreamRevision() ? Number(wrong.getCurrentStreamRevision()) : -1;
    },
  };
}

export type StoreProtocol = Awaited<ReturnType<typeof loadStoreProtocol>>;
