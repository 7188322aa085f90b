import { Sql, texts } from '@suyuan/platform';
import { ThingState } from '../domain/lineage/graph-source';
import { UNKNOWN } from '../domain/world/account';
import { Bundle } from './bundle';
import { BundleStore } from './bundle-store';
import { GraphNames } from './graph-names';

/** Things as they are now, read out of their bundles and those of the containers above them. */
export class ThingStates {
  readonly bundles: BundleStore;
  private readonly known = new Map<string, Bundle>();

  constructor(sql: Sql, schema: string, names: GraphNames) {
    this.bundles = new BundleStore(sql, schema, names);
  }

  /** The bundle of a thing that was read. */
  bundleOf(key: string): Bundle | undefined {
    return this.known.get(key);
  }

  /** The bundles of these things, by key. */
  async bundlesOf(keys: readonly string[]): Promise<Map<string, Bundle>> {
    await this.load(keys);
    const found = new Map<string, Bundle>();
    for (const key of keys) {
      const bundle = this.known.get(key);
      if (bundle !== undefined) found.set(key, bundle);
    }
    return found;
  }

  /** Those of these things that some standing event names, in key order. */
  async of(keys: Iterable<string>): Promise<ThingState[]> {
    const wanted = [...new Set(keys)];
    await this.load(wanted);
    return this.states(wanted.map((key) => [key, this.known.get(key)] as const));
  }

  /** All things of these bundles, in key order. */
  async all(bundles: readonly Bundle[]): Promise<ThingState[]> {
    return this.states(bundles.flatMap((bundle) => bundle.keys.map((key) => [key, bundle] as const)));
  }

  /** What is directly inside these containers, the first of each bundle for all that are alike. */
  async firstChildren(containers: readonly string[]): Promise<ThingState[]> {
    return containers.length === 0 ? [] : this.firsts(await this.bundlesIn(containers));
  }

  /** Everything inside these containers, at any depth, the first of each bundle for all that are alike. */
  async firstsInside(containers: readonly string[]): Promise<ThingState[]> {
    return this.firsts(await this.bundlesInside(containers));
  }

  /** Everything inside these containers, at any depth. */
  async inside(containers: readonly string[]): Promise<ThingState[]> {
    return this.all(await this.bundlesInside(containers));
  }

  private async bundlesInside(containers: readonly string[]): Promise<Bundle[]> {
    const found: Bundle[] = [];
    const seen = new Set(containers);
    for (let wave = [...seen]; wave.length > 0;) {
      const bundles = await this.bundlesIn(wave);
      found.push(...bundles);
      wave = bundles.flatMap(({ keys }) => keys).filter((key) => !seen.has(key));
      for (const key of wave) seen.add(key);
    }
    return found;
  }

  private firsts(bundles: readonly Bundle[]): Promise<ThingState[]> {
    return this.states(bundles.flatMap((bundle) => bundle.keys.slice(0, 1).map((key) => [key, bundle] as const)));
  }

  private async bundlesIn(containers: readonly string[]): Promise<Bundle[]> {
    return this.bundles.where('parent = ANY($1::text[]) AND cohort_id IS NOT NULL', [texts(containers)]);
  }

  private async states(things: readonly (readonly [string, Bundle | undefined])[]): Promise<ThingState[]> {
    for (const [key, bundle] of things) if (bundle !== undefined) this.known.set(key, bundle);
    for (let above = this.parentsOf(things); above.length > 0;) {
      const missing = above.filter((key) => !this.known.has(key));
      await this.load(missing);
      above = this.parentsOf(missing.map((key) => [key, this.known.get(key)] as const));
    }
    const states: ThingState[] = [];
    for (const [key, bundle] of things) {
      if (bundle?.state === undefined) continue;
      states.push(this.stateOf(key, bundle.state));
    }
    return states.sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  private stateOf(key: string, state: NonNullable<Bundle['state']>): ThingState {
    const containers: string[] = [];
    let top = state;
    for (let parent = state.parent; parent !== undefined && !containers.includes(parent); parent = top.parent) {
      const above = this.known.get(parent)?.state;
      if (above === undefined) break;
      containers.push(parent);
      top = above;
    }
    return {
      key,
      ...state,
      effective: top.custody ?? UNKNOWN,
      effectiveSinceMicros: state.parent === undefined ? state.sinceMicros : Math.max(top.sinceMicros, state.parentSinceMicros),
      containers,
    };
  }

  private parentsOf(things: readonly (readonly [string, Bundle | undefined])[]): string[] {
    const parents = new Set<string>();
    for (const [, bundle] of things) {
      const parent = bundle?.state?.parent;
      if (parent !== undefined && !this.known.has(parent)) parents.add(parent);
    }
    return [...parents];
  }

  private async load(keys: readonly string[]): Promise<void> {
    const missing = keys.filter((key) => !this.known.has(key));
    if (missing.length === 0) return;
    for (const [key, bundle] of await this.bundles.of(missing)) this.known.set(key, bundle);
  }
}
