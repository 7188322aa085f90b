import fc from 'fast-check';
import { arbitraryFacts, CODES, worldSeed } from '../../testing/random-world';
import { entriesBehind, FIGURES, massBalanceOf } from './mass-balance';
import { MemorySource } from './memory-source';
import { selectCode } from './selection';

const NOW = 1_000_000_000;
const ORIGINS = ['produced', 'unexplained', 'overdrawn'];
const round = (value: number): number => Math.round(value * 1e6) / 1e6;

describe('A mass balance', () => {
  it('comes out even: what was made or appeared is somewhere or has ended', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryFacts(12), async (facts) => {
        const source = new MemorySource(facts, NOW, new Map());
        for (const code of CODES) {
          for (const { figures, unaccounted } of await massBalanceOf(source, code)) {
            const sum = (origins: boolean): number =>
              FIGURES.filter((figure) => ORIGINS.includes(figure) === origins).reduce(
                (total, figure) => total + figures[figure],
                0,
              );
            expect(round(sum(true))).toBe(round(sum(false)));
            expect(unaccounted).toBeGreaterThanOrEqual(figures.unknown);
          }
        }
      }),
      { numRuns: 100, seed: worldSeed() },
    );
  });

  it('names the events behind every figure, page after page', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryFacts(12), fc.integer({ min: 1, max: 3 }), async (facts, limit) => {
        const source = new MemorySource(facts, NOW, new Map());
        for (const code of CODES.filter((key) => key.includes('/10/'))) {
          // Things that another lot is claimed for are counted one by one, beside the lot's own ledger.
          if ((await selectCode(source, code)).things.size > 0) continue;
          for (const { product, uom, figures, relation } of await massBalanceOf(source, code)) {
            if (relation !== 'own') continue;
            for (const figure of ['produced', 'sold', 'consumed', 'destroyed', 'decommissioned'] as const) {
              let total = 0;
              for (let after: string | undefined = ''; after !== undefined;) {
                const page: Awaited<ReturnType<typeof entriesBehind>> = await entriesBehind(source, code, {
                  product,
                  figure,
                  after,
                  limit,
                });
                for (const entry of page.items) if (entry.uom === uom) total += entry.quantity;
                after = page.next;
              }
              expect(round(Math.abs(total))).toBe(round(figures[figure]));
            }
          }
        }
      }),
      { numRuns: 60, seed: worldSeed() },
    );
  });
});
