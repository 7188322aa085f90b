import { HttpException } from '@nestjs/common';
import { STATUS_CODES } from 'node:http';
import { Problem } from './problem';

/**
 * Turns what Nest, Fastify and node throw at bad requests into a `Problem`; undefined for anything unexpected.
 * Only our own words reach the client: messages of errors without a 4xx status stay in the log.
 */
export function asProblem(error: unknown): Problem | undefined {
  if (error instanceof Problem) return error;
  if (error instanceof HttpException) return fromStatus(error.getStatus(), error.message);
  if (!(error instanceof Error)) return undefined;
  const { statusCode } = error as Error & { statusCode?: unknown };
  return typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500
    ? fromStatus(statusCode, error.message)
    : undefined;
}

function fromStatus(status: number, message: string): Problem | undefined {
  if (status >= 500 && status !== 501 && status !== 503) return undefined;
  const title = STATUS_CODES[status] ?? 'Error';
  return new Problem(status, title.toLowerCase().replace(/[^a-z0-9]+/g, '-'), title, message === title ? undefined : message);
}
