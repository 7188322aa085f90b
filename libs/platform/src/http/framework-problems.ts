import { HttpException } from '@nestjs/common';
import { STATUS_CODES } from 'node:http';
import { Problem } from './problem';

/** SQLSTATEs of PostgreSQL for text that it has no representation of: a fault of the input wherever it slipped through. */
const UNSTORABLE = new Set(['22021', '22P05']);

/**
 * Turns what Nest, Fastify and node throw at bad requests into a `Problem`; undefined for anything unexpected.
 * Only our own words reach the client: messages of errors without a 4xx status stay in the log.
 */
export function asProblem(error: unknown): Problem | undefined {
  if (error instanceof Problem) return error;
  if (error instanceof HttpException) return fromStatus(error.getStatus(), error.message);
  if (!(error instanceof Error)) return undefined;
  const { statusCode, code } = error as Error & { statusCode?: unknown; code?: unknown };
  if (typeof code === 'string' && UNSTORABLE.has(code))
    return Problem.badRequest('unstorable-character', 'The input holds a character that can not be stored, such as U+0000.');
  return typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500
    ? fromStatus(statusCode, error.message)
    : undefined;
}

function fromStatus(status: number, message: string): Problem | undefined {
  if (status >= 500 && status !== 501 && status !== 503) return undefined;
  const title = STATUS_CODES[status] ?? 'Error';
  return new Problem(status, title.toLowerCase().replace(/[^a-z0-9]+/g, '-'), title, message === title ? undefined : message);
}
