import { numbers, Sql, texts } from '@suyuan/platform';
import { describeKey } from '@suyuan/gs1';
import { effectiveFacts, Fact } from '../domain/facts/fact';
import { EACH, ONE } from '../domain/facts/quantity';
import { stepsInOrder } from '../domain/facts/step';
import {
  AccountShare,
  Balance,
  BalanceChange,
  GraphSource,
  LineageLine,
  lineName,
  partName,
  ProductSum,
  sortedBy,
  ThingPage,
  ThingState,
} from '../domain/lineage/graph-source';
import { Account, accountName } from '../domain/world/account';
import { Cohort, cohortName } from '../domain/world/cohort';
import { Posting, WorldException, WorldExceptionType } from '../domain/world/ledger';
import { replay } from '../domain/world/replay';
import { sumOf } from '../domain/world/running-sum';
import { ContentRow, PartRow } from '../domain/world/rows';
import { World } from '../domain/world/world';
import { isInRange, SerialRange, stretchesOf } from '../domain/lineage/serial-range';
import { BUNDLE_KEYS_MAX } from './bundle';
import { closureOf } from './closure';
import { FactStore, placesOf } from './fact-store';
import { GraphNames } from './graph-names';
import { StockRows } from './stock-rows';
import { ThingStates } from './thing-states';

interface CohortColumns {
  product: string;
  cohort_kind: 'units' | 'stock';
  made_by: string;
  conflicted: boolean;
}

interface AccountColumns {
  state: Account['state'];
  party: string | null;
  place: string | null;
  from_party: string | null;
}

interface SumColumns {
  account_id: number;
  uom: string;
  amount: string;
  unknowns: number;
  since_micros: number;
  last_micros: number;
  unknown_micros: number | null;
}

const SUM = 's.account_id, s.uom, s.amount::text AS amount, s.unknowns, s.since_micros, s.last_micros, s.unknown_micros';
const COHORT = 'c.product, c.kind AS cohort_kind, c.made_by, c.conflicted';
const toCohort = (row: CohortColumns): Cohort => ({
  product: row.product,
  kind: row.cohort_kind,
  madeBy: row.made_by,
  conflicted: row.conflicted,
});
const toAccount = (row: AccountColumns): Account => ({
  state: row.state,
  party: row.party,
  place: row.place,
  from: row.from_party,
});

interface PostingRow extends CohortColumns, AccountColumns {
  cohort_id: number;
  account_id: number;
  uom: string;
  at_micros: number;
  event: number;
  event_id: string;
  delta: string;
  touches: number;
  unknowns: number;
}

const toPosting = (row: PostingRow): Posting => ({
  cohort: toCohort(row),
  account: toAccount(row),
  uom: row.uom,
  atMicros: row.at_micros,
  eventId: row.event_id,
  delta: BigInt(row.delta),
  touches: row.touches,
  unknowns: row.unknowns,
});

/** The standing ones of these facts. */
function inWorldOrder(facts: readonly Fact[]): Fact[] {
  return [...new Set(stepsInOrder(effectiveFacts(facts)).map(({ fact }) => fact))];
}

/** Answers from the projected tables, inside one snapshot of the caller's. */
export class SqlSource implements GraphSource {
  private readonly names: GraphNames;
  private readonly store: FactStore;
  private readonly stocks: StockRows;

  constructor(
    private readonly sql: Sql,
    private readonly schema: string,
    readonly asOfMicros: number,
  ) {
    this.names = new GraphNames(schema);
    this.store = new FactStore(schema, this.names);
    this.stocks = new StockRows(sql, schema, this.names);
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
    const asked = await this.inputs('i.thing = ANY($1::text[])', texts(things));
    const ids = await this.names.cohorts.knownIds(this.sql, cohorts.map(cohortName));
    // Served by line_cohort, then by the primary key.
    const lines = await this.lines(
      `l.transformation = ANY(ARRAY(SELECT DISTINCT transformation FROM ${this.schema}.line WHERE side = 'input' AND cohort_id = ANY($1::bigint[])) || $2::text[])`,
      [numbers(ids), texts(asked.map(({ transformation }) => transformation))],
    );
    return sortedBy([...lines, ...asked], lineName);
  }

  async linesOf(transformations: readonly string[]): Promise<LineageLine[]> {
    if (transformations.length === 0) return [];
    const wanted = texts(transformations);
    const summed = await this.lines(`l.transformation = ANY($1::text[]) AND (l.side = 'output' OR c.kind = 'stock')`, [wanted]);
    return sortedBy([...summed, ...(await this.inputs('i.transformation = ANY($1::text[])', wanted))], lineName);
  }

  async makersOfStock(products: readonly string[]): Promise<LineageLine[]> {
    if (products.length === 0) return [];
    const rows = await this.sql.query<{ transformation: string }>(
      `SELECT DISTINCT o.transformation FROM ${this.schema}.line o JOIN ${this.schema}.cohort p ON p.id = o.cohort_id
        WHERE o.side = 'output' AND p.kind = 'stock' AND p.product = ANY($1::text[])`,
      [texts(products)],
    );
    return this.linesOf(rows.map(({ transformation }) => transformation));
  }

  async stockOrigins(products: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>> {
    const origins = new Map<string, string[]>(products.map((product) => [product, []]));
    const rows = await this.sql.query<{ product: string; event_id: string }>(
      `SELECT c.product, f.event_id FROM ${this.schema}.posting p JOIN ${this.schema}.cohort c ON c.id = p.cohort_id JOIN ${this.schema}.account a ON a.id = p.account_id
         JOIN ${this.schema}.fact f ON f.position = p.event
        WHERE c.product = ANY($1::text[]) AND c.kind = 'stock' AND a.state = 'created'`,
      [products],
    );
    for (const { product, event_id } of rows) origins.get(product)?.push(event_id);
    return origins;
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

  async balances(cohorts: readonly Cohort[]): Promise<Balance[]> {
    if (cohorts.length === 0) return [];
    // Served by balance's primary key: one range per cohort.
    const rows = await this.sql.query<SumColumns & { owner: number }>(
      `SELECT s.cohort_id AS owner, ${SUM} FROM ${this.schema}.balance s WHERE s.cohort_id = ANY($1::bigint[])`,
      [numbers(await this.names.cohorts.knownIds(this.sql, cohorts.map(cohortName)))],
    );
    const cohort = await this.names.cohorts.valuesOf(
      this.sql,
      rows.map(({ owner }) => owner),
    );
    return (await this.sums(rows)).map(({ owner, ...sum }) => ({ ...sum, cohort: cohort(owner) }));
  }

  async productSums(products: readonly string[]): Promise<ProductSum[]> {
    if (products.length === 0) return [];
    // Served by holding's primary key: one range per product, as many rows as it has holders.
    const rows = await this.sql.query<SumColumns & { owner: string }>(
      `SELECT s.product AS owner, ${SUM} FROM ${this.schema}.holding s WHERE s.product = ANY($1::text[])`,
      [texts(products)],
    );
    return (await this.sums(rows)).map(({ owner, ...sum }) => ({ ...sum, product: owner }));
  }

  private async sums<Owner>(
    rows: readonly (SumColumns & { owner: Owner })[],
  ): Promise<(Omit<ProductSum, 'product'> & { owner: Owner })[]> {
    const account = await this.names.accounts.valuesOf(
      this.sql,
      rows.map((row) => row.account_id),
    );
    return rows.map((row) => ({
      owner: row.owner,
      account: account(row.account_id),
      uom: row.uom,
      amount: BigInt(row.amount),
      unknowns: row.unknowns,
      sinceMicros: row.since_micros,
      lastMicros: row.last_micros,
      unknownMicros: row.unknown_micros ?? undefined,
    }));
  }

  async sinceTogether(shares: readonly AccountShare[]): Promise<number[]> {
    // Where the share is all that the product has on the account, the product's own sum says it.
    // Served by holding's primary key: one range per product, as many rows as it has holders.
    const rows = await this.sql.query<{ product: string; name: string; uom: string; cohorts: number; since_micros: number }>(
      `SELECT h.product, a.name, h.uom, h.cohorts, h.since_micros
         FROM ${this.schema}.holding h JOIN ${this.schema}.account a ON a.id = h.account_id WHERE h.product = ANY($1::text[])`,
      [texts([...new Set(shares.map(({ product }) => product))])],
    );
    const sums = new Map(rows.map((row) => [[row.product, row.name, row.uom].join('\n'), row]));
    const since: number[] = [];
    for (const share of shares) {
      const sum = sums.get([share.product, accountName(share.account), share.uom].join('\n'));
      if (sum?.cohorts === share.cohorts.length) since.push(sum.since_micros);
      else since.push(sumOf((await this.balanceChanges([share])).map((change) => ({ ...change, touches: 1 })))?.sinceMicros ?? 0);
    }
    return since;
  }

  async balanceChanges(shares: readonly AccountShare[]): Promise<BalanceChange[]> {
    const changes: BalanceChange[] = [];
    for (const { cohorts, account, uom } of shares) {
      const ids = await this.names.cohorts.knownIds(this.sql, cohorts.map(cohortName));
      const rows = await this.sql.query<{ cohort_id: number; at_micros: number; delta: string; unknowns: number }>(
        // Served by posting's primary key (cohort, account, time).
        `SELECT p.cohort_id, p.at_micros, sum(p.delta)::text AS delta, sum(p.unknowns)::int AS unknowns
           FROM ${this.schema}.posting p
          WHERE p.cohort_id = ANY($1::bigint[]) AND p.account_id = (SELECT id FROM ${this.schema}.account WHERE name = $2) AND p.uom = $3
          GROUP BY p.cohort_id, p.at_micros`,
        [numbers(ids), accountName(account), uom],
      );
      const cohort = await this.names.cohorts.valuesOf(
        this.sql,
        rows.map((row) => row.cohort_id),
      );
      for (const row of rows)
        changes.push({
          cohort: cohort(row.cohort_id),
          account,
          uom,
          atMicros: row.at_micros,
          delta: BigInt(row.delta),
          unknowns: row.unknowns,
        });
    }
    return changes;
  }

  async postings(cohorts: readonly Cohort[]): Promise<Posting[]> {
    const rows = await this.postingRows('true', [], cohorts, 'ORDER BY p.at_micros, f.event_id');
    return rows.map(toPosting);
  }

  async postingsPage(
    cohorts: readonly Cohort[],
    states: readonly Account['state'][],
    after: string,
    limit: number,
  ): Promise<{ postings: Posting[]; next?: string }> {
    const [at = -1, event = -1, account = -1, cohort = -1] = after === '' ? [] : after.split('.').map(Number);
    const rows = await this.postingRows(
      `a.state = ANY($2::text[]) AND (p.at_micros, p.event, p.account_id, p.cohort_id) > ($3, $4, $5, $6)`,
      [texts(states), at, event, account, cohort],
      cohorts,
      `ORDER BY p.at_micros, p.event, p.account_id, p.cohort_id LIMIT ${Math.floor(limit)}`,
    );
    const last = rows[rows.length - 1];
    return {
      postings: rows.map(toPosting),
      ...(last === undefined || rows.length < limit
        ? {}
        : { next: [last.at_micros, last.event, last.account_id, last.cohort_id].join('.') }),
    };
  }

  private async postingRows(
    where: string,
    parameters: unknown[],
    cohorts: readonly Cohort[],
    rest: string,
  ): Promise<PostingRow[]> {
    return this.sql.query<PostingRow>(
      `SELECT ${COHORT}, a.state, a.party, a.place, a.from_party, p.cohort_id, p.account_id, p.uom, p.at_micros, p.event, f.event_id,
              p.delta::text AS delta, p.touches, p.unknowns
         FROM ${this.schema}.posting p JOIN ${this.schema}.account a ON a.id = p.account_id JOIN ${this.schema}.cohort c ON c.id = p.cohort_id
         LEFT JOIN ${this.schema}.fact f ON f.position = p.event
        WHERE p.cohort_id = ANY($1::bigint[]) AND ${where} ${rest}`,
      [numbers(await this.names.cohorts.knownIds(this.sql, cohorts.map(cohortName))), ...parameters],
    );
  }

  async worldOf(things: readonly string[]): Promise<World> {
    return (await this.livesOf(things)).world;
  }

  async lifeOf(thing: string): Promise<{ world: World; facts: Fact[] }> {
    const { world, facts } = await this.livesOf([thing]);
    return { world, facts: inWorldOrder(facts) };
  }

  async factsNaming(nodes: readonly string[]): Promise<Fact[]> {
    return inWorldOrder(this.upToNow(await this.store.naming(this.sql, nodes)));
  }

  private async livesOf(things: readonly string[]): Promise<{ world: World; facts: readonly Fact[] }> {
    const closure = await closureOf(this.sql, this.store, things);
    const wanted = new Set(things);
    const facts = this.upToNow(closure.facts);
    const world = replay(facts, {
      placeParties: await this.placePartiesOf(facts),
      includes: (node) => closure.nodes.has(node),
      books: (node) => wanted.has(node),
    });
    return { world, facts };
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
    const places = new Set(facts.flatMap(({ event }) => placesOf(event)));
    const rows = await this.sql.query<{ place: string; party: string }>(
      `SELECT place, party FROM ${this.schema}.place_party WHERE place = ANY($1::text[])`,
      [texts([...places])],
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

  private async lines(where: string, parameters: unknown[]): Promise<LineageLine[]> {
    const rows = await this.sql.query<
      CohortColumns & {
        transformation: string;
        side: 'input' | 'output';
        uom: string;
        amount: string;
        unknowns: number;
        touches: number;
        event_id: string;
        at_micros: number;
      }
    >(
      `SELECT ${COHORT}, l.transformation, l.side, l.uom, l.amount::text AS amount, l.unknowns, l.touches, l.event_id, l.at_micros
         FROM ${this.schema}.line l JOIN ${this.schema}.cohort c ON c.id = l.cohort_id WHERE ${where}`,
      parameters,
    );
    return rows.map((row) => ({
      transformation: row.transformation,
      side: row.side,
      cohort: toCohort(row),
      thing: undefined,
      uom: row.uom,
      amount: row.unknowns > 0 && row.amount === '0' ? undefined : BigInt(row.amount),
      count: row.touches,
      eventId: row.event_id,
      atMicros: row.at_micros,
    }));
  }

  /** Serials that went into transformations, one by one. */
  private async inputs(where: string, parameter: string): Promise<LineageLine[]> {
    const rows = await this.sql.query<
      CohortColumns & { transformation: string; thing: string; event_id: string; at_micros: number }
    >(
      `SELECT ${COHORT}, i.transformation, i.thing, i.event_id, i.at_micros
         FROM ${this.schema}.input_thing i JOIN ${this.schema}.cohort c ON c.id = i.cohort_id WHERE ${where}`,
      [parameter],
    );
    return rows.map((row) => ({
      transformation: row.transformation,
      side: 'input',
      cohort: toCohort(row),
      thing: row.thing,
      uom: EACH,
      amount: ONE,
      count: 1,
      eventId: row.event_id,
      atMicros: row.at_micros,
    }));
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
