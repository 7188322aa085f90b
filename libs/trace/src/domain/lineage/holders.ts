import { Certainty, CustodyState, HolderRow } from '../trace-reader';
import { fromNano } from '../facts/quantity';
import { microsToTime } from '../facts/time';
import { Account } from '../world/account';
import { Cohort, cohortName } from '../world/cohort';
import { GraphSource } from './graph-source';
import { Reach, Selection } from './reach';

/** One change of an account, with how surely its goods are affected. */
interface Change {
  readonly product: string;
  readonly uom: string;
  readonly account: Account;
  readonly atMicros: number;
  readonly delta: bigint;
  readonly unknowns: number;
  readonly certainty: Certainty;
}

export interface Holdings {
  readonly rows: HolderRow[];
  readonly produced: { product: string; uom: string; quantity: number }[];
  /** Parties that made goods of the selection. */
  readonly producers: string[];
  /** Parties that had goods of the selection and have none now. */
  readonly former: { party: string; product: string; certainty: Certainty; since: string }[];
}

/** Who has the selected goods: one row per party, place, product, unit, state and sender (API.md, "Trace"). */
export async function holdingsOf(source: GraphSource, reach: Pick<Reach, 'selection' | 'wholes'>): Promise<Holdings> {
  const changes = await changesOf(source, reach);
  const rows = foldRows(changes);
  const producers = changes.flatMap(({ account }) =>
    account.state === 'created' && account.party !== null ? [account.party] : [],
  );
  return { rows, produced: producedOf(changes), producers: [...new Set(producers)].sort(), former: formerOf(changes, rows) };
}

async function changesOf(source: GraphSource, { selection, wholes }: Pick<Reach, 'selection' | 'wholes'>): Promise<Change[]> {
  const cohorts = [...selection.cohorts.values()];
  const certainties = new Map(cohorts.map(({ cohort, certainty }) => [cohortName(cohort), certainty]));
  const changes: Change[] = [];
  for (const change of await source.balanceChanges(cohorts.map(({ cohort }) => cohort))) {
    changes.push({
      ...change,
      product: change.cohort.product,
      certainty: certainties.get(cohortName(change.cohort)) ?? 'possible',
    });
  }
  for (const [certainty, keys] of await singleThings(source, selection, wholes)) {
    const world = await source.worldOf(keys);
    const wanted = new Set(
      keys.map((key) => world.things.get(key)?.cohort).filter((cohort): cohort is Cohort => cohort !== undefined),
    );
    for (const { cohort, uom, account, atMicros, delta, unknowns } of world.ledger.postings) {
      if (wanted.has(cohort)) changes.push({ product: cohort.product, uom, account, atMicros, delta, unknowns, certainty });
    }
  }
  return changes;
}

/** Things picked one by one that no picked cohort already counts. */
async function singleThings(
  source: GraphSource,
  selection: Selection,
  wholes: ReadonlyMap<string, Certainty>,
): Promise<Map<Certainty, string[]>> {
  const wanted = new Map<string, Certainty>([...wholes, ...selection.things]);
  const byCertainty = new Map<Certainty, string[]>();
  for (const { key, cohort } of await source.things([...wanted.keys()])) {
    if (selection.cohorts.has(cohortName(cohort))) continue;
    const certainty = wanted.get(key) ?? 'possible';
    const known = byCertainty.get(certainty);
    if (known === undefined) byCertainty.set(certainty, [key]);
    else known.push(key);
  }
  return byCertainty;
}

function foldRows(changes: readonly Change[]): HolderRow[] {
  const groups = new Map<string, Change[]>();
  for (const change of changes) {
    const { state, party, place, from } = change.account;
    if (state === 'created' || state === 'unexplained') continue;
    const name = JSON.stringify([change.product, state, party, place, from, change.uom]);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [change]);
    else group.push(change);
  }
  const rows: HolderRow[] = [];
  for (const group of groups.values()) {
    const row = foldRow(group);
    if (row !== undefined) rows.push(row);
  }
  return rows.sort(compareRows);
}

function foldRow(group: Change[]): HolderRow | undefined {
  group.sort((a, b) => a.atMicros - b.atMicros);
  let total = 0n;
  let possible = 0n;
  let since = group[0]?.atMicros ?? 0;
  for (let next = 0; next < group.length;) {
    const atMicros = group[next]?.atMicros ?? 0;
    const before = total;
    for (let change = group[next]; change !== undefined && change.atMicros === atMicros; change = group[++next]) {
      total += change.delta;
      if (change.certainty === 'possible') possible += change.delta;
    }
    if (before === 0n && total !== 0n) since = atMicros;
  }
  const unknown = total === 0n ? group.find(({ unknowns }) => unknowns > 0) : undefined;
  const first = group[0];
  if (first === undefined || (total === 0n && unknown === undefined)) return undefined;
  const { party, place, from, state } = first.account;
  return {
    party,
    place,
    product: first.product,
    quantity: unknown === undefined ? fromNano(total) : null,
    uom: first.uom,
    state: state as CustodyState,
    ...(state === 'in_transit' ? { from } : {}),
    since: microsToTime(unknown === undefined ? since : unknown.atMicros),
    certainty: unknown !== undefined || possible !== 0n ? 'possible' : 'certain',
  };
}

function producedOf(changes: readonly Change[]): Holdings['produced'] {
  const sums = new Map<string, { product: string; uom: string; amount: bigint }>();
  for (const { account, product, uom, delta } of changes) {
    if (account.state !== 'created') continue;
    const name = `${product}\n${uom}`;
    const sum = sums.get(name);
    if (sum === undefined) sums.set(name, { product, uom, amount: -delta });
    else sum.amount -= delta;
  }
  return [...sums.values()]
    .filter(({ amount }) => amount !== 0n)
    .sort((a, b) => (a.product + a.uom < b.product + b.uom ? -1 : 1))
    .map(({ product, uom, amount }) => ({ product, uom, quantity: fromNano(amount) }));
}

function formerOf(changes: readonly Change[], rows: readonly HolderRow[]): Holdings['former'] {
  const present = new Set(rows.map(({ party, product }) => `${party ?? ''}\n${product}`));
  const former = new Map<string, { party: string; product: string; certainty: Certainty; atMicros: number }>();
  for (const { account, product, certainty, atMicros } of changes) {
    const { party, state } = account;
    if (party === null || (state !== 'held' && state !== 'sold') || present.has(`${party}\n${product}`)) continue;
    const name = `${party}\n${product}`;
    const known = former.get(name);
    if (known === undefined) former.set(name, { party, product, certainty, atMicros });
    else {
      known.atMicros = Math.max(known.atMicros, atMicros);
      if (certainty === 'certain') known.certainty = 'certain';
    }
  }
  return [...former.values()]
    .sort((a, b) => (a.party + a.product < b.party + b.product ? -1 : 1))
    .map(({ party, product, certainty, atMicros }) => ({ party, product, certainty, since: microsToTime(atMicros) }));
}

function compareRows(a: HolderRow, b: HolderRow): number {
  const name = (row: HolderRow): string =>
    JSON.stringify([row.product, row.state, row.party, row.place, row.from ?? null, row.uom]);
  return name(a) < name(b) ? -1 : name(a) > name(b) ? 1 : 0;
}

export interface Totals {
  readonly produced: number;
  readonly held: number;
  readonly in_transit: number;
  readonly sold: number;
  readonly consumed: number;
  readonly destroyed: number;
  readonly decommissioned: number;
  readonly unknown: number;
}

/** Totals per product and unit; quantities of different units are never added up. */
export function totalsOf({
  rows,
  produced,
}: Pick<Holdings, 'rows' | 'produced'>): { product: string; uom: string; totals: Totals }[] {
  const sums = new Map<string, { product: string; uom: string; totals: Record<keyof Totals, bigint> }>();
  const at = (product: string, uom: string): Record<keyof Totals, bigint> => {
    const name = `${product}\n${uom}`;
    let sum = sums.get(name);
    if (sum === undefined) {
      sum = {
        product,
        uom,
        totals: {
          produced: 0n,
          held: 0n,
          in_transit: 0n,
          sold: 0n,
          consumed: 0n,
          destroyed: 0n,
          decommissioned: 0n,
          unknown: 0n,
        },
      };
      sums.set(name, sum);
    }
    return sum.totals;
  };
  const nano = (quantity: number): bigint => BigInt(Math.round(quantity * 1e9));
  for (const { product, uom, quantity } of produced) at(product, uom).produced += nano(quantity);
  for (const { product, uom, state, quantity } of rows) at(product, uom)[state] += quantity === null ? 0n : nano(quantity);
  return [...sums.values()].map(({ product, uom, totals }) => ({
    product,
    uom,
    totals: Object.fromEntries(Object.entries(totals).map(([name, amount]) => [name, fromNano(amount)])) as unknown as Totals,
  }));
}
