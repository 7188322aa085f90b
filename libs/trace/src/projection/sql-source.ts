import { Sql } from '@suyuan/platform';
import { effectiveFacts, Fact } from '../domain/facts/fact';
import { stepsInOrder } from '../domain/facts/step';
import { BalanceChange, GraphSource, lineName, partName, sortedBy, ThingState } from '../domain/lineage/graph-source';
import { Account, UNKNOWN } from '../domain/world/account';
import { Cohort, cohortName } from '../domain/world/cohort';
import { Posting, WorldException, WorldExceptionType } from '../domain/world/ledger';
import { replay } from '../domain/world/replay';
import { ContentRow, PartRow } from '../domain/world/rows';
import { TransformationLine, World } from '../domain/world/world';
import { closureOf } from './closure';
import { FactStore } from './fact-store';

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

/** Answers from the projected tables, inside one snapshot of the caller's. */
export class SqlSource implements GraphSource {
  private readonly store: FactStore;

  constructor(
    private readonly sql: Sql,
    private readonly schema: string,
    readonly asOfMicros: number,
  ) {
    this.store = new FactStore(schema);
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
    return this.states('t.key = ANY($1::text[])', [[...new Set(keys)]], '');
  }

  async thingsOf(cohorts: readonly Cohort[], after: string, limit: number): Promise<ThingState[]> {
    return this.states('c.name = ANY($1::text[]) AND t.key > $2', [cohorts.map(cohortName), after], `LIMIT ${Math.floor(limit)}`);
  }

  async conflicted(lots: readonly string[]): Promise<ThingState[]> {
    return this.states('cardinality(t.lots) > 1 AND t.lots && $1::text[]', [lots], '');
  }

  async consumers(cohorts: readonly Cohort[], things: readonly string[]): Promise<TransformationLine[]> {
    return this.lines(
      `l.transformation IN (
         SELECT transformation FROM ${this.schema}.line WHERE side = 'input' AND cohort_id IN (SELECT id FROM ${this.schema}.cohort WHERE name = ANY($1::text[]))
         UNION SELECT transformation FROM ${this.schema}.line WHERE side = 'input' AND thing <> '' AND thing = ANY($2::text[]))`,
      [cohorts.map(cohortName), things],
    );
  }

  async linesOf(transformations: readonly string[]): Promise<TransformationLine[]> {
    return transformations.length === 0 ? [] : this.lines('l.transformation = ANY($1::text[])', [transformations]);
  }

  async makersOfStock(products: readonly string[]): Promise<TransformationLine[]> {
    if (products.length === 0) return [];
    return this.lines(
      `l.transformation IN (SELECT o.transformation FROM ${this.schema}.line o JOIN ${this.schema}.cohort p ON p.id = o.cohort_id
         WHERE o.side = 'output' AND o.thing = '' AND p.kind = 'stock' AND p.product = ANY($1::text[]))`,
      [products],
    );
  }

  async stockOrigins(products: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>> {
    const origins = new Map<string, string[]>(products.map((product) => [product, []]));
    const rows = await this.sql.query<{ product: string; event_id: string }>(
      `SELECT c.product, p.event_id FROM ${this.schema}.posting p JOIN ${this.schema}.cohort c ON c.id = p.cohort_id JOIN ${this.schema}.account a ON a.id = p.account_id
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
    const inside = await this.sql.query<{ key: string }>(
      `WITH RECURSIVE inside AS (
         SELECT key FROM ${this.schema}.thing WHERE parent = ANY($1::text[])
         UNION SELECT t.key FROM ${this.schema}.thing t JOIN inside i ON t.parent = i.key)
       SELECT key FROM inside`,
      [containers],
    );
    const keys = inside.map(({ key }) => key);
    const things = keys.length === 0 ? [] : await this.states('t.key = ANY($1::text[])', [keys], '');
    return { things, quantities: await this.contents('q.container = ANY($1::text[])', [[...containers, ...keys]]) };
  }

  /** Class-level goods directly inside these containers. */
  async quantitiesIn(containers: readonly string[]): Promise<ContentRow[]> {
    return this.contents('q.container = ANY($1::text[])', [containers]);
  }

  /** Loose class-level goods of these products. */
  async looseStock(products: readonly string[]): Promise<{ cohort: Cohort; uom: string; account: Account; amount: bigint }[]> {
    if (products.length === 0) return [];
    const rows = await this.sql.query<CohortColumns & AccountColumns & { uom: string; amount: string }>(
      `SELECT ${COHORT}, a.state, a.party, a.place, a.from_party, l.uom, l.amount::text AS amount
         FROM ${this.schema}.loose l JOIN ${this.schema}.cohort c ON c.id = l.cohort_id JOIN ${this.schema}.account a ON a.id = l.account_id
        WHERE c.product = ANY($1::text[])`,
      [products],
    );
    return rows.map((row) => ({ cohort: toCohort(row), account: toAccount(row), uom: row.uom, amount: BigInt(row.amount) }));
  }

  async containersOfStock(products: readonly string[]): Promise<ContentRow[]> {
    return this.contents('c.product = ANY($1::text[])', [products]);
  }

  async balanceChanges(cohorts: readonly Cohort[]): Promise<BalanceChange[]> {
    if (cohorts.length === 0) return [];
    // Served by posting's primary key (cohort, account, time): one range per cohort.
    const rows = await this.sql.query<
      CohortColumns & AccountColumns & { uom: string; at_micros: number; delta: string; unknowns: number }
    >(
      `SELECT ${COHORT}, a.state, a.party, a.place, a.from_party, s.uom, s.at_micros, s.delta, s.unknowns
         FROM (SELECT cohort_id, account_id, uom, at_micros, sum(delta)::text AS delta, sum(unknowns)::int AS unknowns
                 FROM ${this.schema}.posting WHERE cohort_id IN (SELECT id FROM ${this.schema}.cohort WHERE name = ANY($1::text[]))
                GROUP BY cohort_id, account_id, uom, at_micros) s
         JOIN ${this.schema}.cohort c ON c.id = s.cohort_id JOIN ${this.schema}.account a ON a.id = s.account_id`,
      [cohorts.map(cohortName)],
    );
    return rows.map((row) => ({
      cohort: toCohort(row),
      account: toAccount(row),
      uom: row.uom,
      atMicros: row.at_micros,
      delta: BigInt(row.delta),
      unknowns: row.unknowns,
    }));
  }

  async postings(cohorts: readonly Cohort[]): Promise<Posting[]> {
    const rows = await this.sql.query<
      CohortColumns &
        AccountColumns & { uom: string; at_micros: number; event_id: string; delta: string; touches: number; unknowns: number }
    >(
      `SELECT ${COHORT}, a.state, a.party, a.place, a.from_party, p.uom, p.at_micros, p.event_id, p.delta::text AS delta, p.touches, p.unknowns
         FROM ${this.schema}.posting p JOIN ${this.schema}.cohort c ON c.id = p.cohort_id JOIN ${this.schema}.account a ON a.id = p.account_id
        WHERE c.name = ANY($1::text[]) ORDER BY p.at_micros, p.event_id`,
      [cohorts.map(cohortName)],
    );
    return rows.map((row) => ({
      cohort: toCohort(row),
      account: toAccount(row),
      uom: row.uom,
      atMicros: row.at_micros,
      eventId: row.event_id,
      delta: BigInt(row.delta),
      touches: row.touches,
      unknowns: row.unknowns,
    }));
  }

  async worldOf(things: readonly string[]): Promise<World> {
    const closure = await closureOf(this.sql, this.store, things);
    const wanted = new Set(things);
    const facts = closure.facts.filter(({ event, declaration }) => declaration || event.eventTimeMicros <= this.asOfMicros);
    return replay(facts, {
      placeParties: await this.placeParties(),
      includes: (node) => closure.nodes.has(node),
      books: (node) => wanted.has(node),
    });
  }

  async factsNaming(nodes: readonly string[]): Promise<Fact[]> {
    const facts = effectiveFacts(await this.store.naming(this.sql, nodes)).filter(
      ({ event }) => event.eventTimeMicros <= this.asOfMicros,
    );
    return [...new Set(stepsInOrder(facts).map(({ fact }) => fact))];
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

  async placeParties(): Promise<Map<string, string>> {
    const rows = await this.sql.query<{ place: string; party: string }>(`SELECT place, party FROM ${this.schema}.place_party`);
    return new Map(rows.map(({ place, party }) => [place, party]));
  }

  /** Names are never forgotten; a cohort that a correction emptied is one no more. */
  private get inUse(): string {
    return `(EXISTS (SELECT FROM ${this.schema}.posting p WHERE p.cohort_id = c.id) OR EXISTS (SELECT FROM ${this.schema}.line l WHERE l.cohort_id = c.id))`;
  }

  private async states(where: string, parameters: unknown[], limit: string): Promise<ThingState[]> {
    const rows = await this.sql.query<
      CohortColumns &
        AccountColumns & {
          key: string;
          has_custody: boolean;
          since_micros: number;
          event_id: string;
          parent: string | null;
          parent_since_micros: number;
          parent_event_id: string;
          created_micros: number | null;
          created_place: string | null;
          creation_event_id: string | null;
          gone_by: string | null;
          last_seen: string | null;
          shipped_from: string | null;
          lots: string[];
          chain: string[];
          top_since: number | null;
        }
    >(
      `WITH RECURSIVE chosen AS (
         SELECT t.*, ${COHORT} FROM ${this.schema}.thing t JOIN ${this.schema}.cohort c ON c.id = t.cohort_id WHERE ${where} ORDER BY t.key ${limit}),
       up AS (
         SELECT key AS base, key, parent, ARRAY[]::text[] COLLATE "C" AS chain, account_id, since_micros FROM chosen
         UNION ALL
         SELECT u.base, p.key, p.parent, u.chain || p.key, p.account_id, p.since_micros FROM up u JOIN ${this.schema}.thing p ON p.key = u.parent
          WHERE NOT p.key = ANY(u.chain))
       SELECT h.*, top.chain, top.since_micros AS top_since, a.state, a.party, a.place, a.from_party
         FROM chosen h JOIN up top ON top.base = h.key AND top.parent IS NULL LEFT JOIN ${this.schema}.account a ON a.id = top.account_id ORDER BY h.key`,
      parameters,
    );
    return rows.map((row) => {
      const effective = row.state === null ? UNKNOWN : toAccount(row);
      return {
        key: row.key,
        cohort: toCohort(row),
        custody: row.parent === null ? effective : undefined,
        sinceMicros: row.since_micros,
        eventId: row.event_id,
        parent: row.parent ?? undefined,
        parentSinceMicros: row.parent_since_micros,
        parentEventId: row.parent_event_id,
        createdMicros: row.created_micros ?? undefined,
        createdPlace: row.created_place,
        creationEventId: row.creation_event_id ?? undefined,
        goneBy: row.gone_by ?? undefined,
        lastSeen: row.last_seen,
        shippedFrom: row.shipped_from,
        lots: row.lots,
        effective,
        effectiveSinceMicros: row.parent === null ? row.since_micros : Math.max(row.top_since ?? 0, row.parent_since_micros),
        containers: row.chain,
      };
    });
  }

  private async lines(where: string, parameters: unknown[]): Promise<TransformationLine[]> {
    const rows = await this.sql.query<
      CohortColumns & {
        transformation: string;
        side: 'input' | 'output';
        thing: string;
        uom: string;
        amount: string;
        unknowns: number;
        touches: number;
        event_id: string;
        at_micros: number;
      }
    >(
      `SELECT ${COHORT}, l.transformation, l.side, l.thing, l.uom, l.amount::text AS amount, l.unknowns, l.touches, l.event_id, l.at_micros
         FROM ${this.schema}.line l JOIN ${this.schema}.cohort c ON c.id = l.cohort_id WHERE ${where}`,
      parameters,
    );
    const lines = rows.map((row) => ({
      transformation: row.transformation,
      side: row.side,
      cohort: toCohort(row),
      thing: row.thing === '' ? undefined : row.thing,
      uom: row.uom,
      amount: row.unknowns > 0 && row.amount === '0' ? undefined : BigInt(row.amount),
      eventId: row.event_id,
      atMicros: row.at_micros,
    }));
    return sortedBy(lines, lineName);
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

  private async contents(where: string, parameters: unknown[]): Promise<ContentRow[]> {
    const rows = await this.sql.query<CohortColumns & { container: string; uom: string; amount: string }>(
      `SELECT ${COHORT}, q.container, q.uom, q.amount::text AS amount FROM ${this.schema}.content q JOIN ${this.schema}.cohort c ON c.id = q.cohort_id
        WHERE ${where}`,
      parameters,
    );
    return sortedBy(rows, ({ container, product, uom }) => [container, product, uom].join('\n')).map((row) => ({
      container: row.container,
      cohort: toCohort(row),
      uom: row.uom,
      amount: BigInt(row.amount),
    }));
  }
}
