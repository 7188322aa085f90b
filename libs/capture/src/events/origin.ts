import type { Principal } from '@suyuan/access';

/** Whose word a capture is: an operator's party; nobody's for an administrator or regulator, places and lists decide. */
export function originOf(principal: Principal): { capturingParty: string | null; admin: boolean } {
  return {
    capturingParty: principal.role === 'operator' ? (principal.party ?? null) : null,
    admin: principal.role === 'admin',
  };
}
