import { CONTENT_SECURITY_POLICY } from './render/style';

/** The part of Fastify's request that these pages use. */
export interface WebRequest {
  /** Path and query as sent. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** The part of Fastify's reply that these pages use. */
export interface WebReply {
  status(code: number): WebReply;
  header(name: string, value: string): WebReply;
  send(body: string): unknown;
}

/** Sends a page. A recall may begin between two visits: nothing is kept unasked. */
export function sendPage(reply: WebReply, status: number, page: string): void {
  reply
    .status(status)
    .header('content-type', 'text/html; charset=utf-8')
    .header('content-security-policy', CONTENT_SECURITY_POLICY)
    .header('x-content-type-options', 'nosniff')
    .header('referrer-policy', 'no-referrer')
    .header('cache-control', 'no-cache')
    .header('vary', 'Accept, Accept-Language')
    .send(page);
}

export function headerOf(request: WebRequest, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
}

/** The one value of a query parameter; several are none. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** What the client would rather read. A browser names text/html; a program that names neither gets the page as well. */
export function wants(accept: string | undefined): 'page' | 'json' | 'linkset' {
  const named = (accept ?? '').toLowerCase();
  if (named.includes('application/linkset+json')) return 'linkset';
  if (named.includes('text/html')) return 'page';
  return /application\/(ld\+|problem\+)?json/.test(named) ? 'json' : 'page';
}
