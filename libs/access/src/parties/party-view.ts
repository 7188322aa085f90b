import { toUri } from '@suyuan/gs1';
import { PartyRecord } from '../directory';
import { Principal, isAuthority } from '../principal';

/** A party as an answer shows it. Contacts and the webhook address are for the party itself and for authorities. */
export function partyView(party: PartyRecord, caller: Principal): Record<string, unknown> {
  const face = { id: toUri(party.id), name: party.name, roles: party.roles, places: party.places.map(toUri) };
  if (!isAuthority(caller) && caller.party !== party.id) return face;
  return { ...face, contacts: party.contacts, ...(party.webhook === undefined ? {} : { webhook: { url: party.webhook.url } }) };
}
