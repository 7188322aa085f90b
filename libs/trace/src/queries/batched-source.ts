import { Sql } from '@suyuan/platform';
import { Fact } from '../domain/facts/fact';
import { grouped } from '../domain/lineage/reach';
import { PartRow, ContentRow } from '../domain/world/rows';
import { LineageLine, ThingState } from '../domain/lineage/graph-source';
import { Cohort } from '../domain/world/cohort';
import { GatheredFacts } from '../projection/gathered-facts';
import { GraphNames } from '../projection/graph-names';
import { RecentFacts } from '../projection/recent-facts';
import { SqlSource } from '../projection/sql-source';
import { Gathering } from '../projection/gathering';

/**
 * A source for many walks at once in one snapshot. Walks that wait for the same kind of rows read them together: a hundred
 * cost about as many statements as one. Each gets exactly the rows it would have got alone, in the same order.
 */
export class BatchedSource extends SqlSource {
  private readonly thingRows = new Gathering((keys: readonly string[]) => super.things(keys));
  private readonly cohortRows = new Gathering((products: readonly string[]) => super.cohortsOf(products));
  private readonly conflictRows = new Gathering((lots: readonly string[]) => super.conflicted(lots));
  private readonly lineRows = new Gathering((names: readonly string[]) => super.linesOf(names));
  private readonly makerRows = new Gathering((products: readonly string[]) => super.makersOfStock(products));
  private readonly originRows = new Gathering((products: readonly string[]) => super.stockOrigins(products));
  private readonly contentRows = new Gathering((containers: readonly string[]) => super.contentsOf(containers));

  private readonly partyRows = new Gathering((places: readonly string[]) => super.partiesOf(places));
  private readonly facts: GatheredFacts;

  constructor(sql: Sql, schema: string, asOfMicros: number, recent = new RecentFacts(), names = new GraphNames(schema)) {
    const turns = inTurn(sql);
    super(turns, schema, asOfMicros, names);
    this.facts = new GatheredFacts(turns, this.store, recent);
  }

  override async things(keys: readonly string[]): Promise<ThingState[]> {
    if (keys.length === 0) return [];
    const wanted = new Set(keys);
    return (await this.thingRows.get(wanted)).filter(({ key }) => wanted.has(key));
  }

  override async cohortsOf(products: readonly string[]): Promise<Cohort[]> {
    if (products.length === 0) return [];
    const wanted = new Set(products);
    return (await this.cohortRows.get(wanted)).filter(({ product }) => wanted.has(product));
  }

  override async conflicted(lots: readonly string[]): Promise<ThingState[]> {
    if (lots.length === 0) return [];
    const wanted = new Set(lots);
    return (await this.conflictRows.get(wanted)).filter((thing) => thing.lots.some((lot) => wanted.has(lot)));
  }

  override async linesOf(transformations: readonly string[]): Promise<LineageLine[]> {
    if (transformations.length === 0) return [];
    const wanted = new Set(transformations);
    return (await this.lineRows.get(wanted)).filter(({ transformation }) => wanted.has(transformation));
  }

  override async makersOfStock(products: readonly string[]): Promise<LineageLine[]> {
    if (products.length === 0) return [];
    const wanted = new Set(products);
    const makes = ({ side, cohort }: LineageLine): boolean =>
      side === 'output' && cohort.kind === 'stock' && wanted.has(cohort.product);
    const lines = await this.makerRows.get(wanted);
    const makers = new Set([...grouped(lines)].filter(([, group]) => group.some(makes)).map(([name]) => name));
    return lines.filter(({ transformation }) => makers.has(transformation));
  }

  override async stockOrigins(products: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>> {
    if (products.length === 0) return new Map();
    const all = await this.originRows.get(products);
    return new Map(products.map((product) => [product, all.get(product) ?? []]));
  }

  override async contentsOf(containers: readonly string[]): Promise<{ things: ThingState[]; quantities: ContentRow[] }> {
    if (containers.length === 0) return { things: [], quantities: [] };
    const asked = new Set(containers);
    const { things, quantities } = await this.contentRows.get(asked);
    const inside = things.filter((thing) => thing.containers.some((container) => asked.has(container)));
    const holders = new Set([...asked, ...inside.map(({ key }) => key)]);
    return { things: inside, quantities: quantities.filter(({ container }) => holders.has(container)) };
  }

  protected override async naming(names: readonly string[]): Promise<readonly Fact[]> {
    return this.facts.naming(names);
  }

  protected override async withDeclarations(facts: readonly Fact[]): Promise<readonly Fact[]> {
    return this.facts.withDeclarations(facts);
  }

  protected override async partiesOf(places: readonly string[]): Promise<Map<string, string>> {
    const all = await this.partyRows.get(places);
    const own = new Map<string, string>();
    for (const place of places) {
      const party = all.get(place);
      if (party !== undefined) own.set(place, party);
    }
    return own;
  }

  /** Not gathered: it is asked for lots and classes only. */
  override async partsIn(cohorts: readonly Cohort[], wholes: readonly string[]): Promise<PartRow[]> {
    return cohorts.length + wholes.length === 0 ? [] : super.partsIn(cohorts, wholes);
  }
}

/** One statement after another: a connection takes no second one while the first is under way. */
function inTurn(sql: Sql): Sql {
  let last: Promise<unknown> = Promise.resolve();
  return {
    query: <Row extends object>(text: string, parameters?: readonly unknown[]): Promise<Row[]> => {
      const next = last.then(() => sql.query<Row>(text, parameters));
      last = next.catch(() => undefined);
      return next;
    },
  };
}
