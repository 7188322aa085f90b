import { PlaceDescribed } from './access-records';

/** A place as all descriptions of it, in log order, leave it. */
export interface PlaceState {
  readonly party: string | null;
  /** The party that assigned `party`; null for an authority (or while nobody did). */
  readonly assignedBy: string | null;
  readonly name?: string;
  readonly address?: string;
  readonly country?: string;
  readonly attributes: Readonly<Record<string, string>>;
}

export const undescribedPlace: PlaceState = { party: null, assignedBy: null, attributes: {} };

/**
 * Folds one description. `by` is the party that said it, null for an authority. A place that master data gives to a
 * party is that party's to describe: what a third party says about it later is ignored, or anybody could take over
 * another's goods by naming its places.
 */
export function describePlace(state: PlaceState, said: PlaceDescribed, by: string | null): PlaceState {
  if (by !== null && state.party !== null && state.party !== by) return state;
  const { name, address, country } = { ...state, ...said };
  return {
    party: said.party === undefined ? state.party : said.party,
    assignedBy: said.party === undefined ? state.assignedBy : by,
    ...(name === undefined ? {} : { name }),
    ...(address === undefined ? {} : { address }),
    ...(country === undefined ? {} : { country }),
    attributes: { ...state.attributes, ...said.attributes },
  };
}
