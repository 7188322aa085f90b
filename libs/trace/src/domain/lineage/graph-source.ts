import { CanonicalEvent } from '@suyuan/epcis';
import { Account } from '../world/account';
import { Cohort, cohortName } from '../world/cohort';
import { Posting, WorldException } from '../world/ledger';
import { RunningSum } from '../world/running-sum';
import { ContentRow, LineRow, PartRow, ThingRow } from '../world/rows';
import { World } from '../world/world';
import { Fact } from '../facts/fact';
import { SerialRange } from './serial-range';

/** A thing with the custody that holds for it, which is its outermost container's. */
export interface ThingState extends ThingRow {
  readonly effective: Account;
  readonly effectiveSinceMicros: number;
  /** Containers from the inside out. */
  readonly containers: readonly string[];
}

/** What went into a transformation or came out of it: the goods of a cohort, or a single serial that went in. */
export interface LineageLine extends LineRow {
  readonly thing: string | undefined;
  /** Undefined: some, nobody said how many. */
  readonly amount: bigint | undefined;
  /** How many things or quantities it stands for. */
  readonly count: number;
}

/** A page of things in no particular order; without `next` it is the last. */
export interface ThingPage {
  readonly things: readonly ThingState[];
  readonly next?: string;
}

/** Some entries of the ledger; without `next` there are no more. */
export interface PostingPage {
  readonly postings: readonly Posting[];
  readonly next?: string;
}

/** Postings of one cohort and account summed per instant. */
export type BalanceChange = Pick<Posting, 'cohort' | 'uom' | 'account' | 'atMicros' | 'delta' | 'unknowns'>;

/** What a cohort has on one account now; an account that it has left has an amount of zero. */
export interface Balance extends Omit<RunningSum, 'touches'> {
  readonly cohort: Cohort;
  readonly uom: string;
  readonly account: Account;
}

/** What a product has on one account now, over all its cohorts. */
export interface ProductSum extends Omit<RunningSum, 'touches'> {
  readonly product: string;
  readonly uom: string;
  readonly account: Account;
}

/** The form of a page's `next` among ledger entries. */
export const ENTRY_PLACE = /^(\d{1,15}|-?\d{1,17}(\.\d{1,18}){3}\.[^\n]{0,100}|x[^]{1,900})$/;

/** What an event says of itself, where it does, without the goods. */
export const SAID = ['action', 'bizStep', 'disposition', 'productionDate', 'expiry'] as const;

export interface EventHead extends Readonly<Pick<CanonicalEvent, 'eventId' | 'type' | (typeof SAID)[number]>> {
  readonly recordTimeMicros: number;
}

/** Some cohorts of one product on one account. */
export interface AccountShare {
  readonly product: string;
  readonly uom: string;
  readonly account: Account;
  readonly cohorts: readonly Cohort[];
}

/**
 * The derived rows that every question is answered from. Two sources give them: the projected tables (as of now, as known
 * now) and a world replayed in memory (any other time). The questions are written once.
 */
export interface GraphSource {
  /** Event time, microseconds, up to which events count. */
  readonly asOfMicros: number;
  /** Every cohort of these products. */
  cohortsOf(products: readonly string[]): Promise<Cohort[]>;
  /** The class itself and every lot of it that was ever named. */
  productsOfClass(gtin: string): Promise<string[]>;
  things(keys: readonly string[]): Promise<ThingState[]>;
  /** Serials of these cohorts, a page of about `limit` of them; `after` is the `next` of the page before, '' for the first. */
  thingsOf(cohorts: readonly Cohort[], after: string, limit: number): Promise<ThingPage>;
  /** The serials of a class that lie in a range. */
  serials(gtin: string, range: SerialRange): Promise<ThingState[]>;
  /** Things for which one of these lots and another are claimed. */
  conflicted(lots: readonly string[]): Promise<ThingState[]>;
  /** The lines, by cohort, of every transformation that used up goods of these cohorts or these things; of the latter their own too. */
  consumers(cohorts: readonly Cohort[], things: readonly string[]): Promise<LineageLine[]>;
  /** The lines of these transformations: serials that went in one by one, all else by cohort. */
  linesOf(transformations: readonly string[]): Promise<LineageLine[]>;
  /** The same of every transformation that put out class-level goods of these products. */
  makersOfStock(products: readonly string[]): Promise<LineageLine[]>;
  /** Events that created class-level goods of these products, by product. */
  stockOrigins(products: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>>;
  /** Trade items that contain goods of these cohorts or these things now. */
  wholesOf(cohorts: readonly Cohort[], things: readonly string[]): Promise<PartRow[]>;
  /** What trade items of these cohorts, or these things, contain now. */
  partsIn(cohorts: readonly Cohort[], wholes: readonly string[]): Promise<PartRow[]>;
  /** Everything inside these containers now, at any depth. */
  contentsOf(containers: readonly string[]): Promise<{ things: ThingState[]; quantities: ContentRow[] }>;
  /** Containers that directly hold these products' class-level goods now. */
  containersOfStock(products: readonly string[]): Promise<ContentRow[]>;
  balances(cohorts: readonly Cohort[]): Promise<Balance[]>;
  /** The same of whole products. */
  productSums(products: readonly string[]): Promise<ProductSum[]>;
  /** For each share the earliest time from which all of it together has not been zero, without a break, microseconds. */
  sinceTogether(shares: readonly AccountShare[]): Promise<number[]>;
  /** Every change of these shares. */
  balanceChanges(shares: readonly AccountShare[]): Promise<BalanceChange[]>;
  /** Single postings, oldest first, for the ledger view. */
  postings(cohorts: readonly Cohort[]): Promise<Posting[]>;
  /** Those on accounts of these states, oldest first, a page of at most `limit`; `after` is the `next` of the page before. */
  postingsPage(
    cohorts: readonly Cohort[],
    states: readonly Account['state'][],
    after: string,
    limit: number,
  ): Promise<PostingPage>;
  /**
   * The postings that changed a quantity, event by event, oldest first and then by event id: no event is divided.
   * @param after the `next` of the page before, an `EVENT_PLACE`; '' for the first
   * @param limit at most so many events; a page with fewer may still have a `next`
   */
  postingsByEvent(cohorts: readonly Cohort[], after: string, limit: number): Promise<PostingPage>;
  /** A world with the ledger of exactly these things. */
  worldOf(things: readonly string[]): Promise<World>;
  /** The life of a thing: a world with its ledger, and the standing facts that name it or its containers, in world order. */
  lifeOf(thing: string): Promise<{ world: World; facts: Fact[] }>;
  /** What these events say of themselves. */
  headsOf(eventIds: readonly string[]): Promise<EventHead[]>;
  exceptions(filter: { keys?: readonly string[]; party?: string; type?: string }): Promise<WorldException[]>;
}

/** Sorts rows by a name of theirs, by code unit: both sources give the same order, whatever the database's collation. */
export function sortedBy<Row>(rows: Row[], name: (row: Row) => string): Row[] {
  return rows
    .map((row) => [name(row), row] as const)
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([, row]) => row);
}

export function lineName(line: LineageLine): string {
  return [line.transformation, line.side, cohortName(line.cohort), line.thing ?? '', line.uom, line.eventId].join('\n');
}

export function partName(part: PartRow): string {
  return [part.whole, cohortName(part.wholeCohort), cohortName(part.partCohort), part.part ?? ''].join('\n');
}

export function headOf(event: CanonicalEvent, recordTimeMicros: number): EventHead {
  const said = Object.fromEntries(SAID.map((member) => [member, event[member]]).filter(([, value]) => value !== undefined));
  return { eventId: event.eventId, type: event.type, recordTimeMicros, ...said };
}
