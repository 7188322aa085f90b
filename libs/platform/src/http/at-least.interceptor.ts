import { CallHandler, ExecutionContext, Injectable, NestInterceptor } from '@nestjs/common';
import { Observable } from 'rxjs';
import { Progress } from '../projection/progress';
import { Problem } from './problem';

/** How long a reader waits for its own write to become visible. */
export const AT_LEAST_WAIT_MS = 10_000;

/**
 * `?atLeast=POSITION`: answers once every projection has passed that log position, after at most 10 s else 503. On every
 * method: a POST that asks (check many) is a read as well, and to a command waiting does no harm. The parameter is taken
 * out of the query, so that no endpoint has to know it.
 */
@Injectable()
export class AtLeastInterceptor implements NestInterceptor {
  constructor(
    private readonly progress: Progress,
    private readonly waitMs: number = AT_LEAST_WAIT_MS,
  ) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const query = context.switchToHttp().getRequest<{ query?: Record<string, unknown> }>().query;
    const asked = query?.['atLeast'];
    if (query === undefined || asked === undefined) return next.handle();
    delete query['atLeast'];
    const position = typeof asked === 'string' && /^\d{1,15}$/.test(asked) ? Number(asked) : undefined;
    if (position === undefined) {
      const message = 'must be a log position, a decimal integer as in the header Suyuan-Position, given once';
      throw Problem.badRequest('invalid-query', `atLeast ${message}.`, [{ pointer: '/atLeast', rule: 'position', message }]);
    }
    if (!(await this.progress.waitFor(position, this.waitMs))) {
      const detail = `Position ${position} is not visible yet; reached is ${this.progress.reached()}.`;
      throw new Problem(
        503,
        'not-yet-projected',
        'Not yet projected',
        detail,
        undefined,
        { 'Retry-After': '2' },
        { reached: this.progress.reached() },
      );
    }
    return next.handle();
  }
}
