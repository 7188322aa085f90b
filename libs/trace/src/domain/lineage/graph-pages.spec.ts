import fc from 'fast-check';
import { arbitraryFacts, CODES, worldSeed } from '../../testing/random-world';
import { codes } from '../../testing/alphabet';
import { arbitrarySupplyChain } from '../../testing/supply-chain';
import { Direction, graphOf } from './graph-answer';
import { GraphEdge, GraphNode } from './graph-drawing';
import { graphPage } from './graph-pages';
import { MemorySource } from './memory-source';

const NOW = 1_000_000_000;

async function allPages(
  source: MemorySource,
  code: string,
  limit: number,
  wholeUnitsMax: number,
  direction: Direction = 'forward',
): Promise<GraphNodesAndEdges> {
  const nodes: GraphNode[] = [];
  const edges: GraphEdge[] = [];
  let sizes = 0;
  for (let place: string | undefined = ''; place !== undefined;) {
    const page = await graphPage(source, code, direction, place, limit, wholeUnitsMax);
    nodes.push(...page.nodes);
    edges.push(...page.edges);
    sizes = page.size.nodes;
    place = page.next;
  }
  return { nodes, edges, sizes };
}

interface GraphNodesAndEdges {
  readonly nodes: GraphNode[];
  readonly edges: GraphEdge[];
  readonly sizes: number;
}

const text = (items: readonly object[]): string[] => [...new Set(items.map((item) => JSON.stringify(item)))].sort();

describe('A graph in pages', () => {
  it('is, put together, the whole graph, whatever the size of a page', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryFacts(12), fc.integer({ min: 1, max: 7 }), async (facts, limit) => {
        const source = new MemorySource(facts, NOW, new Map());
        for (const code of CODES) {
          const whole = await graphOf(source, code, 'forward');
          const pages = await allPages(source, code, limit, 1_000);
          expect([pages.nodes, pages.edges]).toEqual([whole.nodes, whole.edges]);
          expect(pages.sizes).toBe(whole.nodes.length);
        }
      }),
      { numRuns: 60, seed: worldSeed() },
    );
  });

  it('lacks nothing when it is too large to be built whole: every node, what contains it and what it is of', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryFacts(12), fc.integer({ min: 1, max: 7 }), async (facts, limit) => {
        const source = new MemorySource(facts, NOW, new Map());
        for (const code of CODES) {
          const whole = await graphOf(source, code, 'forward');
          const pages = await allPages(source, code, limit, -1);
          const drawn = pages.nodes.filter(({ kind }) => kind !== 'transformation').map(({ id }) => ({ id }));
          expect(text(drawn)).toEqual(expect.arrayContaining(text(whole.nodes.map(({ id }) => ({ id })))));
          // A lot that only a page further on names has no edge to what an earlier page has of it.
          const direct = (edges: readonly GraphEdge[]): string[] =>
            text(edges.filter(({ kind, from }) => kind === 'contains' || (kind === 'member' && from === code)));
          expect(direct(pages.edges)).toEqual(expect.arrayContaining(direct(whole.edges)));
        }
      }),
      { numRuns: 60, seed: worldSeed() },
    );
  });

  it('is, backward, the whole graph too where it is too large to be built whole', async () => {
    let edges = 0;
    await fc.assert(
      fc.asyncProperty(arbitrarySupplyChain(16), fc.integer({ min: 1, max: 4 }), async ({ facts, places, asOf }, limit) => {
        const source = new MemorySource(facts, asOf.at(-1) ?? 0, places);
        for (const code of codes) {
          const whole = await graphOf(source, code, 'backward');
          const pages = await allPages(source, code, limit, -1, 'backward');
          expect([text(pages.nodes), text(pages.edges)]).toEqual([text(whole.nodes), text(whole.edges)]);
          edges += whole.edges.length;
        }
      }),
      { numRuns: 40, seed: worldSeed() },
    );
    expect(edges).toBeGreaterThan(50);
  });

  it('has every shipment, also where it is too large to be built whole', async () => {
    let ships = 0;
    await fc.assert(
      fc.asyncProperty(arbitrarySupplyChain(16), fc.integer({ min: 1, max: 4 }), async ({ facts, places, asOf }, limit) => {
        const source = new MemorySource(facts, asOf.at(-1) ?? 0, places);
        for (const code of codes) {
          const direction = code.length % 2 === 0 ? 'forward' : 'both';
          const named = (edges: readonly GraphEdge[]): string[] =>
            text(edges.filter(({ kind }) => kind === 'ships').map(({ certainty: _, ...rest }) => rest));
          const whole = named((await graphOf(source, code, direction)).edges);
          expect(named((await allPages(source, code, limit, -1, direction)).edges)).toEqual(whole);
          ships += whole.length;
        }
      }),
      { numRuns: 40, seed: worldSeed() },
    );
    expect(ships).toBeGreaterThan(50);
  });

  it('goes on where it was when more is captured between two pages: nothing twice, nothing left out', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryFacts(10), fc.integer({ min: 1, max: 5 }), async (facts, limit) => {
        const before = new MemorySource(facts.slice(0, -1), NOW, new Map());
        const after = new MemorySource(facts, NOW, new Map());
        const [had, has] = [before, after].map((source) => (code: string) => graphOf(source, code, 'forward'));
        for (const code of CODES) {
          const first = await graphPage(before, code, 'forward', '', limit);
          if (first.next === undefined) continue;
          const given = [first];
          for (let next: string | undefined = first.next; next !== undefined;) {
            const page = await graphPage(after, code, 'forward', next, limit);
            given.push(page);
            next = page.next;
          }
          const ids = given.flatMap(({ nodes }) => nodes.map(({ id }) => id));
          expect(new Set(ids).size).toBe(ids.length);
          const stayed = (await had?.(code))?.nodes.map(({ id }) => id) ?? [];
          const now = new Set((await has?.(code))?.nodes.map(({ id }) => id));
          expect(ids).toEqual(expect.arrayContaining(stayed.filter((id) => now.has(id))));
        }
      }),
      { numRuns: 60, seed: worldSeed() },
    );
  });
});
