import { CallHandler, ExecutionContext, Injectable, NestInterceptor, StreamableFile } from '@nestjs/common';
import { Problem } from '@suyuan/platform';
import { setTimeout as wait } from 'node:timers/promises';
import { Observable, catchError, from, mergeMap, of } from 'rxjs';
import { bearerSecret } from '../guard/bearer';
import { Reply, Request } from '../http/reply';
import { bodyHash, seal, unseal } from './answer-seal';
import { AnswerStore, Claim, RequestName, StoredAnswer } from './answer-store';

/** A repeat waits this long for the first request before it is told to come back. */
const WAIT_MS = 10_000;
const LOOK_EVERY_MS = 50;
/** What belongs to the answer rather than to the connection. */
const KEPT_HEADERS = new Set(['content-type', 'location', 'link', 'suyuan-position', 'etag', 'content-language']);
const PRINTABLE = /^[\x20-\x7e]{1,255}$/;

/**
 * A POST with an `Idempotency-Key` is done once; a repeat within 24 hours gets the first answer, with the header
 * `Idempotency-Replayed: true`. 422 for the same key with another body, 409 while the first is still at work after 10 s. A
 * refused request has done nothing and is not remembered: it may be corrected under its key. Streamed bodies pass by:
 * they can't be compared without being read, and capture is idempotent by event id anyway.
 */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  constructor(private readonly answers: AnswerStore) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    if (context.getType() !== 'http') return next.handle();
    const request = context.switchToHttp().getRequest<Request>();
    const name = request.method === 'POST' ? nameOf(request) : undefined;
    const secret = bearerSecret(request.headers['authorization']);
    if (name === undefined || secret === undefined) return next.handle();
    const reply = context.switchToHttp().getResponse<Reply>();
    const claim = await this.firstOrAnswered(name);
    if (claim.kind === 'answered') return of(repeat(reply, claim.stored, secret));
    return next.handle().pipe(
      mergeMap(async (value: unknown) => {
        if (isRepeatable(value, reply)) await this.answers.keep(claim.claim, answerOf(value, reply, secret));
        else await this.answers.release(claim.claim);
        return value;
      }),
      catchError((error: unknown) =>
        from(this.answers.release(claim.claim)).pipe(mergeMap(() => Promise.reject(error as Error))),
      ),
    );
  }

  private async firstOrAnswered(name: RequestName): Promise<Extract<Claim, { kind: 'first' | 'answered' }>> {
    let claim = await this.answers.claim(name);
    for (let waitedMs = 0; claim.kind === 'at-work' && waitedMs < WAIT_MS; waitedMs += LOOK_EVERY_MS) {
      await wait(LOOK_EVERY_MS);
      claim = await this.answers.look(name);
    }
    if (claim.kind === 'first' || claim.kind === 'answered') return claim;
    if (claim.kind === 'other-body')
      throw Problem.unprocessable('access/idempotency-key-reused', 'This Idempotency-Key was used with another body.');
    throw new Problem(
      409,
      'access/idempotent-request-at-work',
      'Conflict',
      'The first request under this Idempotency-Key is still at work.',
      undefined,
      {
        'Retry-After': '1',
      },
    );
  }
}

function nameOf(request: Request): RequestName | undefined {
  const key = request.headers['idempotency-key'];
  if (key === undefined || request.principal === undefined || isStream(request.body)) return undefined;
  if (typeof key !== 'string' || !PRINTABLE.test(key))
    throw Problem.badRequest('access/idempotency-key', 'Idempotency-Key must be 1 to 255 printable ASCII characters.');
  return { caller: request.principal.keyId, route: request.url.slice(0, 1_500), key, bodyHash: bodyHash(request.body) };
}

function isStream(body: unknown): boolean {
  return typeof body === 'object' && body !== null && 'pipe' in body;
}

/** A streamed answer is gone once sent; a handler that answered by itself left nothing to keep. */
function isRepeatable(value: unknown, reply: Reply): boolean {
  if (value instanceof StreamableFile || isStream(value) || Reflect.get(reply, 'sent') === true) return false;
  return reply.statusCode < 400;
}

function answerOf(value: unknown, reply: Reply, secret: string): StoredAnswer {
  const kept = Object.entries(reply.getHeaders()).filter(([name]) => KEPT_HEADERS.has(name.toLowerCase()));
  const isText = typeof value === 'string';
  const headers = {
    'content-type': isText ? 'text/plain; charset=utf-8' : 'application/json; charset=utf-8',
    ...Object.fromEntries(kept.map(([name, text]) => [name.toLowerCase(), String(text)])),
  };
  return {
    status: reply.statusCode,
    headers,
    answer: seal(secret, value === undefined ? '' : isText ? value : JSON.stringify(value)),
  };
}

function repeat(reply: Reply, stored: StoredAnswer, secret: string): unknown {
  reply.status(stored.status);
  for (const [name, text] of Object.entries(stored.headers)) reply.header(name, text);
  reply.header('Idempotency-Replayed', 'true');
  const text = unseal(secret, stored.answer);
  return text === '' ? undefined : Buffer.from(text, 'utf8');
}
