import { gtinOf } from '@suyuan/gs1';
import { Item, CanonicalEvent } from '@suyuan/epcis';
import { Fact } from '../domain/facts/fact';
import { Bundle, BUNDLE_KEYS_MAX } from './bundle';

/** What the mentions of a batch did to the bundles. */
export interface Bundling {
  /** The bundle of every thing that the batch names. */
  readonly of: ReadonlyMap<string, Bundle>;
  readonly fresh: ReadonlySet<Bundle>;
  /** Stored bundles that lost keys. */
  readonly shrunk: ReadonlySet<Bundle>;
  /** Things that came to another bundle than they are stored under; the others are new. */
  readonly moved: ReadonlyMap<string, Bundle>;
  readonly added: ReadonlyMap<string, Bundle>;
  readonly mentions: readonly { readonly bundle: Bundle; readonly position: number }[];
  readonly nextId: number;
}

/**
 * Groups things by how events name them, whatever the order of arrival: two things are in one bundle exactly when the
 * same events name both in the same roles (up to the bound of a bundle).
 * @param stored bundles of the things that were named before; changed in place
 */
export function bundled(facts: readonly Fact[], stored: ReadonlyMap<string, Bundle>, firstId: number): Bundling {
  const of = new Map(stored);
  const fresh = new Set<Bundle>();
  const shrunk = new Set<Bundle>();
  const moved = new Map<string, Bundle>();
  const added = new Map<string, Bundle>();
  const mentions: { bundle: Bundle; position: number }[] = [];
  let nextId = firstId;
  const place = (key: string, bundle: Bundle): void => {
    of.set(key, bundle);
    (stored.has(key) ? moved : added).set(key, bundle);
  };
  const begin = (keys: readonly string[], parts: Pick<Bundle, 'forked' | 'state' | 'mark'>, position: number): void => {
    const bundle: Bundle = { id: nextId, keys, ...parts };
    nextId += 1;
    fresh.add(bundle);
    for (const key of keys) place(key, bundle);
    mentions.push({ bundle, position });
  };
  for (const { event, position } of [...facts].sort((a, b) => a.position - b.position)) {
    for (const { bundle, keys } of alike(event, of)) {
      if (bundle === undefined) {
        for (let from = 0; from < keys.length; from += BUNDLE_KEYS_MAX)
          begin(keys.slice(from, from + BUNDLE_KEYS_MAX), { forked: undefined, state: undefined, mark: undefined }, position);
      } else if (keys.length === bundle.keys.length) {
        mentions.push({ bundle, position });
      } else {
        const leaving = new Set(keys);
        bundle.keys = bundle.keys.filter((key) => !leaving.has(key));
        if (!fresh.has(bundle)) shrunk.add(bundle);
        begin(keys, { forked: { from: bundle.id, at: position }, state: bundle.state, mark: bundle.mark }, position);
      }
    }
  }
  return { of, fresh, shrunk, moved, added, mentions, nextId };
}

/** The things of an event by bundle and by the way it names them; keys in key order. */
function alike(event: CanonicalEvent, of: ReadonlyMap<string, Bundle>): { bundle: Bundle | undefined; keys: string[] }[] {
  const ways = new Map<string, string>();
  const name = (role: string, items: readonly Item[]): void => {
    for (const { key, lotKey } of items) ways.set(key, `${ways.get(key) ?? ''}${role}${lotKey ?? ''}`);
  };
  name('e', event.epcs);
  name('c', event.children);
  name('i', event.inputs);
  name('o', event.outputs);
  if (event.parent !== undefined) name('p', [event.parent]);
  const groups = new Map<string, { bundle: Bundle | undefined; keys: string[] }>();
  for (const [key, way] of ways) {
    const bundle = of.get(key);
    const group = `${bundle === undefined ? kindOf(key) : bundle.id}\n${way}`;
    const known = groups.get(group);
    if (known === undefined) groups.set(group, { bundle, keys: [key] });
    else known.keys.push(key);
  }
  for (const { keys } of groups.values()) keys.sort();
  return [...groups.values()];
}

/** Only serials of one product are alike before their first event: everything else is a product of its own. */
const kindOf = (key: string): string => gtinOf(key) ?? key;
