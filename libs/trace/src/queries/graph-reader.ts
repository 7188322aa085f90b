import { Clock, Database, Sql } from '@suyuan/platform';
import { describeKey, lotKey } from '@suyuan/gs1';
import { KnowledgeAt, Scope } from '../domain/trace-reader';
import { Fact } from '../domain/facts/fact';
import { stockNode } from '../domain/facts/mentions';
import { GraphSource } from '../domain/lineage/graph-source';
import { MemorySource } from '../domain/lineage/memory-source';
import { FactStore, gtinNode, lotNode } from '../projection/fact-store';
import { GraphNames } from '../projection/graph-names';
import { SqlSource } from '../projection/sql-source';
import { RecentFacts } from '../projection/recent-facts';
import { wasKnown } from '../projection/past-graph';
import { factsAt, universeOf } from '../projection/universe';
import { BatchedSource } from './batched-source';
import { Moment, readMoment } from './knowledge';
import { PastGraphs } from './past-graphs';
import { SharedNames } from './shared-names';

/** A source to answer one question from, and the log position that the answer rests on. */
export interface OpenGraph {
  readonly source: GraphSource;
  readonly position: number;
  readonly moment: Moment;
}

/** More than this of the past is not replayed in memory: everybody else would wait meanwhile. */
const IN_MEMORY = { facts: 5_000, bytes: 32_000_000 };

/**
 * Opens the graph at the asked times: projected tables for now; for any other time a replay in memory, or where that would
 * be too much, tables of its own.
 */
export class GraphReader {
  private readonly recent = new RecentFacts();
  private readonly names: SharedNames;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    readonly schema: string,
    private readonly past?: PastGraphs,
    private readonly inMemory = IN_MEMORY,
  ) {
    this.names = new SharedNames(schema);
  }

  /** @param seeds nodes that the question is about (see `seedsOfKey`, `seedsOfScope`) */
  async read<T>(at: KnowledgeAt, seeds: readonly string[], ask: (graph: OpenGraph) => Promise<T>): Promise<T> {
    const moment = readMoment(at, this.clock.now().getTime() * 1000);
    if (!moment.isNow) return this.readPast(moment, at.asOf === undefined, seeds, ask);
    return this.database.snapshot(async (tx) => {
      const { position, names } = await this.standing(tx);
      return ask({ source: new SqlSource(tx, this.schema, moment.asOfMicros, names), position, moment });
    });
  }

  private async readPast<T>(
    moment: Moment,
    isOfNow: boolean,
    seeds: readonly string[],
    ask: (graph: OpenGraph) => Promise<T>,
  ): Promise<T> {
    const asked = await this.database.snapshot(async (tx) => {
      const { position } = await this.standing(tx);
      const source = await this.replayed(tx, moment, seeds);
      return source === undefined ? undefined : { answer: await ask({ source, position: knownUpTo(position, moment), moment }) };
    });
    if (asked !== undefined) return asked.answer;
    if (this.past === undefined) throw new Error('no graphs of the past are made here');
    return this.past.read(seeds, moment, isOfNow, ({ schema, position, moment: then }) =>
      this.database.snapshot((tx) => {
        const source = new SqlSource(tx, schema, then.asOfMicros, new GraphNames(schema));
        return ask({ source, position: knownUpTo(position, then), moment: then });
      }),
    );
  }

  /** Opens one snapshot of now for many questions: what they read at the same time is read together. */
  async readTogether<T>(ask: (graph: OpenGraph) => Promise<T>): Promise<T> {
    const moment = readMoment({}, this.clock.now().getTime() * 1000);
    return this.database.snapshot(async (tx) => {
      const { position, names } = await this.standing(tx);
      const source = new BatchedSource(tx, this.schema, moment.asOfMicros, this.recent, names);
      return ask({ source, position, moment });
    });
  }

  /** Where the graph stands in a snapshot, and the names of its rows. */
  private async standing(sql: Sql): Promise<{ position: number; names: GraphNames }> {
    const [row] = await sql.query<{ position: number; generation: string }>(
      `SELECT position, generation FROM ${this.schema}.progress`,
    );
    return { position: row?.position ?? 0, names: this.names.of(row?.generation ?? '') };
  }

  /** undefined: too much for the memory */
  private async replayed(sql: Sql, moment: Moment, seeds: readonly string[]): Promise<GraphSource | undefined> {
    const store = new FactStore(this.schema, new GraphNames(this.schema));
    const universe = await universeOf(sql, store, seeds, this.inMemory);
    if (universe === undefined) return undefined;
    const facts: Fact[] = [];
    for await (const some of factsAt(sql, store, universe)) facts.push(...some.filter(wasKnown(moment)));
    const { asOfMicros } = moment;
    return new MemorySource(facts, asOfMicros, await new SqlSource(sql, this.schema, asOfMicros).placePartiesOf(facts));
  }
}

const knownUpTo = (position: number, { known }: Moment): number =>
  known !== undefined && 'position' in known ? Math.min(position, known.position) : position;

export function seedsOfKey(key: string): string[] {
  const { kind, gtin } = describeKey(key);
  if (kind === 'lot') return [stockNode(key), lotNode(key)];
  if (kind === 'class' && gtin !== undefined) return [gtinNode(gtin)];
  return [key];
}

export function seedsOfScope(scope: Scope): string[] {
  const seeds = new Set<string>();
  for (const { gtin, lots, inputLots } of [...scope.include, ...(scope.exclude ?? [])]) {
    for (const lot of inputLots ?? []) for (const seed of seedsOfKey(lot)) seeds.add(seed);
    if (gtin === undefined) continue;
    seeds.add(gtinNode(gtin));
    for (const lot of lots ?? []) for (const seed of seedsOfKey(lotKey(gtin, lot))) seeds.add(seed);
  }
  return [...seeds];
}
