import { Database, Sql } from '@suyuan/platform';
import { Clock } from '@suyuan/platform';
import { describeKey, lotKey } from '@suyuan/gs1';
import { KnowledgeAt, Scope } from '../domain/trace-reader';
import { stockNode } from '../domain/facts/mentions';
import { GraphSource } from '../domain/lineage/graph-source';
import { MemorySource } from '../domain/lineage/memory-source';
import { FactStore, gtinNode, lotNode } from '../projection/fact-store';
import { GraphNames } from '../projection/graph-names';
import { SqlSource } from '../projection/sql-source';
import { RecentFacts } from '../projection/recent-facts';
import { universeOf } from '../projection/universe';
import { BatchedSource } from './batched-source';
import { Moment, readMoment } from './knowledge';
import { SharedNames } from './shared-names';

/** A source to answer one question from, and the log position that the answer rests on. */
export interface OpenGraph {
  readonly source: GraphSource;
  readonly position: number;
  readonly moment: Moment;
}

/** Opens the graph at the asked times: projected tables for now, a replay in memory for any other time. */
export class GraphReader {
  private readonly recent = new RecentFacts();
  private readonly names: SharedNames;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    readonly schema: string,
  ) {
    this.names = new SharedNames(schema);
  }

  /** @param seeds nodes that the question is about (see `seedsOfKey`, `seedsOfScope`) */
  async read<T>(at: KnowledgeAt, seeds: readonly string[], ask: (graph: OpenGraph) => Promise<T>): Promise<T> {
    const moment = readMoment(at, this.clock.now().getTime() * 1000);
    return this.database.snapshot(async (tx) => {
      const { position, names } = await this.standing(tx);
      const source = moment.isNow
        ? new SqlSource(tx, this.schema, moment.asOfMicros, names)
        : await this.replayed(tx, moment, seeds);
      const known =
        moment.known !== undefined && 'position' in moment.known ? Math.min(position, moment.known.position) : position;
      return ask({ source, position: known, moment });
    });
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

  private async replayed(sql: Sql, moment: Moment, seeds: readonly string[]): Promise<GraphSource> {
    const { known, asOfMicros } = moment;
    const facts = (await universeOf(sql, new FactStore(this.schema, new GraphNames(this.schema)), seeds)).filter(
      (fact) =>
        known === undefined ||
        ('position' in known ? fact.position <= known.position : fact.recordTimeMicros <= known.recordTimeMicros),
    );
    return new MemorySource(facts, asOfMicros, await new SqlSource(sql, this.schema, asOfMicros).placePartiesOf(facts));
  }
}

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
