import { CanActivate, ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { Clock, Problem } from '@suyuan/platform';
import { ALLOWED_ROLES, IS_PUBLIC } from '../decorators';
import { KEYED_BUDGET, KEYLESS_BUDGET, RequestBudget } from '../domain/request-budget';
import { Request } from '../http/reply';
import { ApiKeys } from '../keys/api-keys';
import { Principal, Role } from '../principal';
import { bearerSecret } from './bearer';

/** A wrong key costs as much as this many right requests, so that guessing ends soon. */
const WRONG_KEY_COST = 20;

/** Who asks, may they, and not too often: 401, 403 and 429 for every endpoint. */
@Injectable()
export class AccessGuard implements CanActivate {
  private readonly keyless = new RequestBudget(KEYLESS_BUDGET);
  private readonly keyed = new RequestBudget(KEYED_BUDGET);

  constructor(
    private readonly reflector: Reflector,
    private readonly keys: ApiKeys,
    private readonly clock: Clock,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (context.getType() !== 'http') return true;
    const request = context.switchToHttp().getRequest<Request>();
    const places = [context.getHandler(), context.getClass()];
    const secret = bearerSecret(request.headers['authorization']);
    if (secret === undefined) {
      this.spend(this.keyless, request.ip, 1);
      if (this.reflector.getAllAndOverride<boolean | undefined>(IS_PUBLIC, places) === true) return true;
      throw Problem.unauthorized('A key is needed: Authorization: Bearer KEY.');
    }
    const principal = await this.identify(secret, request);
    request.principal = principal;
    const allowed = this.reflector.getAllAndOverride<Role[] | undefined>(ALLOWED_ROLES, places);
    if (allowed === undefined || principal.role === 'admin' || allowed.includes(principal.role)) return true;
    throw Problem.forbidden(
      'access/wrong-role',
      `This needs the role ${allowed.join(' or ')}; the key has the role ${principal.role}.`,
    );
  }

  private async identify(secret: string, request: Request): Promise<Principal> {
    const principal = secret === '' ? undefined : await this.keys.authenticate(secret);
    if (principal === undefined) {
      this.spend(this.keyless, request.ip, WRONG_KEY_COST);
      throw Problem.unauthorized('The key is wrong, revoked or expired.');
    }
    if (principal.role !== 'admin') this.spend(this.keyed, principal.keyId, 1);
    return principal;
  }

  private spend(budget: RequestBudget, caller: string, cost: number): void {
    const waitSeconds = budget.take(caller, this.clock.now().getTime(), cost);
    if (waitSeconds === 0) return;
    throw new Problem(
      429,
      'access/too-many-requests',
      'Too many requests',
      `The request budget is used up; try again in ${waitSeconds} s.`,
      undefined,
      {
        'Retry-After': String(waitSeconds),
      },
    );
  }
}
