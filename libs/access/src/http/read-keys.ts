import { parseCode, partyOfPlace } from '@suyuan/gs1';
import { InputFault, Problem } from '@suyuan/platform';
import { invalidBody } from './read-body';

type Read = { readonly key: string } | { readonly fault: InputFault };

/** Longer keys would not fit an index. */
const LENGTH_MAX = 1_000;

/** A party's `417/…` key from any spelling: PGLN or SGLN, URN, Digital Link, `417/…`, `414/…` or a bare GLN. */
export function readPartyKey(text: string, pointer: string): string {
  return orThrow(partyKey(text, pointer));
}

/** A place's key (`414/…` or an opaque URI) from any spelling or a bare GLN. */
export function readPlaceKey(text: string, pointer: string): string {
  return orThrow(placeKey(text, pointer));
}

/** A trade item's class key (`01/{gtin14}` or an opaque URI) from any spelling or a bare GTIN. */
export function readProductKey(text: string, pointer: string): string {
  return orThrow(read(text, pointer, '01', ['class', 'opaque'], 'a GTIN'));
}

/** The key in a path; what names no party there is no resource of ours. */
export function partyKeyInPath(text: string): string {
  const found = partyKey(text, '');
  if ('fault' in found) throw new Problem(400, found.fault.rule, 'Bad request', `The party in the path: ${found.fault.message}`);
  return found.key;
}

function partyKey(text: string, pointer: string): Read {
  const found = read(text, pointer, '417', ['party', 'place'], "a party's GLN");
  if ('fault' in found || found.key.startsWith('417/')) return found;
  const party = partyOfPlace(found.key);
  return typeof party === 'string' ? { key: party } : fault(pointer, 'access/not-a-party', `${text} is not a party's GLN.`);
}

function placeKey(text: string, pointer: string): Read {
  return read(text, pointer, '414', ['place', 'opaque'], 'a GLN of a place');
}

function read(text: string, pointer: string, bareAi: string, kinds: readonly string[], wanted: string): Read {
  if (text.length > LENGTH_MAX) return fault(pointer, 'access/key-too-long', `At most ${LENGTH_MAX} characters.`);
  const parsed = parseCode(spelledOut(text.trim(), bareAi));
  if (!parsed.ok) return fault(pointer, parsed.error.rule, parsed.error.message);
  const { key, kind } = parsed.identifier;
  return kinds.includes(kind) ? { key } : fault(pointer, 'access/wrong-kind-of-key', `${text} is not ${wanted}.`);
}

/** Bare digits and domainless paths become Digital Links; everything else is left to the parser. */
function spelledOut(text: string, bareAi: string): string {
  if (/^\d{8,14}$/.test(text)) return `https://id.gs1.org/${bareAi}/${text}`;
  return /^\/?\d{2,4}\//.test(text) ? `https://id.gs1.org/${text.replace(/^\//, '')}` : text;
}

function fault(pointer: string, rule: string, message: string): Read {
  return { fault: { pointer, rule, message } };
}

function orThrow(found: Read): string {
  if ('fault' in found) throw invalidBody([found.fault]);
  return found.key;
}
