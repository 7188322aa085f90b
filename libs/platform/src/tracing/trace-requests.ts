import { AsyncResource } from 'node:async_hooks';
import { context, ROOT_CONTEXT, Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { failSpan } from './spans';
import { readTraceparent } from './traceparent';

/** Asked every few seconds by machines, about nothing that anybody traces. */
const UNTRACED = /^\/(?:health|metrics)(?:[/?]|$)/;

interface Traced {
  readonly span: Span;
  readonly scope: AsyncResource;
}

/**
 * A span for each request, in which everything it leads to is done. It goes on with the caller's `traceparent`. Named by
 * the route's pattern: a path holds codes.
 */
export function traceRequests(fastify: FastifyInstance): void {
  const traced = new WeakMap<FastifyRequest, Traced>();
  fastify.addHook('onRequest', (request, _reply, done) => {
    if (UNTRACED.test(request.url)) return done();
    const remote = readTraceparent(request.headers['traceparent']);
    const around = remote === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, remote);
    const { url: route = 'unknown' } = request.routeOptions;
    const span = trace
      .getTracer('suyuan')
      .startSpan(
        `${request.method} ${route}`,
        { kind: SpanKind.SERVER, attributes: { 'http.request.method': request.method, 'http.route': route } },
        around,
      );
    context.with(trace.setSpan(around, span), () => {
      traced.set(request, { span, scope: new AsyncResource('request span') });
      done();
    });
  });
  // What parses a body may go on in the connection's own context, which knows no request.
  fastify.addHook('preValidation', (request, _reply, done) => {
    const known = traced.get(request);
    if (known === undefined) done();
    else known.scope.runInAsyncScope(done);
  });
  fastify.addHook('onError', (request, _reply, error, done) => {
    const span = traced.get(request)?.span;
    if (span !== undefined) failSpan(span, error);
    done();
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    const span = traced.get(request)?.span;
    span?.setAttribute('http.response.status_code', reply.statusCode);
    // A refusal is the caller's error, not ours.
    if (reply.statusCode >= 500) span?.setStatus({ code: SpanStatusCode.ERROR });
    span?.end();
    done();
  });
  fastify.addHook('onRequestAbort', (request, done) => {
    traced.get(request)?.span.end();
    done();
  });
}
