export const ROLES = ['admin', 'regulator', 'operator', 'auditor'] as const;
export type Role = (typeof ROLES)[number];

/** Who asks. `party` is the `417/…` key that an operator acts for (and may be set for a regulator or auditor). */
export interface Principal {
  readonly keyId: string;
  readonly role: Role;
  readonly party?: string;
}

/** An administrator may do whatever a regulator may (API.md, "Who"). */
export function isAuthority(principal: Principal): boolean {
  return principal.role === 'admin' || principal.role === 'regulator';
}
