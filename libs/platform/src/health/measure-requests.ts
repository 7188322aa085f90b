import type { FastifyInstance } from 'fastify';
import type { Metrics } from './metrics';

/** Asked by machines every few seconds: their times would drown the others. */
const UNMEASURED = /^\/(?:health|metrics)(?:[/?]|$)/;

/** Measures every request; call it before the server is ready. An open stream of events has no duration worth a figure. */
export function measureRequests(fastify: FastifyInstance, metrics: Metrics): void {
  fastify.addHook('onResponse', (request, reply, done) => {
    const isStream = String(reply.getHeader('content-type') ?? '').startsWith('text/event-stream');
    if (!isStream && !UNMEASURED.test(request.url))
      metrics.observeRequest(request.method, request.routeOptions.url ?? 'unknown', reply.statusCode, reply.elapsedTime / 1000);
    done();
  });
}
