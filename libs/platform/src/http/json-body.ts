import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { locateJsonFault } from './json-fault';
import { Problem } from './problem';

/** Largest JSON body of a control endpoint, in bytes, unpacked. Event capture takes streams of any length. */
export const JSON_BODY_BYTES_MAX = 10 * 1024 * 1024;
/** No document of ours is deeper than ten; deeper ones exist to overflow stacks. */
const NESTING_MAX = 100;

/** Reads, unpacks and parses; undefined for an empty body. Throws `Problem`s: 400, 413, 415. */
export async function readJsonBody(
  payload: Readable,
  encoding: string | undefined,
  bytesMax = JSON_BODY_BYTES_MAX,
): Promise<unknown> {
  const bytes = await collect(unpacked(payload, encoding), bytesMax);
  if (bytes.length === 0) return undefined;
  const text = decode(bytes);
  checkNesting(bytes);
  try {
    const value: unknown = JSON.parse(text);
    if (text.includes('"__proto__"')) throw Problem.badRequest('invalid-json', 'The member name "__proto__" is not allowed.');
    if (/(?:^|[^\\])(?:\\\\)*\\u0000/.test(text))
      throw Problem.badRequest('invalid-json', 'The character U+0000 is not allowed in text.');
    return value;
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw noJson(text);
  }
}

function noJson(text: string): Problem {
  const fault = locateJsonFault(text);
  if (fault === undefined) return Problem.badRequest('invalid-json', 'The body is no JSON.');
  const where = `line ${fault.line}, column ${fault.column}`;
  return Problem.badRequest('invalid-json', `The body is no JSON: ${where}: ${fault.message}.`, [
    { pointer: fault.pointer, rule: 'json', message: `${where} (offset ${fault.offset}): ${fault.message}` },
  ]);
}

function unpacked(payload: Readable, encoding: string | undefined): Readable {
  const name = (encoding ?? 'identity').trim().toLowerCase();
  if (name === '' || name === 'identity') return payload;
  if (name !== 'gzip' && name !== 'x-gzip')
    throw unsupported(`The content encoding "${name}" is not supported; use gzip or none.`);
  const gunzip = createGunzip();
  payload.on('error', (error) => gunzip.destroy(error));
  return payload.pipe(gunzip);
}

async function collect(stream: Readable, bytesMax: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > bytesMax) throw tooLarge(bytesMax);
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof Problem) throw error;
    const { code } = error as NodeJS.ErrnoException;
    if (code?.startsWith('Z_') === true) throw Problem.badRequest('invalid-encoding', 'The body is no valid gzip data.');
    throw Problem.badRequest('aborted', 'The body ended before its announced length.');
  }
  return Buffer.concat(chunks, length);
}

export function tooLarge(bytesMax: number): Problem {
  return new Problem(413, 'body-too-large', 'Content too large', `The body is longer than ${bytesMax} bytes.`, undefined, {
    Connection: 'close',
  });
}

export function unsupported(detail: string): Problem {
  return new Problem(415, 'unsupported-media-type', 'Unsupported media type', detail);
}

function decode(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw Problem.badRequest('invalid-encoding', 'The body is not UTF-8.');
  }
}

function checkNesting(bytes: Buffer): void {
  let depth = 0;
  let inText = false;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    if (inText) {
      if (byte === 0x5c) at++;
      else if (byte === 0x22) inText = false;
    } else if (byte === 0x22) inText = true;
    else if (byte === 0x7b || byte === 0x5b) {
      if (++depth > NESTING_MAX)
        throw Problem.badRequest('invalid-json', `The body is nested deeper than ${NESTING_MAX} levels.`);
    } else if (byte === 0x7d || byte === 0x5d) depth--;
  }
}
