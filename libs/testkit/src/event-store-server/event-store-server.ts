import {
  type Metadata,
  Server,
  ServerCredentials,
  type ServerDuplexStream,
  type ServerReadableStream,
  type ServerUnaryCall,
  type ServerWritableStream,
  type sendUnaryData,
  status,
} from '@grpc/grpc-js';
import { GossipService } from '@eventstore/db-client/generated/gossip_grpc_pb';
import { ClusterInfo, EndPoint, MemberInfo } from '@eventstore/db-client/generated/gossip_pb';
import { ServerFeaturesService } from '@eventstore/db-client/generated/serverfeatures_grpc_pb';
import { SupportedMethod, SupportedMethods } from '@eventstore/db-client/generated/serverfeatures_pb';
import { UUID } from '@eventstore/db-client/generated/shared_pb';
import { StreamsService } from '@eventstore/db-client/generated/streams_grpc_pb';
import {
  type AppendReq,
  type AppendResp,
  type BatchAppendReq,
  type BatchAppendResp,
  type ReadReq,
  type ReadResp,
  type TombstoneReq,
  TombstoneResp,
} from '@eventstore/db-client/generated/streams_pb';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { append, BatchAppends, nameOf } from './append-handlers';
import { EventStore } from './event-store';
import { read } from './read-handler';
import { RpcFault } from './rpc-fault';
import { noFaults, type ServerFaults } from './server-faults';

export interface EventStoreServerOptions {
  /** Any free one by default; kept over restarts. */
  readonly port?: number;
  /** PEM texts; without them it speaks plain HTTP/2. */
  readonly tls?: { readonly certificate: string; readonly key: string };
  /** The one user whom it lets in; without it, everybody. */
  readonly credentials?: { readonly username: string; readonly password: string };
  /** `host:port` of the nodes that its gossip names, the first one leading; by default itself alone. */
  readonly members?: () => readonly string[];
  /** Bytes that one append may bring; a real server's default is 1 MiB. */
  readonly appendBytesMax?: number;
  /** Without the batch method, as servers before 21.10. */
  readonly withoutBatchAppend?: boolean;
}

const HOST = '127.0.0.1';
const MESSAGE_BYTES_MAX = 17 * 1024 * 1024;
const APPEND_BYTES_MAX = 1024 * 1024;

/**
 * A test tool that speaks the streams, gossip and server-features services of EventStoreDB's gRPC protocol, so that an
 * adapter can be tried where no real server is to be had. Its events live in memory and outlive `stop` and `start`, not
 * the process. It leaves out: disks, replication and elections (gossip says what it is told), truncation, links,
 * projections, persistent subscriptions, access control lists, scavenging.
 */
export class EventStoreServer {
  readonly faults: ServerFaults = noFaults();
  readonly store = new EventStore();
  private server: Server | undefined;
  private boundPort: number;
  private sent = 0;
  private appends = 0;
  private drops = 0;

  private constructor(private readonly options: EventStoreServerOptions) {
    this.boundPort = options.port ?? 0;
  }

  static async start(options: EventStoreServerOptions = {}): Promise<EventStoreServer> {
    const server = new EventStoreServer(options);
    await server.start();
    return server;
  }

  /** `host:port` */
  get address(): string {
    return `${HOST}:${this.boundPort}`;
  }

  /** Starts again after `stop`, on the same port. */
  async start(): Promise<void> {
    const server = new Server({
      'grpc.max_receive_message_length': MESSAGE_BYTES_MAX,
      'grpc.max_send_message_length': MESSAGE_BYTES_MAX,
    });
    server.addService(StreamsService, this.streams());
    server.addService(GossipService, { read: unary(() => this.gossip()) });
    server.addService(ServerFeaturesService, { getSupportedMethods: unary(() => this.supportedMethods()) });
    const { tls } = this.options;
    const credentials =
      tls === undefined
        ? ServerCredentials.createInsecure()
        : ServerCredentials.createSsl(null, [{ cert_chain: Buffer.from(tls.certificate), private_key: Buffer.from(tls.key) }]);
    this.boundPort = await new Promise<number>((resolve, reject) =>
      server.bindAsync(this.address, credentials, (error, port) => (error === null ? resolve(port) : reject(error))),
    );
    this.server = server;
  }

  /** Calls under way are cut, and nobody answers until `start`. */
  stop(): Promise<void> {
    this.server?.forceShutdown();
    this.server = undefined;
    return Promise.resolve();
  }

  /** Cuts every connection; new ones are welcome. */
  dropConnections(): void {
    this.drops += 1;
    this.server?.drain(this.address, 0);
  }

  /** How often connections were cut so far. */
  get cuts(): number {
    return this.drops;
  }

  private streams(): Record<keyof typeof StreamsService, never> {
    const handlers = {
      read: (call: ServerWritableStream<ReadReq, ReadResp>) => void this.read(call),
      append: (call: ServerReadableStream<AppendReq, AppendResp>, answer: sendUnaryData<AppendResp>) => {
        call.on('error', () => undefined);
        this.answered(call.metadata, () => append(call, this.store, this.appendBytesMax)).then(
          (response) => {
            if (response !== undefined) answer(null, response);
          },
          (error: unknown) => answer(asFault(error)),
        );
      },
      batchAppend: (call: ServerDuplexStream<BatchAppendReq, BatchAppendResp>) => this.batchAppend(call),
      delete: unimplemented,
      tombstone: (call: ServerUnaryCall<TombstoneReq, TombstoneResp>, answer: sendUnaryData<TombstoneResp>) => {
        this.store.tombstone(nameOf(call.request.getOptions()?.getStreamIdentifier()));
        answer(null, new TombstoneResp());
      },
    };
    return handlers as unknown as Record<keyof typeof StreamsService, never>;
  }

  private async read(call: ServerWritableStream<ReadReq, ReadResp>): Promise<void> {
    const closed = new AbortController();
    for (const end of ['cancelled', 'close', 'error']) call.on(end, () => closed.abort());
    const write = async (message: ReadResp): Promise<void> => {
      if (message.hasEvent() && isNth(++this.sent, this.faults.cutEveryEvents)) this.dropConnections();
      if (closed.signal.aborted || call.write(message)) return;
      await once(call, 'drain', { signal: closed.signal }).catch(() => undefined);
    };
    try {
      this.admit(call.metadata);
      await read(call.request, this.store, { closed: closed.signal, write }, this.faults);
      call.end();
    } catch (error) {
      call.emit('error', asFault(error));
    }
  }

  private batchAppend(call: ServerDuplexStream<BatchAppendReq, BatchAppendResp>): void {
    const appends = new BatchAppends(this.store, this.appendBytesMax, this.faults);
    call.on('error', () => undefined);
    call.on('end', () => call.end());
    call.on('data', (message: BatchAppendReq) => {
      this.answered(call.metadata, () => Promise.resolve(appends.take(message))).then(
        (response) => {
          if (response !== undefined) call.write(response);
        },
        (error: unknown) => call.emit('error', asFault(error)),
      );
    });
  }

  /** Carries out an append with the faults that are on; undefined when the connection was cut instead of an answer. */
  private async answered<T>(metadata: Metadata, work: () => Promise<T>): Promise<T | undefined> {
    this.admit(metadata);
    const nth = ++this.appends;
    if (this.faults.unheardAppends > 0 || isNth(nth, this.faults.unheardEvery)) {
      this.faults.unheardAppends = Math.max(0, this.faults.unheardAppends - 1);
      this.dropConnections();
      return undefined;
    }
    const response = await work();
    if (response !== undefined && (this.faults.unansweredAppends > 0 || isNth(nth, this.faults.unansweredEvery))) {
      this.faults.unansweredAppends = Math.max(0, this.faults.unansweredAppends - 1);
      this.dropConnections();
      return undefined;
    }
    if (this.faults.appendDelayMs > 0) await sleep(this.faults.appendDelayMs);
    return response;
  }

  private admit(metadata: Metadata): void {
    const { credentials } = this.options;
    if (credentials === undefined) return;
    const expected = Buffer.from(`${credentials.username}:${credentials.password}`).toString('base64');
    if (metadata.get('authorization')[0] !== `Basic ${expected}`)
      throw new RpcFault(status.UNAUTHENTICATED, 'Unauthenticated', { exception: 'access-denied' });
  }

  private gossip(): ClusterInfo {
    const nodes = this.options.members?.() ?? [this.address];
    const members = nodes.map((node, n) => {
      const [host = '', port = ''] = node.split(':');
      return new MemberInfo()
        .setInstanceId(new UUID().setString(randomUUID()))
        .setTimeStamp(String(Date.now()))
        .setState(n === 0 ? MemberInfo.VNodeState.LEADER : MemberInfo.VNodeState.FOLLOWER)
        .setIsAlive(true)
        .setHttpEndPoint(new EndPoint().setAddress(host).setPort(Number(port)));
    });
    return new ClusterInfo().setMembersList(members);
  }

  private supportedMethods(): SupportedMethods {
    const methods = Object.values(StreamsService as unknown as Record<string, { path: string }>)
      .map(({ path }) => path.split('/'))
      .filter(([, , method]) => method !== 'BatchAppend' || this.options.withoutBatchAppend !== true)
      .map(([, service = '', method = '']) =>
        new SupportedMethod().setServiceName(service).setMethodName(method.toLowerCase()).setFeaturesList([]),
      );
    return new SupportedMethods().setEventStoreServerVersion('23.10.0').setMethodsList(methods);
  }

  private get appendBytesMax(): number {
    return this.options.appendBytesMax ?? APPEND_BYTES_MAX;
  }
}

function isNth(count: number, every: number): boolean {
  return every > 0 && count % every === 0;
}

function unary<Response>(answer: () => Response) {
  return (_call: unknown, done: sendUnaryData<Response>): void => done(null, answer());
}

function unimplemented(_call: unknown, done: sendUnaryData<never>): void {
  done(new RpcFault(status.UNIMPLEMENTED, 'not part of this test server'));
}

function asFault(error: unknown): RpcFault {
  if (error instanceof RpcFault) return error;
  return new RpcFault(status.UNKNOWN, error instanceof Error ? error.message : String(error));
}
