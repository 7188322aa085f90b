import { Metadata, type ServiceError, type status } from '@grpc/grpc-js';

/** A call that fails, with the trailers by which the server says which error of its own it is. */
export class RpcFault extends Error implements ServiceError {
  readonly metadata = new Metadata();

  constructor(
    readonly code: status,
    readonly details: string,
    trailers: Readonly<Record<string, string>> = {},
  ) {
    super(details);
    for (const [name, value] of Object.entries(trailers)) this.metadata.set(name, value);
  }
}
