import { Agent, createServer, IncomingMessage, request, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GatewayTable } from './gateway-table';

/** One address in front of several services and instances, as docker/gateway.conf has it. An instance that is away is passed by. */
export class Gateway {
  private readonly table = new GatewayTable();
  private readonly agent = new Agent({ keepAlive: false });
  private turn = 0;

  private constructor(private readonly instancesOf: (service: string) => readonly string[]) {}

  /** @param instancesOf base URLs of a service, as they are at the time of a request */
  static async open(instancesOf: (service: string) => readonly string[]): Promise<{ url: string; close: () => Promise<void> }> {
    const gateway = new Gateway(instancesOf);
    const server: Server = createServer((incoming, outgoing) => gateway.pass(incoming, outgoing));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const close = async (): Promise<void> => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    };
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
  }

  private pass(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const instances = this.instancesOf(this.table.serviceOf(incoming.url ?? '/'));
    this.turn += 1;
    const order = instances.map((_, index) => instances[(this.turn + index) % instances.length] ?? '');
    this.tryNext(order, incoming, outgoing);
  }

  private tryNext(instances: readonly string[], incoming: IncomingMessage, outgoing: ServerResponse): void {
    const [instance, ...others] = instances;
    if (instance === undefined) {
      outgoing.writeHead(503, { 'content-type': 'application/problem+json' }).end('{"status":503,"title":"No instance"}');
      return;
    }
    const { hostname, port } = new URL(instance);
    const onward = request(
      { agent: this.agent, hostname, port, method: incoming.method, path: incoming.url, headers: incoming.headers },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
        answer.on('error', () => outgoing.destroy());
      },
    );
    onward.on('error', (error: NodeJS.ErrnoException) => {
      // Nothing of the request has gone out yet only when there was nobody to take it.
      if (error.code === 'ECONNREFUSED') this.tryNext(others, incoming, outgoing);
      else if (!outgoing.headersSent)
        outgoing.writeHead(502, { 'content-type': 'application/problem+json' }).end('{"status":502,"title":"Instance lost"}');
      else outgoing.destroy();
    });
    // Away from the first byte on: what a caller gave up is given up behind.
    outgoing.on('close', () => onward.destroy());
    onward.on('socket', (socket) => {
      socket.once('connect', () => incoming.pipe(onward));
    });
  }
}
