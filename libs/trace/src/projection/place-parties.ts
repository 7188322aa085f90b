import { texts, Transaction } from '@suyuan/platform';
import { PlaceParties } from '../domain/facts/parties';

/** A place whose party became known or changed; null: master data no longer names one. */
export interface PlaceChange {
  readonly place: string;
  readonly party: string | null;
  readonly position: number;
}

/** Places whose party is another than before. */
export function placesMoved(before: PlaceParties, after: PlaceParties): string[] {
  if (before === after) return [];
  return [...new Set([...before.keys(), ...after.keys()])].filter((place) => before.get(place) !== after.get(place));
}

export async function loadPlaceParties(tx: Transaction, schema: string): Promise<PlaceParties> {
  const rows = await tx.query<{ place: string; party: string }>(`SELECT place, party FROM ${schema}.place_party`);
  return new Map(rows.map(({ place, party }) => [place, party]));
}

/** @returns what is known after the changes */
export async function storePlaceParties(
  tx: Transaction,
  schema: string,
  before: PlaceParties,
  changes: readonly PlaceChange[],
): Promise<PlaceParties> {
  if (changes.length === 0) return before;
  const after = new Map<string, string>(before);
  for (const { place, party } of changes) {
    if (party === null) after.delete(place);
    else after.set(place, party);
  }
  const changed = [...new Set(changes.map(({ place }) => place))];
  await tx.query(`DELETE FROM ${schema}.place_party WHERE place = ANY($1::text[])`, [texts(changed)]);
  const known = changed.filter((place) => after.has(place));
  await tx.query(`INSERT INTO ${schema}.place_party (place, party) SELECT * FROM unnest($1::text[], $2::text[])`, [
    texts(known),
    texts(known.map((place) => after.get(place))),
  ]);
  return after;
}
