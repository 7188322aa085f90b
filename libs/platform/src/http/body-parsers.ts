import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Readable } from 'node:stream';
import { readJsonBody, unsupported } from './json-body';

/** Below these paths a handler gets every body as it arrives, whatever its type and encoding: `request.body` is the stream. */
const STREAMED = ['/epcis/capture', '/epcis/events', '/api/v1/events'];
/** Types that are streams everywhere: they have no natural length. */
const STREAMED_TYPES = new Set(['application/x-ndjson', 'application/ndjson', 'text/csv']);

/**
 * One parser for all types, which decides by path and type: raw stream (a capture document may be of any length and is
 * read in constant memory; the handler also unpacks gzip), or JSON up to 10 MB, or 415. Create the application with
 * `bodyParser: false`, else Nest adds its own.
 */
export function registerBodyParsers(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('*', async (request: FastifyRequest, payload: Readable) => {
    const type = mediaType(request);
    if (isStreamed(request.url) || STREAMED_TYPES.has(type)) return payload;
    if (type === 'application/json' || /^application\/[\w.-]+\+json$/.test(type)) {
      return readJsonBody(payload, request.headers['content-encoding']);
    }
    // Nothing sent is no body, whatever type it announces.
    if (request.headers['content-length'] === '0') return undefined;
    throw unsupported(
      type === ''
        ? 'Say what the body is: Content-Type: application/json.'
        : `${type} is not understood here; send application/json.`,
    );
  });
}

function isStreamed(url: string): boolean {
  const path = url.split('?', 1)[0] ?? url;
  return STREAMED.some((start) => path === start || path.startsWith(`${start}/`));
}

function mediaType(request: FastifyRequest): string {
  return (request.headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
}
