import { createParamDecorator, ExecutionContext, SetMetadata } from '@nestjs/common';
import { Principal, Role } from './principal';

export const ALLOWED_ROLES = 'suyuan:roles';
export const IS_PUBLIC = 'suyuan:public';

/** Only these roles may call the endpoint; `admin` is always allowed. Without it any valid key may. */
export const Roles = (...roles: Role[]): MethodDecorator & ClassDecorator => SetMetadata(ALLOWED_ROLES, roles);

/** No key needed. A key that is sent must still be valid. */
export const Public = (): MethodDecorator & ClassDecorator => SetMetadata(IS_PUBLIC, true);

/** The caller of the request; undefined on public endpoints called without a key. */
export const Caller = createParamDecorator((_: unknown, context: ExecutionContext): Principal | undefined => {
  return context.switchToHttp().getRequest<{ principal?: Principal }>().principal;
});
