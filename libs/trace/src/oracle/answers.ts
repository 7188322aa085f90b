import { describeKey, gtinOf } from '@suyuan/gs1';
import { Certainty } from '../domain/trace-reader';
import { Account, nameOf as accountName, UNKNOWN } from './account';
import { ONE } from './amounts';
import { Forward } from './forward';
import { isThing, Lineage, nameOf, stock } from './lineage';
import { Moment, OracleWorld } from './world';

export interface OracleRow {
  readonly party: string | null;
  readonly place: string | null;
  readonly product: string;
  readonly quantity: number | null;
  readonly uom: string;
  readonly state: string;
  readonly from?: string | null;
  readonly since: string;
  readonly certainty: Certainty;
}

interface Heap {
  readonly product: string;
  readonly uom: string;
  readonly at: Account;
  nano: bigint;
  certainty: Certainty;
}

/** RFC 3339 in UTC, with as many fraction digits as there are. */
export const time = (micros: number): string => {
  const seconds = Math.floor(micros / 1_000_000);
  const fraction = String(micros - seconds * 1_000_000)
    .padStart(6, '0')
    .replace(/0+$/, '');
  const whole = new Date(seconds * 1000).toISOString().replace('.000Z', '');
  return fraction === '' ? `${whole}Z` : `${whole}.${fraction}Z`;
};
export const number = (nano: bigint): number => Number(nano) / 1e9;
const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Where goods in question stood at the end of one event time. */
function heapsAt(world: OracleWorld, moment: Moment, forward: Forward): Map<string, Heap> {
  const heaps = new Map<string, Heap>();
  const add = (product: string, uom: string, at: Account, nano: bigint, certainty: Certainty): void => {
    const name = JSON.stringify([product, at.state, at.party, at.place, at.from, uom]);
    const heap = heaps.get(name) ?? { product, uom, at, nano: 0n, certainty: 'certain' };
    heaps.set(name, heap);
    heap.nano += nano;
    if (certainty === 'possible') heap.certainty = 'possible';
  };
  const top = (key: string): string => {
    const stay = moment.stays.get(key);
    return stay === undefined ? key : top(stay.parent);
  };
  const keys = new Set([...[...forward.reached.keys()].filter(isThing).map(nameOf), ...forward.wholes.keys()]);
  for (const key of keys) {
    const own = moment.own.get(top(key));
    if (own !== undefined) add(world.lots.product(key), 'EA', own.at, ONE, forward.certaintyOf(key) ?? 'possible');
  }
  for (const { product, uom, at, nano } of moment.cells) {
    const certainty = forward.reached.get(stock(product))?.certainty;
    if (certainty !== undefined && !['created', 'unexplained'].includes(at.state)) add(product, uom, at, nano, certainty);
  }
  for (const [name, { nano }] of heaps) if (nano === 0n) heaps.delete(name);
  return heaps;
}

/** One row per party, place, product, unit, state and sender; `since`: from when on it has been there without a break. */
export function holderRows(world: OracleWorld, forward: Forward): OracleRow[] {
  const history = world.moments.map((moment) => ({ micros: moment.micros, heaps: heapsAt(world, moment, forward) }));
  const rows = new Map<string, OracleRow>();
  const row = (heap: Omit<Heap, 'nano'>, quantity: number | null, micros: number): OracleRow => {
    const { product, uom, at, certainty } = heap;
    const { party, place, state, from } = at;
    const sender = state === 'in_transit' ? { from } : {};
    return { party, place, product, quantity, uom, state, ...sender, since: time(micros), certainty };
  };
  for (const [name, heap] of history.at(-1)?.heaps ?? []) {
    const lastGap = history.findLastIndex(({ heaps }) => !heaps.has(name));
    rows.set(name, row(heap, number(heap.nano), history[lastGap + 1]?.micros ?? 0));
  }
  for (const { product, uom, at, micros } of world.somes) {
    if (!forward.reached.has(stock(product)) || at.state === 'created') continue;
    const name = JSON.stringify([product, at.state, at.party, at.place, at.from, uom]);
    const known = rows.get(name);
    if (known === undefined) rows.set(name, row({ product, uom, at, certainty: 'possible' }, null, micros));
    else rows.set(name, { ...known, certainty: 'possible' });
  }
  const rank = (one: OracleRow): string =>
    JSON.stringify([one.product, one.state, one.party, one.place, one.from ?? null, one.uom]);
  return [...rows.values()].sort((a, b) => order(rank(a), rank(b)));
}

/** What was made of each product in question, and by whom. */
export function production(
  world: OracleWorld,
  forward: Forward,
): { produced: { product: string; uom: string; quantity: number }[]; producers: string[] } {
  const sums = new Map<string, { product: string; uom: string; nano: bigint }>();
  const producers = new Set<string>();
  const add = (product: string, uom: string, at: Account, nano: bigint): void => {
    if (at.state !== 'created') return;
    if (at.party !== null) producers.add(at.party);
    const name = product + uom;
    sums.set(name, { product, uom, nano: (sums.get(name)?.nano ?? 0n) + nano });
  };
  for (const [key, at] of world.origin) if (forward.certaintyOf(key) !== undefined) add(world.lots.product(key), 'EA', at, ONE);
  for (const { product, uom, at, nano } of world.cells()) if (forward.reached.has(stock(product))) add(product, uom, at, -nano);
  for (const { product, uom, at } of world.somes) if (forward.reached.has(stock(product))) add(product, uom, at, 0n);
  return {
    produced: [...sums]
      .filter(([, { nano }]) => nano !== 0n)
      .sort(([a], [b]) => order(a, b))
      .map(([, { product, uom, nano }]) => ({ product, uom, quantity: number(nano) })),
    producers: [...producers].sort(),
  };
}

const STATES = ['held', 'in_transit', 'sold', 'consumed', 'destroyed', 'decommissioned', 'unknown'];

/** Sums per product and unit, in the order in which products first come: what was made, then what is somewhere. */
export function totals(
  produced: readonly { product: string; uom: string; quantity: number }[],
  rows: readonly OracleRow[],
): { product: string; uom: string; totals: Record<string, number> }[] {
  const names = [...new Set([...produced, ...rows].map(({ product, uom }) => JSON.stringify([product, uom])))];
  const nano = (quantity: number | null): bigint => BigInt(Math.round((quantity ?? 0) * 1e9));
  return names.map((name) => {
    const [product = '', uom = ''] = JSON.parse(name) as string[];
    const of = <Row extends { product: string; uom: string }>(all: readonly Row[]): Row[] =>
      all.filter((row) => row.product === product && row.uom === uom);
    const sum = (all: readonly { quantity: number | null }[]): number =>
      number(all.reduce((total, { quantity }) => total + nano(quantity), 0n));
    const states = STATES.map((state) => [state, sum(of(rows).filter((row) => row.state === state))] as const);
    return { product, uom, totals: { produced: sum(of(produced)), ...Object.fromEntries(states) } };
  });
}

/** Who had goods in question, if only for a moment, and has none of that product now. */
export function formerHolders(
  world: OracleWorld,
  forward: Forward,
  rows: readonly OracleRow[],
): { party: string; product: string; certainty: Certainty; since: string }[] {
  const found = new Map<string, { party: string; product: string; certainty: Certainty; micros: number }>();
  const note = (product: string, { state, party }: Account, micros: number, certainty: Certainty): void => {
    const isNow = rows.some((row) => row.party === party && row.product === product);
    if (party === null || isNow || (state !== 'held' && state !== 'sold')) return;
    const known = found.get(party + product);
    const sure = known?.certainty === 'certain' || certainty === 'certain' ? 'certain' : 'possible';
    found.set(party + product, { party, product, certainty: sure, micros: Math.max(known?.micros ?? micros, micros) });
  };
  for (const { goods, at, micros } of world.touches) {
    const isStock = goods.startsWith('stock ');
    const certainty = isStock ? forward.reached.get(goods)?.certainty : forward.certaintyOf(goods);
    if (certainty !== undefined) note(isStock ? goods.slice(6) : world.lots.product(goods), at, micros, certainty);
  }
  for (const { product, at, micros } of world.somes) {
    const certainty = forward.reached.get(stock(product))?.certainty;
    if (certainty !== undefined) note(product, at, micros, certainty);
  }
  return [...found]
    .sort(([a], [b]) => order(a, b))
    .map(([, { party, product, certainty, micros }]) => ({ party, product, certainty, since: time(micros) }));
}

/** Ledger accounts of what a code covers, without anything made of it. */
export function balanceRows(lineage: Lineage, code: string): object[] {
  const { world } = lineage;
  const forward = new Forward(lineage, code, false);
  const sums = new Map<string, Heap>();
  const add = (product: string, uom: string, at: Account, nano: bigint): void => {
    const name = [product, uom, accountName(at)].join('\n');
    const known = sums.get(name);
    if (known === undefined) sums.set(name, { product, uom, at, nano, certainty: 'certain' });
    else known.nano += nano;
  };
  for (const [key, origin] of world.origin) {
    if (forward.certaintyOf(key) === undefined) continue;
    add(world.lots.product(key), 'EA', origin, -ONE);
    add(world.lots.product(key), 'EA', world.shown(key)?.at ?? UNKNOWN, ONE);
  }
  for (const { product, uom, at, nano } of world.cells()) if (forward.reached.has(stock(product))) add(product, uom, at, nano);
  return [...sums]
    .filter(([, { nano }]) => nano !== 0n)
    .sort(([a], [b]) => order(a, b))
    .map(([, { product, uom, at, nano }]) => {
      const sender = at.state === 'in_transit' ? { from: at.from } : {};
      return { account: at.state, party: at.party, place: at.place, ...sender, product, uom, quantity: number(nano) };
    });
}

/** Kinds of graph nodes. */
export function kindOf(key: string): string {
  const { kind } = describeKey(key);
  if (['lot', 'class', 'instance'].includes(kind)) return kind;
  if (kind === 'logistic-unit' || kind === 'returnable') return 'container';
  return gtinOf(key) === undefined ? 'instance' : 'class';
}
