import { ArgumentsHost, Catch, ExceptionFilter, Injectable, Logger, NotFoundException } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isDatabaseAway } from '../database/database-away';
import { asProblem } from './framework-problems';
import { KnownRoutes } from './known-routes';
import { Problem } from './problem';
import { PROBLEM_JSON, problemBody } from './problem-body';

const AWAY = new Problem(
  503,
  'database-away',
  'Database away',
  'The database does not answer, or has no room left. Ask again: what is repeated with its ids is written once.',
  undefined,
  { 'Retry-After': '2' },
);

/**
 * The one place where an exception becomes an answer: RFC 9457, no stack, no SQL. What nobody expected is logged with
 * the request's id and answered with 500 and that id, or with 503 where the database is away or full.
 */
@Catch()
@Injectable()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger(ProblemFilter.name);

  constructor(private readonly routes: KnownRoutes) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const problem = this.explain(error, request);
    // A streamed answer that has begun can only be cut off: a half one must not look like a whole one.
    if (reply.raw.headersSent) {
      reply.raw.destroy();
      return;
    }
    void reply
      .code(problem.status)
      .headers({ ...problem.headers, 'Content-Type': PROBLEM_JSON, 'Cache-Control': 'no-store' })
      .send(JSON.stringify(problemBody(problem, request.id)));
  }

  private explain(error: unknown, request: FastifyRequest): Problem {
    const path = request.url.split('?', 1)[0] ?? request.url;
    if (error instanceof NotFoundException && request.is404) return this.noSuchRoute(request.method, path);
    const known = asProblem(error);
    if (known !== undefined) return known;
    this.logger.error(
      `request ${request.id} failed: ${request.method} ${path}`,
      error instanceof Error ? error : new Error(String(error)),
    );
    if (isDatabaseAway(error)) return AWAY;
    return new Problem(
      500,
      'internal-error',
      'Internal error',
      `Something went wrong on our side; it is in the log as request ${request.id}.`,
    );
  }

  private noSuchRoute(method: string, path: string): Problem {
    const allowed = this.routes.methodsOf(path);
    if (allowed.length === 0) return Problem.notFound(`There is nothing at ${path}.`);
    return new Problem(
      405,
      'method-not-allowed',
      'Method not allowed',
      `${path} knows ${allowed.join(', ')}, not ${method}.`,
      undefined,
      {
        Allow: allowed.join(', '),
      },
    );
  }
}
