import { isAuthority, Principal } from '@suyuan/access';
import { Actor } from '../domain/recall.events';

/** Who acts, as the log keeps it: an opaque key id, the role, the party. */
export function actorOf(caller: Principal): Actor {
  const role = isAuthority(caller) ? 'authority' : 'producer';
  return { keyId: caller.keyId, role, ...(caller.party === undefined ? {} : { party: caller.party }) };
}
