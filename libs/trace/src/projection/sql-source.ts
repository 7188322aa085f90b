import { numbers, Sql, texts } from '@suyuan/platform';
import { describeKey } from '@suyuan/gs1';
import { effectiveFacts, Fact } from '../domain/facts/fact';
import { stepsInOrder } from '../domain/facts/step';
import {
  AccountShare,
  Balance,
  BalanceChange,
  EventHead,
  GraphSource,
  LineageLine,
  partName,
  PostingPage,
  ProductSum,
  sortedBy,
  ThingPage,
  ThingState,
} from '../domain/lineage/graph-source';
import { Account } from '../domain/world/account';
import { Cohort, cohortName } from '../domain/world/cohort';
import { Posting, WorldException, WorldExceptionType } from '../domain/world/ledger';
import { replay } from '../domain/world/replay';
import { ContentRow, PartRow } from '../domain/world/rows';
import { World } from '../domain/world/world';
import { isInRange, SerialRange, stretchesOf } from '../domain/lineage/serial-range';
import { BUNDLE_KEYS_MAX } from './bundle';
import { closureOf } from './closure';
import { FactStore, placesOf } from './fact-store';
import { COHORT, CohortColumns, toCohort } from './graph-columns';
import { GraphNames } from './graph-names';
import { LineRows } from './line-rows';
import { PostingRows } from './posting-rows';
import { StockRows } from './stock-rows';
import { SumRows } from './sum-rows';
import { ThingStates } from './thing-states';

/** The standing ones of these facts. */
function inWorldOrder(facts: readonly Fact[]): Fact[] {
  return [...new Set(stepsInOrder(effectiveFacts(facts)).map(({ fact }) => fact))];
}

/** Answers from the projected tables, inside one snapshot of the caller's. */
export class SqlSource implements GraphSource {
  protected readonly store: FactStore;
  private readonly stocks: StockRows;
  protected readonly sums: SumRows;
  private readonly lines: LineRows;
  private readonly entries: PostingRows;

  constructor(
    protected readonly sql: Sql,
    protected readonly schema: string,
    readonly asOfMicros: number,
    private readonly names = new GraphNames(schema),
  ) {
    this.store = new FactStore(schema, this.names);
    this.stocks = new StockRows(sql, schema, this.names);
    this.sums = new SumRows(sql, schema, this.names);
    this.lines = new LineRows(sql, schema, this.names);
    this.entries = new PostingRows(sql, schema, this.names);
  }

  async cohortsOf(products: readonly string[]): Promise<Cohort[]> {
    const rows = await this.sql.query<CohortColumns>(
      `SELECT ${COHORT} FROM ${this.schema}.cohort c WHERE c.product = ANY($1::text[]) AND ${this.inUse}`,
      [products],
    );
    return sortedBy(rows.map(toCohort), cohortName);
  }

  async productsOfClass(gtin: string): Promise<string[]> {
    const rows = await this.sql.query<{ product: string }>(
      `SELECT DISTINCT product FROM ${this.schema}.cohort c WHERE c.gtin = $1 AND ${this.inUse}`,
      [gtin],
    );
    return [...new Set([`01/${gtin}`, ...rows.map(({ product }) => product)])].sort();
  }

  async things(keys: readonly string[]): Promise<ThingState[]> {
    return this.states.of(keys);
  }

  async thingsOf(cohorts: readonly Cohort[], after: string, limit: number): Promise<ThingPage> {
    // Served by bundle_cohort; the place of a page is the cohort and bundle it ended with.
    const [afterCohort = 0, afterBundle = 0] = after === '' ? [] : after.split('.').map(Number);
    const ids = await this.names.cohorts.knownIds(this.sql, cohorts.map(cohortName));
    const bundles = await this.states.bundles.where(
      'cohort_id = ANY($1::bigint[]) AND (cohort_id, id) > ($2, $3)',
      [numbers(ids), afterCohort, afterBundle],
      `ORDER BY cohort_id, id LIMIT ${Math.max(1, Math.floor((limit * 16) / BUNDLE_KEYS_MAX))}`,
    );
    const last = bundles[bundles.length - 1];
    if (last?.state === undefined) return { things: [] };
    const cohort = await this.names.cohorts.idsOf(this.sql, [last.state.cohort]);
    return { things: await this.states.all(bundles), next: `${cohort(last.state.cohort)}.${last.id}` };
  }

  async serials(gtin: string, range: SerialRange): Promise<ThingState[]> {
    const prefix = `01/${gtin}/21/`;
    const stretches = stretchesOf(range);
    // Served by unit's primary key, a range of it for each stretch.
    const rows = await this.sql.query<{ key: string }>(
      `SELECT u.key FROM unnest($1::text[], $2::text[]) AS s(low, high)
         JOIN ${this.schema}.unit u ON u.key >= s.low COLLATE "C" AND u.key <= s.high COLLATE "C"`,
      [texts(stretches.map(({ low }) => prefix + low)), texts(stretches.map(({ high }) => prefix + high))],
    );
    return this.things(rows.map(({ key }) => key).filter((key) => isInRange(describeKey(key).serial ?? '', range)));
  }

  async conflicted(lots: readonly string[]): Promise<ThingState[]> {
    return this.states.all(
      await this.states.bundles.where('cardinality(lots) > 1 AND lots && $1::text[] AND cohort_id IS NOT NULL', [texts(lots)]),
    );
  }

  async consumers(cohorts: readonly Cohort[], things: readonly string[]): Promise<LineageLine[]> {
    return this.lines.consumers(cohorts, things);
  }

  async linesOf(transformations: readonly string[]): Promise<LineageLine[]> {
    return this.lines.linesOf(transformations);
  }

  async makersOfStock(products: readonly string[]): Promise<LineageLine[]> {
    return this.lines.makersOfStock(products);
  }

  async stockOrigins(products: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>> {
    return this.lines.stockOrigins(products);
  }

  async balances(cohorts: readonly Cohort[]): Promise<Balance[]> {
    return this.sums.balances(cohorts);
  }

  async productSums(products: readonly string[]): Promise<ProductSum[]> {
    return this.sums.productSums(products);
  }

  async sinceTogether(shares: readonly AccountShare[]): Promise<number[]> {
    return this.sums.sinceTogether(shares);
  }

  async balanceChanges(shares: readonly AccountShare[]): Promise<BalanceChange[]> {
    return this.sums.balanceChanges(shares);
  }

  async postings(cohorts: readonly Cohort[]): Promise<Posting[]> {
    return this.entries.of(cohorts);
  }

  async postingsPage(
    cohorts: readonly Cohort[],
    states: readonly Account['state'][],
    after: string,
    limit: number,
  ): Promise<PostingPage> {
    return this.entries.page(cohorts, states, after, limit);
  }

  async postingsByEvent(cohorts: readonly Cohort[], after: string, limit: number): Promise<PostingPage> {
    return this.entries.byEvent(cohorts, after, limit);
  }

  async wholesOf(cohorts: readonly Cohort[], things: readonly string[]): Promise<PartRow[]> {
    return this.parts(`pc.name = ANY($1::text[]) OR (p.part <> '' AND p.part = ANY($2::text[]))`, [
      cohorts.map(cohortName),
      things,
    ]);
  }

  async partsIn(cohorts: readonly Cohort[], wholes: readonly string[]): Promise<PartRow[]> {
    return this.parts(`wc.name = ANY($1::text[]) OR p.whole = ANY($2::text[])`, [cohorts.map(cohortName), wholes]);
  }

  async contentsOf(containers: readonly string[]): Promise<{ things: ThingState[]; quantities: ContentRow[] }> {
    const things = await this.states.inside(containers);
    return { things, quantities: await this.stocks.inContainers([...containers, ...things.map(({ key }) => key)]) };
  }

  async containersOfStock(products: readonly string[]): Promise<ContentRow[]> {
    return this.stocks.ofProducts(products);
  }

  async worldOf(things: readonly string[]): Promise<World> {
    return (await this.livesOf(things)).world;
  }

  async lifeOf(thing: string): Promise<{ world: World; facts: Fact[] }> {
    const { world, facts } = await this.livesOf([thing]);
    return { world, facts: inWorldOrder(facts) };
  }

  async headsOf(eventIds: readonly string[]): Promise<EventHead[]> {
    return this.store.headsOf(this.sql, eventIds);
  }

  private async livesOf(things: readonly string[]): Promise<{ world: World; facts: readonly Fact[] }> {
    const closure = await closureOf((names) => this.naming(names), things);
    const wanted = new Set(things);
    const facts = this.upToNow(await this.withDeclarations(closure.facts));
    const world = replay(facts, {
      placeParties: await this.placePartiesOf(facts),
      includes: (node) => closure.nodes.has(node),
      books: (node) => wanted.has(node),
    });
    return { world, facts };
  }

  /** As `FactStore.naming`, perhaps without declarations: `withDeclarations` adds what is missing. */
  protected async naming(names: readonly string[]): Promise<readonly Fact[]> {
    return this.store.naming(this.sql, names);
  }

  /** With what was declared of these facts' events. */
  protected async withDeclarations(facts: readonly Fact[]): Promise<readonly Fact[]> {
    return facts;
  }

  private upToNow(facts: readonly Fact[]): Fact[] {
    return facts.filter(({ event, declaration }) => declaration || event.eventTimeMicros <= this.asOfMicros);
  }

  async exceptions({
    keys,
    party,
    type,
  }: {
    keys?: readonly string[];
    party?: string;
    type?: string;
  }): Promise<WorldException[]> {
    const rows = await this.sql.query<{
      type: WorldExceptionType;
      key: string;
      party: string | null;
      event_ids: string[];
      at_micros: number;
      amount: string;
      uom: string | null;
    }>(
      `SELECT type, key, party, event_ids, at_micros, amount::text AS amount, uom FROM ${this.schema}.exception
        WHERE ($1::text[] IS NULL OR key = ANY($1::text[])) AND ($2::text IS NULL OR party = $2) AND ($3::text IS NULL OR type = $3)
        ORDER BY at_micros, id`,
      [keys ?? null, party ?? null, type ?? null],
    );
    return rows.map((row) => ({
      type: row.type,
      key: row.key,
      party: row.party,
      eventIds: row.event_ids,
      atMicros: row.at_micros,
      ...(row.uom === null ? {} : { amount: BigInt(row.amount), uom: row.uom }),
    }));
  }

  /** The parties of the places that these facts name, as master data has them. */
  async placePartiesOf(facts: readonly Fact[]): Promise<Map<string, string>> {
    return this.partiesOf([...new Set(facts.flatMap(({ event }) => placesOf(event)))]);
  }

  protected async partiesOf(places: readonly string[]): Promise<Map<string, string>> {
    const rows = await this.sql.query<{ place: string; party: string }>(
      `SELECT place, party FROM ${this.schema}.place_party WHERE place = ANY($1::text[])`,
      [texts(places)],
    );
    return new Map(rows.map(({ place, party }) => [place, party]));
  }

  /** Names are never forgotten; a cohort that a correction emptied is one no more. */
  private get inUse(): string {
    return `(EXISTS (SELECT FROM ${this.schema}.balance b WHERE b.cohort_id = c.id) OR EXISTS (SELECT FROM ${this.schema}.line l WHERE l.cohort_id = c.id))`;
  }

  /** Each question reads the things anew: one source may outlive a change. */
  private get states(): ThingStates {
    return new ThingStates(this.sql, this.schema, this.names);
  }

  private async parts(where: string, parameters: unknown[]): Promise<PartRow[]> {
    const rows = await this.sql.query<
      Record<'whole' | 'part' | 'part_product' | 'part_made' | 'whole_product' | 'whole_made', string> &
        Record<'part_kind' | 'whole_kind', 'units' | 'stock'> &
        Record<'part_conflicted' | 'whole_conflicted', boolean>
    >(
      `SELECT p.whole, p.part, pc.product AS part_product, pc.kind AS part_kind, pc.made_by AS part_made, pc.conflicted AS part_conflicted,
              wc.product AS whole_product, wc.kind AS whole_kind, wc.made_by AS whole_made, wc.conflicted AS whole_conflicted
         FROM ${this.schema}.part p JOIN ${this.schema}.cohort pc ON pc.id = p.part_cohort_id JOIN ${this.schema}.cohort wc ON wc.id = p.whole_cohort_id
        WHERE ${where}`,
      parameters,
    );
    const parts = rows.map((row) => ({
      whole: row.whole,
      part: row.part === '' ? undefined : row.part,
      partCohort: { product: row.part_product, kind: row.part_kind, madeBy: row.part_made, conflicted: row.part_conflicted },
      wholeCohort: { product: row.whole_product, kind: row.whole_kind, madeBy: row.whole_made, conflicted: row.whole_conflicted },
    }));
    return sortedBy(parts, partName);
  }
}
