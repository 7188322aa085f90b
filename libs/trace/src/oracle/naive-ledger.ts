import { ClassQuantity } from '@suyuan/epcis';
import { describeKey, gtinOf, lotKey } from '@suyuan/gs1';
import { NaiveCustodies, NaiveCustody } from './naive-custody';
import { endOf, NaiveStep, placeOf, placeParty } from './naive-order';

/** Outbound, but a later sighting of the same shipment. */
const STAGES = ['departing'];
const NANO = 1_000_000_000;
const BASE: Record<string, [string, number]> = {
  EA: ['EA', 1],
  C62: ['EA', 1],
  H87: ['EA', 1],
  KGM: ['KGM', 1],
  GRM: ['KGM', 0.001],
};

/** `[uom, state, party, place, from]` as JSON: the name of an account. */
export const accountText = (uom: string, { state, party, place, from }: NaiveCustody): string =>
  JSON.stringify([uom, state, party, place, from]);
const account = (state: string, party: string | null, place: string | null, from: string | null = null): NaiveCustody => ({
  state,
  party,
  place,
  from,
});

interface Amount {
  readonly product: string;
  readonly uom: string;
  readonly amount: bigint;
}

/** Class-level goods: one number per account, one per container. */
export class NaiveLedger {
  /** product -> uom -> account JSON -> balance */
  private readonly loose = new Map<string, { product: string; uom: string; at: NaiveCustody; amount: bigint }>();
  readonly inside: { container: string; product: string; uom: string; amount: bigint }[] = [];

  /** @param product the product a serial is counted under */
  constructor(
    private readonly custodies: NaiveCustodies,
    private readonly product: (key: string) => string,
  ) {}

  entries(): { product: string; uom: string; at: NaiveCustody; amount: bigint }[] {
    const boxed = this.inside.map(({ container, product, uom, amount }) => ({
      product,
      uom,
      amount,
      at: this.custodies.of(container) ?? account('unknown', null, null),
    }));
    return [...this.loose.values(), ...boxed];
  }

  /** Called before the custody of things is moved on by the same step. */
  apply(step: NaiveStep): void {
    const { effect, event, fact } = step;
    const place = placeOf(step);
    const party = placeParty(place) ?? fact.capturingParty;
    const here = account('held', party, place ?? null);
    const lines =
      effect === 'consume'
        ? event.inputQuantities
        : effect === 'create' && event.type === 'TransformationEvent'
          ? event.outputQuantities
          : event.quantities;
    if (effect === 'pack' || effect === 'unpack') return this.aggregate(step, here);
    for (const line of this.amounts(lines, step)) {
      if (effect === 'create') this.post(line, { ...here, state: 'created' }, here);
      else {
        const left = this.beyondContents(line, step, party);
        if (left > 0n) this.move({ ...line, amount: left }, step, here);
      }
    }
  }

  private amounts(lines: readonly ClassQuantity[], step: NaiveStep): Amount[] {
    const { event, effect } = step;
    const items = event.type === 'TransformationEvent' ? event.outputs : event.epcs;
    const serials = new Set(items.map(({ key }) => key).filter((key) => describeKey(key).kind === 'instance'));
    const beside = new Map<string, bigint>();
    for (const key of serials) beside.set(gtinOf(key) ?? '', (beside.get(gtinOf(key) ?? '') ?? 0n) + BigInt(NANO));
    const amounts: Amount[] = [];
    const named = lines.map((line) => ({ ...line, key: effect === 'create' ? lotNamed(line.key, event.lotNumber) : line.key }));
    for (const { key, quantity, uom: given } of named.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))) {
      if (quantity === undefined) continue;
      const [uom, factor] = BASE[given ?? 'EA'] ?? [given ?? 'EA', 1];
      const amount = BigInt(Math.round(quantity * factor * NANO));
      const gtin = gtinOf(key) ?? '';
      const left = beside.get(gtin) ?? 0n;
      const isSerials = effect === 'create' && uom === 'EA' && describeKey(key).kind === 'lot';
      const absorbed = !isSerials ? 0n : amount < left ? amount : left;
      beside.set(gtin, left - absorbed);
      if (amount > absorbed) amounts.push({ product: key, uom, amount: amount - absorbed });
    }
    return amounts;
  }

  private beyondContents(line: Amount, { event, effect }: NaiveStep, party: string | null): bigint {
    const listed = (effect === 'consume' ? event.inputs : event.epcs).map(({ key }) => key);
    const isBoxed = (container: string): boolean =>
      listed.some((key) => key === container || this.custodies.isInside(container, key));
    const units =
      line.uom !== 'EA'
        ? []
        : [...this.custodies.parent].filter(([key, parent]) => this.product(key) === line.product && isBoxed(parent));
    const held = this.inside
      .filter(({ container, product, uom }) => product === line.product && uom === line.uom && isBoxed(container))
      .reduce((sum, { amount }) => sum + amount, BigInt(units.length * NANO));
    if (held === 0n) return line.amount;
    const stock = this.sum(line, (at) => at.state === 'held' && at.party === party);
    const free = stock > 0n ? stock : 0n;
    const beyond = line.amount > free ? line.amount - free : 0n;
    return line.amount - (beyond < held ? beyond : held);
  }

  private sum({ product, uom }: Amount, wanted: (at: NaiveCustody) => boolean): bigint {
    return [...this.loose.values()]
      .filter((row) => row.product === product && row.uom === uom && wanted(row.at))
      .reduce((sum, { amount }) => sum + amount, 0n);
  }

  private move(line: Amount, step: NaiveStep, here: NaiveCustody): void {
    const { effect, event } = step;
    const biz = event.bizStep ?? '';
    const source = endOf(event.sources);
    const target = endOf(event.destinations);
    if (effect === 'consume') return this.post(line, here, { ...here, state: 'consumed' });
    if (effect === 'end')
      return this.post(line, here, { ...here, state: biz === 'decommissioning' ? 'decommissioned' : 'destroyed' });
    if (effect === 'sale') return this.post(line, here, { ...here, state: 'sold' });
    const sender = source.party ?? here.party;
    const from = account('held', sender, source.place ?? here.place);
    if (biz === 'shipping' || biz === 'consigning' || (effect === 'out' && !STAGES.includes(biz))) {
      this.post(line, from, account('in_transit', target.party, null, sender));
    } else if (effect === 'void') {
      this.draw(line, from, (at) => at.state === 'in_transit' && at.from === sender);
    } else if (biz === 'receiving') this.receive(line, step, here);
  }

  private receive(line: Amount, { event, fact }: NaiveStep, here: NaiveCustody): void {
    const possessing = event.destinations.find(({ type }) => type === 'possessing_party')?.key;
    const { place } = here;
    const named = placeParty(place ?? undefined) ?? endOf(event.destinations).party;
    const party = possessing ?? named ?? fact.capturingParty;
    const to = account('held', party, place);
    const sender = endOf(event.sources).party;
    const fits = (at: NaiveCustody): boolean => sender === null || at.from === sender;
    let left = this.draw(line, to, (at) => at.state === 'in_transit' && at.party === party && fits(at));
    if (event.disposition === 'returned' && event.sources.length === 0) {
      left = this.draw({ ...line, amount: left }, to, (at) => at.state === 'sold' && at.party === party);
      left = this.draw({ ...line, amount: left }, to, (at) => at.state === 'sold');
    } else left = this.draw({ ...line, amount: left }, to, (at) => at.state === 'in_transit' && at.party === null && fits(at));
    if (left > 0n) this.post({ ...line, amount: left }, account('in_transit', party, null, sender), to);
  }

  /** Takes up to the amount from positive accounts in order of their names; returns what was not found. */
  private draw(line: Amount, to: NaiveCustody, wanted: (at: NaiveCustody) => boolean): bigint {
    let left = line.amount;
    const rows = [...this.loose.entries()].filter(
      ([, row]) => row.product === line.product && row.uom === line.uom && row.amount > 0n && wanted(row.at),
    );
    for (const [, { at, amount }] of rows.sort(([a], [b]) => (a < b ? -1 : 1))) {
      const part = amount < left ? amount : left;
      if (part > 0n) this.post({ ...line, amount: part }, at, to);
      left -= part;
    }
    return left;
  }

  private post({ product, uom, amount }: Amount, from: NaiveCustody, to: NaiveCustody): void {
    this.add(product, uom, from, -amount);
    this.add(product, uom, to, amount);
  }

  private add(product: string, uom: string, at: NaiveCustody, amount: bigint): void {
    const name = `${product}\n${accountText(uom, at)}`;
    this.loose.set(name, { product, uom, at, amount: (this.loose.get(name)?.amount ?? 0n) + amount });
  }

  private aggregate(step: NaiveStep, here: NaiveCustody): void {
    const { event, effect } = step;
    const container = event.parent?.key;
    if (container === undefined) return;
    const custody = this.custodies.of(container);
    const holder =
      placeParty(here.place ?? undefined) ?? (custody?.state === 'in_transit' ? custody.from : custody?.party) ?? here.party;
    const loose =
      here.place !== null ? { ...here, party: holder } : custody?.state === 'held' ? custody : { ...here, party: holder };
    for (const { product, uom, amount } of this.amounts(event.childQuantities, step)) {
      const row = this.inside.find((known) => known.container === container && known.product === product && known.uom === uom);
      const known = row?.amount ?? 0n;
      if (effect === 'unpack') {
        const out = known < amount ? known : amount;
        if (row) row.amount -= out;
        this.add(product, uom, loose, out);
        continue;
      }
      const more = event.action === 'OBSERVE' ? (amount > known ? amount - known : 0n) : amount;
      if (row) row.amount += more;
      else this.inside.push({ container, product, uom, amount: more });
      this.add(product, uom, loose, -more);
    }
    if (effect === 'unpack' && event.children.length === 0 && event.childQuantities.length === 0) this.release(container, loose);
  }

  /** Everything directly in a container becomes loose stock. */
  release(container: string, at: NaiveCustody): void {
    for (const row of this.inside) {
      if (row.container !== container) continue;
      this.add(row.product, row.uom, at, row.amount);
      row.amount = 0n;
    }
  }
}

/** A GTIN-only class beside an ILMD lot number means that lot. */
function lotNamed(key: string, lotNumber: string | undefined): string {
  const gtin = gtinOf(key);
  return gtin !== undefined && lotNumber !== undefined && describeKey(key).kind === 'class' ? lotKey(gtin, lotNumber) : key;
}
