import { Identifier } from '@suyuan/gs1';
import fc from 'fast-check';
import { BlocklistBuilder, BlocklistLimits } from '../../libs/recall/src/check/blocklist-builder';
import { CheckIndex } from '../../libs/recall/src/check/check-index';
import { CodeCheck } from '../../libs/recall/src/check/code-check';
import { Blocklist } from '../../libs/recall/src/check/offline/blocklist';
import { decode, encodeDelta, encodeFull } from '../../libs/recall/src/check/offline/codec';
import { applyDelta, deltaBetween } from '../../libs/recall/src/check/offline/delta';
import { OfflineAnswer, OfflineTill } from '../../libs/recall/src/check/offline/offline-till';
import { checkSlowly } from '../../libs/recall/src/check/testing/slow-check';
import { ancestryOf } from '../../libs/trace/src/domain/lineage/ancestry';
import { MemorySource } from '../../libs/trace/src/domain/lineage/memory-source';
import { arbitraryFacts, capturedInOrder, worldSeed } from '../../libs/trace/src/testing/random-world';
import { Links } from './links';
import { productUnitsOf } from './product-units-of';
import { arbitraryScope, ASKED, recallsOf } from './random-recalls';
import { ancestriesOf, selfIdentitiesOf } from './codes-in-memory';

const NOW = 1_000_000_000;
const WIDE: BlocklistLimits = { lotsPerProduct: 100, unitsPerProduct: 100, units: 100 };
const NARROW: BlocklistLimits = { lotsPerProduct: 1, unitsPerProduct: 1, units: 2 };

const full = (bytes: Uint8Array): Blocklist => {
  const read = decode(bytes);
  if (!('full' in read)) throw new Error('not a full list');
  return read.full;
};

describe('The list a till holds', () => {
  it('never clears what the server would not clear, after any deltas, and clears the rest', async () => {
    const told = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(
        arbitraryFacts(8),
        fc.array(arbitraryScope, { minLength: 1, maxLength: 3 }),
        fc.nat({ max: 7 }),
        fc.constantFrom(WIDE, WIDE, NARROW),
        async (world, scopes, cut, limits) => {
          const facts = capturedInOrder(
            world,
            world.map((_, index) => index),
          );
          const index = new CheckIndex();
          const recalls = recallsOf(scopes);
          const links = new Links(index);
          let held: Blocklist = { version: 0, rules: new Map(), hashes: new Float64Array() };
          for (const [step, [from, to]] of [[0, cut] as const, [cut, facts.length] as const].entries()) {
            links.read(facts.slice(from, to));
            // The first list has only some of the recalls; the second all but the first of them.
            const active = step === 0 ? recalls.slice(0, 2) : recalls.slice(recalls.length > 1 ? 1 : 0);
            for (const recall of recalls) index.recalls.remove(recall.id);
            for (const recall of active) index.recalls.put(recall);
            const source = new MemorySource(facts.slice(0, to), NOW, new Map());
            const graph = {
              ancestries: (keys: readonly string[]) => ancestriesOf(source, keys),
              selfIdentities: (keys: readonly string[]) => selfIdentitiesOf(source, keys),
            };
            const check = new CodeCheck(index, graph, () => ({ coversGraph: true, isStale: false }));
            const built = await new BlocklistBuilder(index, check, productUnitsOf(source), limits).build(step + 1);

            expect(full(encodeFull(built))).toEqual(built);
            const delta = decode(encodeDelta(deltaBetween(held, built)));
            if (!('delta' in delta)) throw new Error('not a delta');
            held = applyDelta(held, delta.delta);
            expect(encodeFull(held).equals(encodeFull(built))).toBe(true);

            const till = new OfflineTill(held, 1);
            const plain = active.map(({ scope, ...recall }) => ({ ...recall, scope: scope.source }));
            for (const code of ASKED) {
              const { verdict } = await checkSlowly(code, plain, (key) => ancestryOf(source, key));
              const answer = till.ask(code, 0);
              if (verdict !== 'not_affected')
                expect([code.key, code.lot, verdict, answer]).toEqual([code.key, code.lot, verdict, 'ask']);
              if (limits === WIDE) note(told, code, verdict, answer);
            }
          }
        },
      ),
      { numRuns: Number(process.env['SUYUAN_TEST_WORLDS'] ?? 300), seed: worldSeed() },
    );
    // A list that asks about everything would pass: most sound codes with a lot must be cleared.
    const [clear = 0, asked = 0] = [told.get('clear'), told.get('ask')];
    expect(clear / (clear + asked)).toBeGreaterThan(0.7);
  }, 240_000);
});

/** Counts what the till says of sound units that state their lot, as medicines do. */
function note(told: Map<string, number>, code: Identifier, verdict: string, answer: OfflineAnswer): void {
  if (verdict === 'not_affected' && code.lot !== undefined && code.kind === 'instance')
    told.set(answer, (told.get(answer) ?? 0) + 1);
}
