import fc from 'fast-check';
import { CheckIndex } from '../../libs/recall/src/check/check-index';
import { CodeCheck, GraphOfCodes } from '../../libs/recall/src/check/code-check';
import { checkSlowly } from '../../libs/recall/src/check/testing/slow-check';
import { ancestryOf } from '../../libs/trace/src/domain/lineage/ancestry';
import { MemorySource } from '../../libs/trace/src/domain/lineage/memory-source';
import { arbitraryFacts, capturedInOrder, worldSeed } from '../../libs/trace/src/testing/random-world';
import { Links } from './links';
import { arbitraryScope, ASKED, recallsOf } from './random-recalls';
import { ancestriesOf, selfIdentitiesOf } from './codes-in-memory';

const NOW = 1_000_000_000;
const UP_TO_DATE = { coversGraph: true, isStale: false };

function graphOf(source: MemorySource): GraphOfCodes {
  return { ancestries: (keys) => ancestriesOf(source, keys), selfIdentities: (keys) => selfIdentitiesOf(source, keys) };
}

describe('The check at the till', () => {
  it('says what a full look at the graph says, for every code, before and after late events', async () => {
    const looks = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(
        arbitraryFacts(8),
        fc.array(arbitraryScope, { minLength: 1, maxLength: 3 }),
        fc.nat({ max: 7 }),
        async (world, scopes, cut) => {
          const facts = capturedInOrder(
            world,
            world.map((_, index) => index),
          );
          const index = new CheckIndex();
          const recalls = recallsOf(scopes);
          for (const recall of recalls) index.recalls.put(recall);
          const links = new Links(index);
          const plain = recalls.map(({ scope, ...recall }) => ({ ...recall, scope: scope.source }));
          for (const [from, to] of [
            [0, cut],
            [cut, facts.length],
          ] as const) {
            links.read(facts.slice(from, to));
            const source = new MemorySource(facts.slice(0, to), NOW, new Map());
            const check = new CodeCheck(index, graphOf(source), () => UP_TO_DATE);
            for (const code of ASKED) {
              const look = index.lookAt(code);
              looks.set(look, (looks.get(look) ?? 0) + 1);
              const slow = await checkSlowly(code, plain, (key) => ancestryOf(source, key));
              expect([code.key, code.lot, look, await check.check(code)]).toEqual([code.key, code.lot, look, slow]);
            }
          }
        },
      ),
      { numRuns: Number(process.env['SUYUAN_TEST_WORLDS'] ?? 300), seed: worldSeed() },
    );
    // The worlds must try every way of answering, or the agreement proves little.
    for (const look of ['clear', 'bare', 'self', 'origins']) expect(looks.get(look) ?? 0).toBeGreaterThan(1_000);
  }, 240_000);
});
