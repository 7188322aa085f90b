import fc from 'fast-check';
import { arbitraryFacts, CODES, worldSeed } from '../../testing/random-world';
import { entriesBehind, Figure, FIGURES, massBalanceOf } from './mass-balance';
import { MemorySource } from './memory-source';

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
        const entries = async (code: string, product: string, uom: string, figure: Figure): Promise<number> => {
          let total = 0;
          for (let after: string | undefined = ''; after !== undefined;) {
            const page: Awaited<ReturnType<typeof entriesBehind>> = await entriesBehind(source, code, {
              product,
              figure,
              after,
              limit,
            });
            expect(page.items.length).toBeLessThanOrEqual(limit);
            for (const entry of page.items) if (entry.uom === uom) total += entry.quantity;
            after = page.next;
          }
          return total;
        };
        for (const code of CODES) {
          for (const { product, uom, figures } of await massBalanceOf(source, code)) {
            const behind = (figure: Figure): Promise<number> => entries(code, product, uom, figure);
            // What an account lacks is told of as overdrawn: all that goods came to, less that, is what was entered.
            let [ends, entered] = [-figures.overdrawn, 0];
            for (const figure of FIGURES.filter((name) => !ORIGINS.includes(name))) {
              ends += figures[figure];
              entered += await behind(figure);
            }
            expect([code, product, round(entered)]).toEqual([code, product, round(ends)]);
            expect(round(await behind('overdrawn'))).toBe(round(ends));
            expect(round(-(await behind('produced')) + 0)).toBe(round(figures.produced));
            expect(round(-(await behind('unexplained')) + 0)).toBe(round(figures.unexplained));
          }
        }
      }),
      { numRuns: 60, seed: worldSeed() },
    );
  });
});
