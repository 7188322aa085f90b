import { createServer, Server } from 'node:http';
import { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';

/** A notice as it came in over the webhook. */
export interface Arrived {
  readonly webhookId: string;
  readonly notice: { readonly id: string; readonly recallId: string };
}

/** The online mall's own system: takes signed notices over HTTP and refuses what is not signed for it. */
export class WebhookReceiver {
  readonly arrived: Arrived[] = [];
  private secret: string | undefined;

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async start(): Promise<WebhookReceiver> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const receiver = new WebhookReceiver(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}/recalls`);
    server.on('request', (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => response.writeHead(receiver.take(request.headers, Buffer.concat(chunks).toString('utf8'))).end());
    });
    return receiver;
  }

  /** The secret that the server showed when the webhook was registered. */
  trust(secret: string): void {
    this.secret = secret;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private take(headers: Readonly<Record<string, unknown>>, body: string): number {
    if (this.secret === undefined) return 503;
    try {
      const message = new Webhook(this.secret).verify(body, headers as Record<string, string>) as { data: Arrived['notice'] };
      this.arrived.push({ webhookId: String(headers['webhook-id']), notice: message.data });
      return 204;
    } catch {
      return 401;
    }
  }
}
