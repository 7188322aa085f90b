import { Database } from '@suyuan/platform';
import {
  Ancestry,
  AncestryIdentity,
  HoldingProof,
  KnowledgeAt,
  PartyThroughput,
  Scope,
  ScopeHolders,
  TraceReader,
} from '../domain/trace-reader';
import { ancestryOf } from '../domain/lineage/ancestry';
import { holdingsOf } from '../domain/lineage/holders';
import { reachForward } from '../domain/lineage/reach';
import { selectScope } from '../domain/lineage/scope-selection';
import { GraphReader, seedsOfKey, seedsOfScope } from './graph-reader';
import { readHoldingProof } from './holding-proof';
import { readContradictedLots, readProductsOf, readUnitsOf } from './product-units';
import { readSelfIdentities } from './self-identities';
import { readThroughput } from './throughput';

/** The graph as recalls read it, out of the projected tables. */
export class GraphTraceReader extends TraceReader {
  constructor(
    private readonly database: Database,
    private readonly graph: GraphReader,
  ) {
    super();
  }

  override async holdersOfScope(scope: Scope, at: KnowledgeAt = {}): Promise<ScopeHolders> {
    return this.graph.read(at, seedsOfScope(scope), async ({ source, position }) => {
      const selection = await selectScope(source, scope);
      const reach =
        scope.derived === false ? { selection, wholes: new Map<string, never>() } : await reachForward(source, selection);
      const { rows, produced, producers, former } = await holdingsOf(source, reach);
      return { position, rows, produced, producers, former };
    });
  }

  override async ancestry(key: string): Promise<Ancestry> {
    return this.graph.read({}, seedsOfKey(key), ({ source }) => ancestryOf(source, key));
  }

  override async ancestries(keys: readonly string[]): Promise<ReadonlyMap<string, Ancestry>> {
    // Walks that wait for the same kind of rows read them together: a hundred cost about as many statements as one.
    return this.graph.readTogether(
      async ({ source }) => new Map(await Promise.all(keys.map(async (key) => [key, await ancestryOf(source, key)] as const))),
    );
  }

  override async selfIdentities(keys: readonly string[]): Promise<ReadonlyMap<string, readonly AncestryIdentity[]>> {
    return readSelfIdentities(this.database, this.graph.schema, keys);
  }

  override async productsOf(gtin: string): Promise<readonly string[]> {
    return readProductsOf(this.database, this.graph.schema, gtin);
  }

  override async contradictedLots(): Promise<readonly string[]> {
    return readContradictedLots(this.database, this.graph.schema);
  }

  override async unitsOf(products: readonly string[], most: number): Promise<readonly string[] | undefined> {
    return readUnitsOf(this.database, this.graph.schema, products, most);
  }

  override async throughputOf(products: readonly string[], party?: string): Promise<readonly PartyThroughput[]> {
    return readThroughput(this.database, this.graph.schema, products, party);
  }

  override async proofOf(party: string, products: readonly string[], within: ReadonlySet<string>): Promise<HoldingProof> {
    return this.database.snapshot(async (tx) => {
      const [progress] = await tx.query<{ position: number }>(`SELECT position FROM ${this.graph.schema}.progress`);
      const proof = await readHoldingProof(tx, this.graph.schema, party, products, within);
      return { ...proof, position: progress?.position ?? 0 };
    });
  }

  override async position(): Promise<number> {
    const [row] = await this.database.query<{ position: number }>(`SELECT position FROM ${this.graph.schema}.progress`);
    return row?.position ?? 0;
  }

  override async touchedProducts(after: number, upTo: number): Promise<readonly string[] | undefined> {
    const rows = await this.database.query<{ product: string }>(
      `SELECT DISTINCT product FROM ${this.graph.schema}.touched WHERE position > $1 AND position <= $2`,
      [after, upTo],
    );
    return rows.map(({ product }) => product);
  }
}
