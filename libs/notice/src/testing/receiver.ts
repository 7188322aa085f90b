import { createServer, IncomingMessage, Server, ServerResponse } from 'node:http';
import { AddressInfo } from 'node:net';

export interface Received {
  readonly at: number;
  readonly headers: Record<string, string>;
  readonly body: string;
}

export type Answer = (response: ServerResponse, received: Received, count: number) => void;

/** A real HTTP server that plays a party's webhook receiver and keeps what it got. */
export class Receiver {
  readonly received: Received[] = [];
  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async start(answer: Answer = (response) => response.writeHead(204).end()): Promise<Receiver> {
    const server = createServer((request, response) => void take(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const receiver = new Receiver(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`);
    async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
      const received = { at: Date.now(), headers, body: Buffer.concat(chunks).toString('utf8') };
      receiver.received.push(received);
      answer(response, received, receiver.received.length);
    }
    return receiver;
  }

  ids(): string[] {
    return this.received.map((one) => one.headers['webhook-id'] ?? '');
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
