import { PARTY_CHANGED, PARTY_REGISTERED, PartyChanged, PartyRegistered } from './access-records';
import { Decision, accept, refuse } from './decision';

/** A party as its stream tells it; `registered` is false for one that only master data names. */
export interface PartyState {
  readonly registered: boolean;
  readonly name: string;
  readonly roles: readonly string[];
  readonly places: readonly string[];
  readonly contactIds: readonly string[];
}

export type PartyCommand =
  | { readonly type: 'RegisterParty'; readonly data: PartyRegistered }
  | { readonly type: 'ChangeParty'; readonly data: PartyChanged };

export type PartyEvent =
  | { readonly type: typeof PARTY_REGISTERED; readonly data: PartyRegistered }
  | { readonly type: typeof PARTY_CHANGED; readonly data: PartyChanged };

export const unknownParty: PartyState = { registered: false, name: '', roles: [], places: [], contactIds: [] };

export function decideParty(state: PartyState, command: PartyCommand): Decision<PartyEvent> {
  const { party } = command.data;
  switch (command.type) {
    case 'RegisterParty':
      if (state.registered) return refuse('access/party-exists', `Party ${party} is registered already.`);
      return accept({ type: PARTY_REGISTERED, data: command.data });
    case 'ChangeParty':
      if (!state.registered) return refuse('access/party-unknown', `Party ${party} is not registered.`);
      // Nothing is wished but the party itself: nothing new happened.
      if (Object.keys(command.data).length === 1) return accept();
      return accept({ type: PARTY_CHANGED, data: command.data });
  }
}

/** Total: any record of the stream folds, an unknown one changes nothing. */
export function evolveParty(state: PartyState, event: PartyEvent): PartyState {
  switch (event.type) {
    case PARTY_REGISTERED:
    case PARTY_CHANGED: {
      const { name, roles, places, contactIds } = { ...state, ...event.data };
      return { registered: state.registered || event.type === PARTY_REGISTERED, name, roles, places, contactIds };
    }
    default:
      return state;
  }
}

/** Master data in a captured document names a party; what its registration says wins. */
export function nameParty(state: PartyState, name: string | undefined): PartyState {
  return state.registered || name === undefined ? state : { ...state, name };
}
