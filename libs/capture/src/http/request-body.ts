import { Problem } from '@suyuan/platform';
import type { FastifyRequest } from 'fastify';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

/** Media type of the body in lower case, without parameters; 415 unless it is one of `allowed` and in UTF-8. */
export function mediaType(request: FastifyRequest, allowed: readonly string[]): string {
  const [type = '', ...parameters] = (request.headers['content-type'] ?? '').split(';').map((part) => part.trim().toLowerCase());
  const charset =
    parameters
      .find((parameter) => parameter.startsWith('charset='))
      ?.slice(8)
      .replaceAll('"', '') ?? 'utf-8';
  if (!allowed.includes(type)) throw unsupported(`The body must be ${allowed.join(', ')}${type === '' ? '' : `, not ${type}`}.`);
  if (charset !== 'utf-8' && charset !== 'utf8' && charset !== 'us-ascii')
    throw unsupported(`The body must be in UTF-8, not ${charset}.`);
  return type;
}

/** The body's bytes as they arrive, unpacked. What breaks off, or is no gzip, throws a 400 Problem. */
export async function* bodyBytes(request: FastifyRequest): AsyncGenerator<Uint8Array> {
  const body: unknown = request.body;
  if (body === undefined || body === null) return;
  if (!(body instanceof Readable)) throw new Error('the body of a capture must come as a stream');
  const encoding = (request.headers['content-encoding'] ?? 'identity').trim().toLowerCase();
  if (!['identity', '', 'gzip', 'x-gzip'].includes(encoding))
    throw unsupported(`The content encoding ${encoding} is not supported; use gzip or none.`);
  const packed = encoding.endsWith('gzip');
  const source: Readable = packed ? body.pipe(createGunzip()) : body;
  if (packed) body.on('error', (error: Error) => source.destroy(error));
  try {
    for await (const chunk of source as AsyncIterable<Uint8Array>) yield chunk;
  } catch (error) {
    throw broken(error);
  }
}

/** The whole body as text; 413 beyond `bytesMax`, 400 if it is not UTF-8. */
export async function bodyText(request: FastifyRequest, bytesMax: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of bodyBytes(request)) {
    bytes += chunk.length;
    if (bytes > bytesMax) {
      throw new Problem(
        413,
        'epcisException:CaptureLimitExceededException',
        'Content too large',
        `The body has at most ${bytesMax} bytes here.`,
      );
    }
    chunks.push(chunk);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
  } catch {
    throw Problem.badRequest('epcisException:ValidationException', 'The body is not UTF-8.', [
      { pointer: '', rule: 'json/utf-8', message: 'the text is not UTF-8' },
    ]);
  }
}

export function unsupported(detail: string): Problem {
  return new Problem(415, 'epcisException:UnsupportedMediaTypeException', 'Unsupported media type', detail);
}

function broken(error: unknown): Error {
  if (error instanceof Problem) return error;
  const code = (error as NodeJS.ErrnoException).code ?? '';
  if (code.startsWith('Z_') || code === 'ERR_STREAM_PREMATURE_CLOSE' || code === 'ECONNRESET' || /aborted/i.test(String(error))) {
    const zipped = code.startsWith('Z_');
    return Problem.badRequest(
      'epcisException:ValidationException',
      zipped ? 'The body is no valid gzip data.' : 'The body broke off.',
      [
        {
          pointer: '',
          rule: zipped ? 'gzip' : 'aborted',
          message: zipped ? 'the data can not be unpacked' : 'the body ended before its announced length',
        },
      ],
    );
  }
  return error instanceof Error ? error : new Error(String(error));
}
