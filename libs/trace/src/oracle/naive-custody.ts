import { CanonicalEvent } from '@suyuan/epcis';
import { isTradeItem } from '@suyuan/gs1';
import { endOf, moveOf, NaiveStep, placeOf, placeParty } from './naive-order';

/** Where a thing is and in whose hands; `from` is the consignor of goods on the way. */
export interface NaiveCustody {
  readonly state: string;
  readonly party: string | null;
  readonly place: string | null;
  readonly from: string | null;
}

const UNDERWAY = ['loading', 'unloading', 'transporting', 'staging_outbound', 'sensor_reporting'];
const GONE = ['sold', 'consumed', 'destroyed', 'decommissioned'];
const custody = (state: string, party: string | null, place: string | null, from: string | null = null): NaiveCustody => ({
  state,
  party,
  place,
  from,
});
/** Where a thing came from that no event tells the origin of. */
const UNEXPLAINED = custody('unexplained', null, null);
const byKey = (a: { key: string }, b: { key: string }): number => (a.key < b.key ? -1 : 1);

/** Plain maps, replayed event by event: who holds what, what is in what. */
export class NaiveCustodies {
  /** Some consignee sent goods on before a receipt was recorded. */
  sentOn = false;
  readonly own = new Map<string, NaiveCustody>();
  readonly parent = new Map<string, string>();
  /** The account each thing came out of: created or unexplained. */
  readonly origin = new Map<string, NaiveCustody>();
  private readonly shippedFrom = new Map<string, { party: string | null; place: string | null }>();

  top(key: string): string {
    let at = key;
    for (let up = this.parent.get(at); up !== undefined; up = this.parent.get(at)) at = up;
    return at;
  }

  of(key: string): NaiveCustody | undefined {
    return this.own.get(this.top(key));
  }

  isInside(key: string, container: string): boolean {
    for (let up = this.parent.get(key); up !== undefined; up = this.parent.get(up)) if (up === container) return true;
    return false;
  }

  apply(step: NaiveStep): void {
    const { effect, event } = step;
    if (effect === 'pack' || effect === 'unpack') this.aggregate(step);
    else if (event.type === 'TransformationEvent') this.transform(step);
    else
      this.actOn(
        step,
        effect,
        [...event.epcs, ...(event.parent ? [event.parent] : [])].sort(byKey).map(({ key }) => key),
      );
  }

  private transform(step: NaiveStep): void {
    const { inputs, outputs } = step.event;
    const both = inputs
      .filter(({ key }) => outputs.some((output) => output.key === key))
      .map(({ key }) => key)
      .sort();
    if (step.effect === 'create')
      return this.actOn(
        step,
        'create',
        outputs
          .map(({ key }) => key)
          .filter((key) => !both.includes(key))
          .sort(),
      );
    const going = inputs.filter(({ key }) => !both.includes(key));
    for (const { key } of outputs) {
      if (!going.some((input) => this.isInside(key, input.key))) continue;
      this.leave(key);
      this.act({ ...step, effect: 'see' }, 'see', key);
    }
    this.actOn({ ...step, effect: 'see' }, 'see', both);
    this.actOn(
      step,
      'consume',
      inputs
        .map(({ key }) => key)
        .filter((key) => !both.includes(key))
        .sort(),
    );
  }

  private actOn(step: NaiveStep, effect: NaiveStep['effect'], keys: readonly string[]): void {
    const listed = new Set(keys);
    const shields = (other: string): boolean =>
      !(effect === 'end' && step.event.bizStep === 'decommissioning' && !isTradeItem(other));
    const moving = keys.filter((key) => ![...listed].some((other) => shields(other) && this.isInside(key, other)));
    for (const key of keys) if (effect !== 'create' && !moving.includes(key)) this.meet(step, key);
    for (const key of effect === 'create' ? keys : moving) this.act(step, effect, key);
  }

  private act(step: NaiveStep, effect: NaiveStep['effect'], key: string): void {
    if (effect === 'create') return this.create(step, key);
    const isNew = !this.origin.has(key);
    this.meet(step, key);
    if ((effect === 'see' || effect === 'void') && this.parent.has(key)) return;
    if (effect === 'out' && this.parent.has(key) && this.isRepeat(step, key)) return;
    if (effect === 'void' && this.of(key)?.state !== 'in_transit') {
      // Nothing to undo: it proves only what was gone, or never seen, to be there.
      const isGone = GONE.includes(this.of(key)?.state ?? '');
      if (isGone || (isNew && endOf(step.event.sources).party === null)) this.act(step, 'see', key);
      return;
    }
    this.leave(key);
    const move = {
      consume: () => this.end(step, key, 'consumed'),
      end: () => this.finish(step, key),
      sale: () => this.end(step, key, 'sold'),
      void: () => this.void(key),
      in: () => this.receive(step, key),
      out: () => this.send(step, key),
      see: () => this.see(step, key),
      pack: () => undefined,
      unpack: () => undefined,
    };
    move[effect]();
  }

  private first(step: NaiveStep): NaiveCustody {
    const place = placeOf(step);
    const source = endOf(step.event.sources);
    const party = source.party ?? placeParty(place) ?? step.fact.capturingParty;
    if (party === null) return custody('unknown', null, null);
    const isHere = placeParty(place) === party || (source.party === null && placeParty(place) === null);
    const at = source.party !== null && source.place !== null ? source.place : isHere ? (place ?? null) : null;
    return custody('held', party, at);
  }

  private meet(step: NaiveStep, key: string): void {
    if (this.origin.has(key)) return;
    const first = this.first(step);
    this.origin.set(key, UNEXPLAINED);
    this.set(key, first);
  }

  private set(key: string, to: NaiveCustody): void {
    this.own.set(key, to);
  }

  private leave(key: string): void {
    const now = this.of(key);
    const top = this.top(key);
    if (top === key || now === undefined) return;
    this.parent.delete(key);
    this.set(key, now);
    const shipped = this.shippedFrom.get(top);
    if (shipped) this.shippedFrom.set(key, shipped);
  }

  private create(step: NaiveStep, key: string): void {
    const place = placeOf(step);
    const party = placeParty(place) ?? this.keeper(step, key);
    const at = place ?? this.own.get(key)?.place ?? null;
    if (this.origin.get(key)?.state !== 'created') this.origin.set(key, custody('created', party, at));
    if (!this.parent.has(key)) this.set(key, custody(party === null && at === null ? 'unknown' : 'held', party, at));
  }

  private end(step: NaiveStep, key: string, state: string): void {
    const place = placeOf(step);
    const now = this.own.get(key);
    const holder = now?.state === 'in_transit' ? now.from : (now?.party ?? null);
    const party = placeParty(place) ?? holder ?? step.fact.capturingParty;
    this.set(key, custody(state, party, place ?? now?.place ?? null));
  }

  private finish(step: NaiveStep, key: string): void {
    const decommissioned = step.event.bizStep === 'decommissioning';
    this.end(step, key, decommissioned ? 'decommissioned' : 'destroyed');
    if (!decommissioned || isTradeItem(key)) return;
    const now = this.own.get(key);
    for (const [child, parent] of [...this.parent]) {
      if (parent !== key || now === undefined) continue;
      this.parent.delete(child);
      this.set(child, custody('held', now.party, now.place));
    }
  }

  private void(key: string): void {
    const back = this.shippedFrom.get(key);
    const now = this.own.get(key);
    if (now?.state === 'in_transit') this.set(key, custody('held', back?.party ?? now.from, back?.place ?? null));
  }

  private receive(step: NaiveStep, key: string): void {
    const place = placeOf(step);
    const possessing = step.event.destinations.find(({ type }) => type === 'possessing_party')?.key;
    const named = possessing ?? (place === undefined ? endOf(step.event.destinations).party : placeParty(place));
    if (place === undefined && named === null) return this.revive(key);
    this.set(key, custody('held', named ?? this.keeper(step, key), place ?? null));
  }

  private keeper(step: NaiveStep, key: string): string | null {
    return this.own.get(key)?.party ?? step.fact.capturingParty;
  }

  private send(step: NaiveStep, key: string): void {
    const to = endOf(step.event.destinations).party;
    const place = placeOf(step);
    const sender = endOf(step.event.sources).party ?? placeParty(place);
    let now = this.own.get(key) ?? custody('unknown', null, null);
    if (now.state === 'in_transit') {
      if (to === null || to === now.party) return;
      if (sender !== null && sender === now.party) {
        this.sentOn = true;
        now = custody('held', sender, place ?? null);
      }
    } else if (to !== null && to === now.party && now.state === 'held') return;
    const from = now.state === 'in_transit' ? now.from : (now.party ?? sender ?? step.fact.capturingParty);
    if (now.state !== 'in_transit') this.shippedFrom.set(key, { party: from, place: now.place });
    this.set(key, custody('in_transit', to, null, from));
  }

  /** A sighting of the shipment its container is on, or a shipment to whoever has it already: it stays inside. */
  private isRepeat(step: NaiveStep, key: string): boolean {
    const to = endOf(step.event.destinations).party;
    const now = this.of(key);
    return now?.state === 'in_transit'
      ? to === null || to === now.party
      : now?.state === 'held' && to !== null && to === now.party;
  }

  private revive(key: string): void {
    const now = this.own.get(key);
    if (now !== undefined && GONE.includes(now.state)) this.set(key, custody('held', now.party, now.place));
  }

  private see(step: NaiveStep, key: string): void {
    const place = placeOf(step);
    const now = this.own.get(key);
    if (place === undefined) return this.revive(key);
    if (now?.state === 'in_transit' && UNDERWAY.includes(step.event.bizStep ?? '')) return;
    const party = placeParty(place) ?? this.keeper(step, key);
    if (party === null && now?.state === 'in_transit') return;
    this.set(key, custody('held', party, place));
  }

  private aggregate(step: NaiveStep): void {
    const { event } = step;
    const parent = event.parent?.key;
    const children = event.children.map(({ key }) => key).sort();
    const move = moveOf(event);
    if (parent === undefined) return;
    const early = move === 'in' || move === 'see';
    this.prepare(step);
    if (early) this.act(step, move, parent);
    if (step.effect === 'pack')
      for (const child of children.filter((one) => !children.some((other) => this.isInside(one, other))))
        this.pack(child, parent);
    else this.unpack(step, parent, children, event);
    if (!early) this.act(step, move, parent);
  }

  /** Makes the things of an aggregation known before its quantities are booked. */
  prepare(step: NaiveStep): void {
    const { parent, children } = step.event;
    if (parent === undefined || (step.effect !== 'pack' && step.effect !== 'unpack')) return;
    const keys = children.map(({ key }) => key).sort();
    this.meetParent(step, parent.key, keys);
    for (const child of keys) this.meet(step, child);
  }

  private meetParent(step: NaiveStep, parent: string, children: readonly string[]): void {
    const known = children.find((child) => (this.of(child)?.state ?? 'unknown') !== 'unknown');
    const here = step.event.sources.length > 0 || placeOf(step) !== undefined;
    const taken =
      known === undefined || here || (step.effect === 'unpack' && moveOf(step.event) === 'out') ? undefined : this.of(known);
    if (this.origin.has(parent) || taken === undefined) return this.meet(step, parent);
    this.origin.set(parent, UNEXPLAINED);
    this.set(parent, taken);
  }

  private pack(child: string, parent: string): void {
    if (child === parent || this.isInside(parent, child) || this.isInside(child, parent)) return;
    this.leave(child);
    this.parent.set(child, parent);
  }

  private unpack(step: NaiveStep, parent: string, named: readonly string[], event: CanonicalEvent): void {
    const all = named.length === 0 && event.childQuantities.length === 0;
    const children = all
      ? [...this.parent]
          .filter(([, at]) => at === parent)
          .map(([child]) => child)
          .sort()
      : named.filter((one) => !named.some((other) => other !== parent && this.isInside(one, other)));
    for (const child of children) {
      if (this.isInside(child, parent)) this.leave(child);
      this.act(step, 'see', child);
    }
  }
}
