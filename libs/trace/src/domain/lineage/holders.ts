import { Certainty, CustodyState, HolderRow } from '../trace-reader';
import { fromNano } from '../facts/quantity';
import { microsToTime } from '../facts/time';
import { Account, accountName } from '../world/account';
import { Cohort, cohortName } from '../world/cohort';
import { Posting } from '../world/ledger';
import { SumChange, sumOf } from '../world/running-sum';
import { AccountShare, GraphSource, ProductSum } from './graph-source';
import { Reach, Selection } from './reach';

/** What one part of the selection has on an account, with how surely it is affected. */
export interface Share {
  readonly product: string;
  readonly uom: string;
  readonly account: Account;
  readonly certainty: Certainty;
  /** Name of the cohort or product that these goods are judged with. */
  readonly judged: string;
  /** The part's cohort; undefined for a whole product, and for things picked one by one. */
  readonly cohort: Cohort | undefined;
  readonly amount: bigint;
  readonly unknowns: number;
  readonly sinceMicros: number;
  readonly lastMicros: number;
  readonly unknownMicros: number | undefined;
  /** Of things picked one by one: every change. */
  readonly changes: readonly SumChange[];
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
  const shares = await sharesOf(source, reach);
  const rows = await foldRows(source, shares);
  const producers = shares.flatMap(({ account }) =>
    account.state === 'created' && account.party !== null ? [account.party] : [],
  );
  return { rows, produced: producedOf(shares), producers: [...new Set(producers)].sort(), former: formerOf(shares, rows) };
}

/** What the selected goods have on every account. */
export async function sharesOf(source: GraphSource, reach: Pick<Reach, 'selection' | 'wholes'>): Promise<Share[]> {
  const singles = await singleThings(source, reach.selection, reach.wholes);
  const apart = new Set(singles.flatMap(({ counted, products }) => (counted ? [...products] : [])));
  return [...(await cohortShares(source, reach.selection, apart)), ...(await singleShares(source, singles))];
}

/**
 * A product of which everything is affected alike is read as one; else each cohort by itself.
 * @param apart products of which some single things are more surely affected
 */
async function cohortShares(source: GraphSource, selection: Selection, apart: ReadonlySet<string>): Promise<Share[]> {
  const chosen = groupedBy([...selection.cohorts.values()], ({ cohort }) => cohort.product);
  const all = groupedBy(await source.cohortsOf([...chosen.keys()]), ({ product }) => product);
  const whole = new Map<string, Certainty>();
  const single: { cohort: Cohort; certainty: Certainty }[] = [];
  for (const [product, cohorts] of chosen) {
    const [first] = cohorts;
    const alike = !apart.has(product) && cohorts.every(({ certainty }) => certainty === first?.certainty);
    if (first !== undefined && alike && all.get(product)?.length === cohorts.length) whole.set(product, first.certainty);
    else single.push(...cohorts);
  }
  const certainties = new Map(single.map(({ cohort, certainty }) => [cohortName(cohort), certainty]));
  const sums = await source.productSums([...whole.keys()]);
  const balances = await source.balances(single.map(({ cohort }) => cohort));
  const shares: Share[] = [];
  for (const sum of sums) shares.push(shareOf(sum, sum.product, sum.product, whole.get(sum.product) ?? 'possible', undefined));
  for (const balance of balances) {
    const judged = cohortName(balance.cohort);
    shares.push(shareOf(balance, balance.cohort.product, judged, certainties.get(judged) ?? 'possible', balance.cohort));
  }
  return shares;
}

/** Written out, not spread: a lot has a share for each of its thousands of holders. */
function shareOf(
  sum: Omit<ProductSum, 'product'>,
  product: string,
  judged: string,
  certainty: Certainty,
  cohort: Cohort | undefined,
): Share {
  const { uom, account, amount, unknowns, sinceMicros, lastMicros, unknownMicros } = sum;
  const changes: SumChange[] = [];
  return { product, uom, account, certainty, judged, cohort, amount, unknowns, sinceMicros, lastMicros, unknownMicros, changes };
}

function groupedBy<Value>(values: readonly Value[], nameOf: (value: Value) => string): Map<string, Value[]> {
  const groups = new Map<string, Value[]>();
  for (const value of values) {
    const name = nameOf(value);
    const known = groups.get(name);
    if (known === undefined) groups.set(name, [value]);
    else known.push(value);
  }
  return groups;
}

async function singleShares(source: GraphSource, singles: readonly Singles[]): Promise<Share[]> {
  const shares: Share[] = [];
  for (const { certainty, counted, keys } of singles) {
    const world = await source.worldOf(keys);
    const wanted = new Set(keys.map((key) => world.things.get(key)?.cohort).filter((cohort) => cohort !== undefined));
    const groups = new Map<string, Posting[]>();
    for (const posting of world.ledger.postings) {
      if (!wanted.has(posting.cohort)) continue;
      const name = [cohortName(posting.cohort), accountName(posting.account), posting.uom].join('\n');
      const known = groups.get(name);
      if (known === undefined) groups.set(name, [posting]);
      else known.push(posting);
    }
    for (const changes of groups.values()) {
      const [first] = changes;
      const sum = sumOf(changes);
      if (first === undefined || sum === undefined) continue;
      const { account, uom } = first;
      const judged = cohortName(first.cohort);
      const share: Share = { ...sum, product: first.cohort.product, judged, account, uom, certainty, cohort: undefined, changes };
      shares.push(share);
      if (counted) shares.push(takenBack(share));
    }
  }
  return shares;
}

/** The other side of a share that a picked cohort counts as possible already. */
function takenBack(share: Share): Share {
  const changes = share.changes.map((change) => ({ ...change, delta: -change.delta }));
  return { ...share, certainty: 'possible', amount: -share.amount, changes };
}

interface Singles {
  readonly certainty: Certainty;
  /** A picked cohort counts them already, as possible: then they are certain. */
  readonly counted: boolean;
  readonly keys: string[];
  readonly products: Set<string>;
}

/** Things picked one by one, as far as no picked cohort says as much already. */
async function singleThings(
  source: GraphSource,
  selection: Selection,
  wholes: ReadonlyMap<string, Certainty>,
): Promise<Singles[]> {
  const wanted = new Map<string, Certainty>(wholes);
  for (const [key, certainty] of selection.things) if (wanted.get(key) !== 'certain') wanted.set(key, certainty);
  const groups = new Map<string, Singles>();
  for (const { key, cohort } of await source.things([...wanted.keys()])) {
    const picked = selection.cohorts.get(cohortName(cohort))?.certainty;
    const certainty = wanted.get(key) ?? 'possible';
    if (picked === 'certain' || picked === certainty) continue;
    const name = `${certainty} ${picked ?? ''}`;
    const known = groups.get(name);
    if (known === undefined)
      groups.set(name, { certainty, counted: picked !== undefined, keys: [key], products: new Set([cohort.product]) });
    else {
      known.keys.push(key);
      known.products.add(cohort.product);
    }
  }
  return [...groups.values()];
}

/** Nobody, and nowhere, come after all names. */
const LAST = '\uffff';

async function foldRows(source: GraphSource, shares: readonly Share[]): Promise<HolderRow[]> {
  const groups = new Map<string, Share[]>();
  for (const share of shares) {
    const { state, party, place, from } = share.account;
    if (state === 'created' || state === 'unexplained') continue;
    const name = [share.product, state, party ?? LAST, place ?? LAST, from ?? LAST, share.uom].join('\n');
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [share]);
    else group.push(share);
  }
  const standing = [...groups]
    .map(([name, group]) => ({ name, group, quantity: total(group) }))
    .filter(({ group, quantity }) => quantity !== 0n || group.some(({ unknowns }) => unknowns > 0));
  const since = await sinceOf(
    source,
    standing.filter(({ quantity }) => quantity !== 0n).map(({ group }) => group),
  );
  standing.sort((a, b) => (a.name < b.name ? -1 : 1));
  return standing.flatMap(({ group, quantity }) => foldRow(group, quantity, since.get(group)) ?? []);
}

function total(group: readonly Share[]): bigint {
  let sum = 0n;
  for (const { amount } of group) sum += amount;
  return sum;
}

/** Since when each group as a whole has not been zero: a group of one says it itself. */
async function sinceOf(source: GraphSource, groups: readonly Share[][]): Promise<Map<Share[], number>> {
  const since = new Map<Share[], number>();
  const ofCohorts: { group: Share[]; share: AccountShare }[] = [];
  for (const group of groups) {
    const [first, second] = group;
    if (first === undefined) continue;
    const cohorts = group.map(({ cohort }) => cohort).filter((cohort) => cohort !== undefined);
    const share = { product: first.product, account: first.account, uom: first.uom, cohorts };
    if (second === undefined) since.set(group, first.sinceMicros);
    else if (cohorts.length === group.length) ofCohorts.push({ group, share });
    else {
      const changes = cohorts.length === 0 ? [] : await source.balanceChanges([share]);
      const all = [...changes.map((change) => ({ ...change, touches: 1 })), ...group.flatMap((each) => each.changes)];
      since.set(group, sumOf(all)?.sinceMicros ?? 0);
    }
  }
  const together = ofCohorts.length === 0 ? [] : await source.sinceTogether(ofCohorts.map(({ share }) => share));
  ofCohorts.forEach(({ group }, index) => since.set(group, together[index] ?? 0));
  return since;
}

/** @param sinceMicros undefined where nothing but "some" is there */
function foldRow(group: readonly Share[], quantity: bigint, sinceMicros: number | undefined): HolderRow | undefined {
  const [first] = group;
  if (first === undefined) return undefined;
  const unknown = quantity === 0n;
  const { party, place, from, state } = first.account;
  return {
    party,
    place,
    product: first.product,
    quantity: unknown ? null : fromNano(quantity),
    uom: first.uom,
    state: state as CustodyState,
    since: microsToTime(unknown ? unknownSinceOf(group) : (sinceMicros ?? 0)),
    certainty: isCertain(group) ? 'certain' : 'possible',
    ...(state === 'in_transit' ? { from } : undefined),
  };
}

function unknownSinceOf(group: readonly Share[]): number {
  return Math.min(...group.map(({ unknownMicros }) => unknownMicros ?? Infinity));
}

/** Judged cohort by cohort: what is possible here does not make up for what is possible there. */
function isCertain(group: readonly Share[]): boolean {
  if (group.some(({ unknowns }) => unknowns > 0)) return false;
  if (group.every(({ certainty }) => certainty === 'certain')) return true;
  const possible = new Map<string, bigint>();
  for (const { judged, amount, certainty } of group)
    if (certainty === 'possible') possible.set(judged, (possible.get(judged) ?? 0n) + amount);
  return [...possible.values()].every((amount) => amount === 0n);
}

function producedOf(shares: readonly Share[]): Holdings['produced'] {
  const sums = new Map<string, { product: string; uom: string; amount: bigint }>();
  for (const { account, product, uom, amount } of shares) {
    if (account.state !== 'created') continue;
    const name = `${product}\n${uom}`;
    const sum = sums.get(name);
    if (sum === undefined) sums.set(name, { product, uom, amount: -amount });
    else sum.amount -= amount;
  }
  return [...sums.values()]
    .filter(({ amount }) => amount !== 0n)
    .sort((a, b) => (a.product + a.uom < b.product + b.uom ? -1 : 1))
    .map(({ product, uom, amount }) => ({ product, uom, quantity: fromNano(amount) }));
}

function formerOf(shares: readonly Share[], rows: readonly HolderRow[]): Holdings['former'] {
  const present = new Set(rows.map(({ party, product }) => `${party ?? ''}\n${product}`));
  const former = new Map<string, { party: string; product: string; certainty: Certainty; atMicros: number }>();
  for (const { account, product, certainty, lastMicros } of shares) {
    const { party, state } = account;
    if (party === null || (state !== 'held' && state !== 'sold') || present.has(`${party}\n${product}`)) continue;
    const name = `${party}\n${product}`;
    const known = former.get(name);
    if (known === undefined) former.set(name, { party, product, certainty, atMicros: lastMicros });
    else {
      known.atMicros = Math.max(known.atMicros, lastMicros);
      if (certainty === 'certain') known.certainty = 'certain';
    }
  }
  return [...former.values()]
    .sort((a, b) => (a.party + a.product < b.party + b.product ? -1 : 1))
    .map(({ party, product, certainty, atMicros }) => ({ party, product, certainty, since: microsToTime(atMicros) }));
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
