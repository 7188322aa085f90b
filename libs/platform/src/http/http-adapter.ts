import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { registerBodyParsers } from './body-parsers';
import { asProblem } from './framework-problems';
import { KnownRoutes } from './known-routes';
import { tracingIsOn } from '../tracing/spans';
import { traceRequests } from '../tracing/trace-requests';
import { Problem } from './problem';
import { PROBLEM_JSON, problemBody } from './problem-body';

/**
 * Fastify as we use it: request ids, our body parsers, our problems for what fails before any route is found.
 * CORS is off: the API is for servers and for pages of our own origin.
 */
export function createHttpAdapter(routes: KnownRoutes): FastifyAdapter {
  const adapter = new FastifyAdapter({
    logger: false,
    // A key in a path may be a whole Digital Link, percent-encoded.
    routerOptions: { maxParamLength: 4000, ignoreTrailingSlash: true },
    genReqId: requestId,
    // A capture takes as long as its document needs; only the headers are hurried.
    requestTimeout: 0,
    forceCloseConnections: 'idle',
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) => {
      const problem = asProblem(error) ?? new Problem(400, 'bad-request', 'Bad request', 'The request could not be read.');
      void reply
        .code(problem.status)
        .header('Content-Type', PROBLEM_JSON)
        .send(JSON.stringify(problemBody(problem, request.id)));
    },
    clientErrorHandler: refuseBrokenHttp,
  });
  const fastify: FastifyInstance = adapter.getInstance<FastifyInstance>();
  routes.learn(fastify);
  registerBodyParsers(fastify);
  if (tracingIsOn()) traceRequests(fastify);
  fastify.addHook('onRequest', async (request, reply) => {
    reply.header('X-Request-Id', request.id);
    reply.header('X-Content-Type-Options', 'nosniff');
    if (request.url.includes('%00'))
      throw Problem.badRequest('bad-request', 'The character U+0000 is not allowed in an address.');
  });
  return adapter;
}

/** The caller's own id where it is harmless in a log, else a new one. */
function requestId(request: { headers: IncomingMessage['headers'] }): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && /^[\w.-]{8,64}$/.test(given) ? given : randomUUID();
}

/** Bytes that are no HTTP: answered on the bare socket. */
function refuseBrokenHttp(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) return void socket.destroy();
  const status = error.code === 'HPE_HEADER_OVERFLOW' ? 431 : error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400;
  const title = status === 431 ? 'Request header fields too large' : status === 408 ? 'Request timeout' : 'Bad request';
  const body = JSON.stringify(problemBody(new Problem(status, title.toLowerCase().replaceAll(' ', '-'), title), randomUUID()));
  socket.end(
    `HTTP/1.1 ${status} ${title}\r\nContent-Type: ${PROBLEM_JSON}\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}
