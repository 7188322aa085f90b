import { Sql } from '@suyuan/platform';
import { Fact } from '../domain/facts/fact';
import { FactStore } from './fact-store';
import { Gathering } from './gathering';
import { RecentFacts } from './recent-facts';

interface Found {
  /** By name, the positions of the facts that name it. */
  readonly positions: ReadonlyMap<string, readonly number[]>;
  readonly facts: ReadonlyMap<number, Fact>;
}

/**
 * `FactStore.naming` for many askers of one snapshot: read together, each answered exactly as if it had asked alone. What
 * was declared of the events is read once, when all of them are known.
 */
export class GatheredFacts {
  private readonly asked = new Gathering((names: readonly string[]) => this.read(names));
  private readonly declared = new Gathering((eventIds: readonly string[]) => this.readDeclarations(eventIds));

  constructor(
    private readonly sql: Sql,
    private readonly store: FactStore,
    private readonly recent: RecentFacts,
  ) {}

  async naming(names: readonly string[]): Promise<Fact[]> {
    if (names.length === 0) return [];
    const { positions, facts } = await this.asked.get(names);
    const found = new Map<number, Fact>();
    for (const name of names) {
      for (const position of positions.get(name) ?? []) {
        const fact = facts.get(position);
        if (fact !== undefined) found.set(position, fact);
      }
    }
    return inOrder(found);
  }

  async withDeclarations(facts: readonly Fact[]): Promise<Fact[]> {
    const eventIds = new Set(facts.map(({ event }) => event.eventId));
    const found = new Map(facts.map((fact) => [fact.position, fact]));
    const declarations = await this.declared.get(eventIds);
    for (const eventId of eventIds)
      for (const declaration of declarations.get(eventId) ?? []) found.set(declaration.position, declaration);
    return inOrder(found);
  }

  private async read(names: readonly string[]): Promise<Found> {
    const positions = new Map<string, number[]>();
    const facts = new Map<number, Fact>();
    const missing = new Set<number>();
    for (const { name, position } of await this.store.placesNaming(this.sql, names)) {
      const known = positions.get(name);
      if (known === undefined) positions.set(name, [position]);
      else known.push(position);
      if (facts.has(position) || missing.has(position)) continue;
      const fact = this.recent.get(position);
      if (fact === undefined) missing.add(position);
      else facts.set(position, fact);
    }
    for (const { fact, chars } of await this.store.at(this.sql, [...missing])) {
      facts.set(fact.position, fact);
      this.recent.keep(fact, chars);
    }
    return { positions, facts };
  }

  private async readDeclarations(eventIds: readonly string[]): Promise<ReadonlyMap<string, readonly Fact[]>> {
    const declarations = new Map<string, Fact[]>();
    for (const fact of await this.store.declarationsOf(this.sql, eventIds)) {
      const known = declarations.get(fact.event.eventId);
      if (known === undefined) declarations.set(fact.event.eventId, [fact]);
      else known.push(fact);
    }
    return declarations;
  }
}

const inOrder = (facts: ReadonlyMap<number, Fact>): Fact[] => [...facts.values()].sort((a, b) => a.position - b.position);
