import { SHARE_OPENED, ShareOpened } from './access-records';

/** A share as its stream tells it. */
export interface ShareState {
  readonly opened?: ShareOpened & { readonly openedAt: Date };
  readonly closedAt?: Date;
}

export const unknownShare: ShareState = {};

/** Folds `share.opened` and `share.closed`; whatever comes second of a kind changes nothing. */
export function evolveShare(state: ShareState, type: string, data: unknown, at: Date): ShareState {
  if (type === SHARE_OPENED)
    return state.opened === undefined ? { ...state, opened: { ...(data as ShareOpened), openedAt: at } } : state;
  return state.closedAt === undefined ? { ...state, closedAt: at } : state;
}
