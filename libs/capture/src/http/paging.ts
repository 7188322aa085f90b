import { Problem } from '@suyuan/platform';
import type { FastifyReply, FastifyRequest } from 'fastify';

const PER_PAGE_DEFAULT = 30;
const PER_PAGE_MAX = 1000;

/** One page of the EPCIS binding (8.2.5): `perPage`, and in `nextPageToken` the number that the last page ended with. */
export interface EpcisPage {
  readonly perPage: number;
  readonly token: number | undefined;
  /** The query without the paging parameters. */
  readonly rest: Readonly<Record<string, unknown>>;
}

export function readPage(query: Readonly<Record<string, unknown>>): EpcisPage {
  const { perPage = String(PER_PAGE_DEFAULT), nextPageToken, ...rest } = query;
  if (typeof perPage !== 'string' || !/^[1-9]\d{0,6}$/.test(perPage)) throw refuse('perPage', 'must be a whole number from 1 up');
  if (nextPageToken !== undefined && (typeof nextPageToken !== 'string' || !/^\d{1,15}$/.test(nextPageToken))) {
    throw refuse('nextPageToken', 'must be one of an earlier answer');
  }
  return {
    perPage: Math.min(Number(perPage), PER_PAGE_MAX),
    token: nextPageToken === undefined ? undefined : Number(nextPageToken),
    rest,
  };
}

/** `Link: …; rel="next"`, absent on the last page. Tokens are places in an append-only order: they don't expire. */
export function linkNext(request: FastifyRequest, reply: FastifyReply, next: number | undefined): void {
  if (next === undefined) return;
  const url = new URL(request.url, 'http://localhost');
  url.searchParams.set('nextPageToken', String(next));
  reply.header('Link', `<${url.pathname}${url.search}>; rel="next"`);
}

function refuse(name: string, message: string): Problem {
  return Problem.badRequest('epcisException:QueryParameterException', `${name} ${message}.`, [
    { pointer: `/${name}`, rule: 'epcis/query-parameter', message },
  ]);
}
