import { ThingRow } from '../domain/world/rows';
import { Mark } from './order-book';

/** What is stored of a thing beside its key. */
export type BundleState = Omit<ThingRow, 'key'>;

/**
 * Things that every event so far named in the same way: made together, packed together, moved together. Nothing can tell
 * them apart but their keys, so their state is stored once. An event that names some of them only splits it.
 */
export interface Bundle {
  readonly id: number;
  /** In key order; at most `BUNDLE_KEYS_MAX`. */
  keys: readonly string[];
  /** The bundle that these were part of before the event at log position `at`: its earlier events are theirs too. */
  readonly forked: { readonly from: number; readonly at: number } | undefined;
  /** Undefined: no standing event names them now. */
  state: BundleState | undefined;
  /** The last step that reached them. */
  mark: Mark | undefined;
}

/** The first of a bundle's things stands for all of them wherever only their fate counts; what is in no bundle, for itself. */
export function standsForItsBundle(key: string, bundle: Bundle | undefined): boolean {
  return bundle === undefined || bundle.keys[0] === key;
}

/** Splitting one off rewrites the others' keys: bounded, so that a shop selling a lot of a million singly stays fast. */
export const BUNDLE_KEYS_MAX = 64;
