import fc from 'fast-check';
import { arbitraryFacts, CODES, worldSeed } from '../../testing/random-world';
import { graphOf } from './graph-answer';
import { GraphEdge, GraphNode } from './graph-drawing';
import { graphPage } from './graph-pages';
import { MemorySource } from './memory-source';

const NOW = 1_000_000_000;

async function allPages(source: MemorySource, code: string, limit: number, wholeUnitsMax: number): Promise<GraphNodesAndEdges> {
  const nodes: GraphNode[] = [];
  const edges: GraphEdge[] = [];
  let sizes = 0;
  for (let place: string | undefined = ''; place !== undefined;) {
    const page = await graphPage(source, code, 'forward', place, limit, wholeUnitsMax);
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
});
