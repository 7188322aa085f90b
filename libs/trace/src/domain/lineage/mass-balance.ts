import { Certainty } from '../trace-reader';
import { fromNano } from '../facts/quantity';
import { microsToTime } from '../facts/time';
import { Account, accountName } from '../world/account';
import { Cohort, cohortName } from '../world/cohort';
import { Posting } from '../world/ledger';
import { GraphSource, PostingPage } from './graph-source';
import { Share, sharesOf } from './holders';
import { reachForward, Selection } from './reach';
import { selectCode } from './selection';

/** The figures of a mass balance. All but the first three are where the goods are or ended. */
export const FIGURES = [
  'produced',
  /** Goods that were seen though nobody reported their making. */
  'unexplained',
  /** Goods that left a party which never had them: recorded nowhere as having come. A positive amount. */
  'overdrawn',
  'held',
  'in_transit',
  'sold',
  'consumed',
  'destroyed',
  'decommissioned',
  /** Goods with nobody known. */
  'unknown',
] as const;
export type Figure = (typeof FIGURES)[number];

/** Any of these accounts may be below zero: a return may be declared of what nobody sold. */
const ENDS = ['held', 'in_transit', 'sold', 'consumed', 'destroyed', 'decommissioned', 'unknown'] as const;

/**
 * One product's balance. `produced + unexplained + overdrawn` equals the sum of the others, always: the ledger's entries
 * sum to zero. `unaccounted` is what can be found nowhere: goods with nobody known, and goods sent to nobody known.
 */
export interface MassBalance {
  /** Lot key, else class key, else the thing's own key. */
  readonly product: string;
  readonly uom: string;
  /** The code's own goods, or goods made from them. */
  readonly relation: 'own' | 'derived';
  readonly certainty: Certainty;
  readonly figures: Readonly<Record<Figure, number>>;
  readonly unaccounted: number;
}

/** What became of a code's goods and of everything made from them, product by product. */
export async function massBalanceOf(source: GraphSource, key: string): Promise<MassBalance[]> {
  const own = await selectCode(source, key);
  const ownProducts = new Set([...own.cohorts.values()].map(({ cohort }) => cohort.product));
  for (const { cohort } of await source.things([...own.things.keys()])) ownProducts.add(cohort.product);
  const groups = new Map<string, Share[]>();
  for (const share of await sharesOf(source, await reachForward(source, own))) {
    const name = `${share.product}\n${share.uom}`;
    const known = groups.get(name);
    if (known === undefined) groups.set(name, [share]);
    else known.push(share);
  }
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([, shares]) => balanceOfProduct(shares, ownProducts) ?? []);
}

function balanceOfProduct(shares: readonly Share[], own: ReadonlySet<string>): MassBalance | undefined {
  const [first] = shares;
  if (first === undefined) return undefined;
  const sums = Object.fromEntries(FIGURES.map((figure) => [figure, 0n])) as Record<Figure, bigint>;
  let toNobody = 0n;
  // A party may have moved goods between its own places unrecorded: netted per party (TRACE.md 7a).
  const perParty = new Map<string, { account: Account; amount: bigint }>();
  for (const { account, amount } of shares) {
    const name = `${account.state}\n${account.party ?? ''}`;
    perParty.set(name, { account, amount: (perParty.get(name)?.amount ?? 0n) + amount });
  }
  for (const { account, amount } of perParty.values()) {
    sums[figureOf(account, amount)] += isOrigin(account) || amount < 0n ? -amount : amount;
    if (account.state === 'in_transit' && account.party === null && amount > 0n) toNobody += amount;
  }
  return {
    product: first.product,
    uom: first.uom,
    relation: own.has(first.product) ? 'own' : 'derived',
    certainty: shares.every(({ certainty }) => certainty === 'certain') ? 'certain' : 'possible',
    figures: Object.fromEntries(FIGURES.map((figure) => [figure, fromNano(sums[figure])])) as Record<Figure, number>,
    unaccounted: fromNano(sums.unknown + toNobody),
  };
}

const isOrigin = ({ state }: Account): boolean => state === 'created' || state === 'unexplained';

function figureOf(account: Account, amount: bigint): Figure {
  if (account.state === 'created') return 'produced';
  if (account.state === 'unexplained') return 'unexplained';
  return amount < 0n ? 'overdrawn' : account.state;
}

/** One entry behind a figure. */
export interface FigureEntry {
  readonly eventId: string;
  /** RFC 3339. */
  readonly at: string;
  readonly state: Account['state'];
  readonly party: string | null;
  readonly place: string | null;
  /** What came to the account; negative: what left it. */
  readonly quantity: number;
  readonly uom: string;
}

/**
 * The ledger entries behind one figure of one product, oldest first, a page at a time.
 * @param after the `next` of the page before; '' for the first
 */
export async function entriesBehind(
  source: GraphSource,
  key: string,
  asked: { readonly product: string; readonly figure: Figure; readonly after: string; readonly limit: number },
): Promise<{ items: FigureEntry[]; next?: string }> {
  const { selection, wholes } = await reachForward(source, await selectCode(source, key));
  const cohorts = [...selection.cohorts.values()].map(({ cohort }) => cohort).filter(({ product }) => product === asked.product);
  const singles = await singlesApart(source, selection, [...selection.things.keys(), ...wholes.keys()], asked.product);
  const states = statesOf(asked.figure);
  const page =
    singles.length > 0
      ? await entriesWithSingles(source, cohorts, singles, states, asked)
      : await source.postingsPage(cohorts, states, asked.after, asked.limit);
  return {
    items: page.postings.map(({ eventId, atMicros, account, delta, uom }) => ({
      eventId,
      at: microsToTime(atMicros),
      state: account.state,
      party: account.party,
      place: account.place,
      quantity: fromNano(delta),
      uom,
    })),
    ...(page.next === undefined ? {} : { next: page.next }),
  };
}

/** Things of a product that were picked one by one, and that no picked cohort counts. */
async function singlesApart(
  source: GraphSource,
  selection: Selection,
  keys: readonly string[],
  product: string,
): Promise<string[]> {
  const things = await source.things(keys);
  return things
    .filter(({ cohort }) => cohort.product === product && !selection.cohorts.has(cohortName(cohort)))
    .map(({ key }) => key);
}

/** Things picked one by one are few: their entries are read at once, and go among those of the cohorts by time. */
async function entriesWithSingles(
  source: GraphSource,
  cohorts: readonly Cohort[],
  singles: readonly string[],
  states: readonly Account['state'][],
  asked: { readonly after: string; readonly limit: number },
): Promise<PostingPage> {
  const world = await source.worldOf(singles);
  const own = new Set(singles.map((key) => world.things.get(key)?.cohort));
  const all = [...world.ledger.postings, ...(await source.postings(cohorts))]
    .filter((posting) => own.has(posting.cohort) || cohorts.some((cohort) => cohortName(cohort) === cohortName(posting.cohort)))
    .filter(({ account }) => states.includes(account.state));
  const named = all.map((posting) => ({ posting, name: entryName(posting) })).sort((a, b) => (a.name < b.name ? -1 : 1));
  const left = asked.after === '' ? named : named.filter(({ name }) => name > asked.after.slice(1));
  const some = left.slice(0, asked.limit);
  const last = some.at(-1)?.name;
  return {
    postings: some.map(({ posting }) => posting),
    ...(last === undefined || some.length === left.length ? {} : { next: `x${last}` }),
  };
}

const entryName = ({ atMicros, eventId, account, cohort, uom }: Posting): string =>
  [String(atMicros).padStart(17, '0'), eventId, accountName(account), cohortName(cohort), uom].join('\n');

/** The states of the accounts whose postings prove a figure. */
function statesOf(figure: Figure): readonly Account['state'][] {
  if (figure === 'produced') return ['created'];
  return figure === 'overdrawn' ? ENDS : [figure];
}
