import { parseCode, placeOfParty, toUri, type Identifier } from '@suyuan/gs1';
import type { RowReader } from './row-reader';

/** An entry of a `sourceList` (`source`) or `destinationList` (`destination`). */
export type Side<Name extends 'source' | 'destination'> = { readonly type: string } & { readonly [name in Name]: string };

/** Where it happened: a place in any spelling, a bare GLN, or a party, whose own place is meant then. */
export function readPlace(reader: RowReader, ...fields: readonly string[]): { id: string } | undefined {
  for (const field of fields) {
    const code = readGln(reader, field, '414');
    if (code === undefined) continue;
    if (code.kind === 'place' || code.kind === 'opaque') return { id: toUri(code.key) };
    const place = placeOfParty(code.key);
    if (place !== undefined) return { id: toUri(place) };
    reader.fault(field, 'capture/kind', 'must be a place or a party');
  }
  return undefined;
}

/**
 * One side of a move. A party is its possessing party. A place is given as the location only: whose it is master data
 * says, also later, and the event's content (its id) must not change with it.
 */
export function readSide<Name extends 'source' | 'destination'>(
  reader: RowReader,
  field: string,
  name: Name,
): readonly Side<Name>[] {
  const code = readGln(reader, field, '417');
  if (code === undefined) return [];
  if (code.kind !== 'place' && code.kind !== 'party' && code.kind !== 'opaque') {
    reader.fault(field, 'capture/kind', 'must be a party or a place');
    return [];
  }
  const type = code.kind === 'place' ? 'location' : 'possessing_party';
  return [{ type, [name]: toUri(code.key) } as Side<Name>];
}

function readGln(reader: RowReader, field: string, application: '414' | '417'): Identifier | undefined {
  const text = reader.text(field);
  if (text === undefined) return undefined;
  // Thirteen bare digits could be a GTIN; where a place or party belongs they are a GLN.
  return reader.code(field, /^\d{13}$/.test(text) ? `https://id.gs1.org/${application}/${text}` : text);
}

/** Where goods leave from, for events whose `from` may be a place or a party. */
export function placeOf(reader: RowReader, field: string): { id: string } | undefined {
  const text = reader.text(field);
  const parsed = text === undefined ? undefined : parseCode(text);
  return parsed?.ok === true && parsed.identifier.kind === 'place' ? { id: toUri(parsed.identifier.key) } : undefined;
}
