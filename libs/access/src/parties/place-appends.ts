import { StreamAppend } from '@suyuan/event-log';
import { partyOfPlace, placeOfParty } from '@suyuan/gs1';
import { Problem } from '@suyuan/platform';
import { DataSource, In } from 'typeorm';
import { PLACE_DESCRIBED, masterDataStream } from '../domain/access-records';
import { PartyEntity, PlaceEntity } from '../entities';
import { Principal, isAuthority } from '../principal';
import { recordBy } from '../projection/access-writer';

/** A party's own GLN names a place too (`414/N` of `417/N`). */
export const ownPlace = (party: string): string => placeOfParty(party) ?? party;

/** `place-described` records by which `party` takes and gives up places. */
export function placeAppends(
  by: Principal,
  party: string,
  taken: readonly string[],
  givenUp: readonly string[] = [],
): StreamAppend[] {
  const append = (place: string, owner: string | null): StreamAppend => ({
    stream: masterDataStream(place),
    records: [recordBy(by, PLACE_DESCRIBED, { place, party: owner })],
  });
  return [...taken.map((place) => append(place, party)), ...givenUp.map((place) => append(place, null))];
}

/** Rows of those of `keys` that somebody described. */
export async function describedPlaces(source: DataSource, keys: readonly string[]): Promise<ReadonlyMap<string, PlaceEntity>> {
  const rows = await source.getRepository(PlaceEntity).findBy({ key: In([...keys]) });
  return new Map(rows.map((row) => [row.key, row]));
}

/**
 * 403 when one of the places is another party's: by master data, or because a registered party has the same digits.
 * Only an authority may reassign such a place.
 */
export async function refuseForeignPlaces(
  source: DataSource,
  by: Principal,
  party: string,
  places: readonly string[],
): Promise<void> {
  if (isAuthority(by) || places.length === 0) return;
  const described = await describedPlaces(source, places);
  const byDigits = new Map(places.map((place) => [place, partyOfPlace(place)] as const));
  const namesakes = [...byDigits.values()].filter((key) => key !== undefined && key !== party);
  const registered = await source.getRepository(PartyEntity).findBy({ id: In(namesakes), registered: true });
  const taken = places.filter((place) => {
    const owner = described.get(place)?.party ?? registered.find((row) => row.id === byDigits.get(place))?.id;
    return owner !== undefined && owner !== null && owner !== party;
  });
  if (taken.length > 0)
    throw Problem.forbidden('access/place-of-another-party', `Another party has these places: ${taken.join(', ')}.`);
}
