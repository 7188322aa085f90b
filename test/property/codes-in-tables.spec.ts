import { gtinOf } from '@suyuan/gs1';
import { migrate, SystemClock } from '@suyuan/platform';
import { createTestDatabase, TestDatabase } from '@suyuan/testkit';
import fc from 'fast-check';
import { ancestryOf } from '../../libs/trace/src/domain/lineage/ancestry';
import { MemorySource } from '../../libs/trace/src/domain/lineage/memory-source';
import { GraphProjection } from '../../libs/trace/src/projection/graph-projection';
import { createGraphTables, traceMigrations } from '../../libs/trace/src/projection/trace.migrations';
import { GraphReader } from '../../libs/trace/src/queries/graph-reader';
import { GraphTraceReader } from '../../libs/trace/src/queries/graph-trace-reader';
import { readContradictedLots, readProductsOf, readUnitsOf } from '../../libs/trace/src/queries/product-units';
import { readSelfIdentities } from '../../libs/trace/src/queries/self-identities';
import { arbitraryFacts, capturedInOrder, CODES, worldSeed } from '../../libs/trace/src/testing/random-world';
import { productUnitsOf } from './product-units-of';
import { selfIdentitiesOf } from './codes-in-memory';

const NOW = 1_000_000_000;
let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
  await migrate(db.database, traceMigrations);
});
afterAll(() => db.drop());

describe('What the check asks of the graph', () => {
  it('is in the tables what it is in a replay', async () => {
    let worlds = 0;
    await fc.assert(
      fc.asyncProperty(arbitraryFacts(8), async (world) => {
        const facts = capturedInOrder(
          world,
          world.map((_, index) => index),
        );
        const schema = `self_${++worlds}`;
        await db.database.transaction((tx) => createGraphTables(tx, schema));
        await new GraphProjection(db.database, schema).apply({ position: facts.length, facts, placeParties: [] }, NOW);
        const stored = await readSelfIdentities(db.database, schema, CODES);
        const source = new MemorySource(facts, NOW, new Map());
        const replayed = await selfIdentitiesOf(source, CODES);
        for (const code of CODES) expect([code, sorted(stored.get(code))]).toEqual([code, sorted(replayed.get(code))]);
        const walked = await new GraphTraceReader(
          db.database,
          new GraphReader(db.database, new SystemClock(), schema),
        ).ancestries(CODES);
        for (const code of CODES) expect([code, walked.get(code)]).toEqual([code, await ancestryOf(source, code)]);
        const products = productUnitsOf(source);
        expect((await readContradictedLots(db.database, schema)).sort()).toEqual([...(await products.contradictedLots())].sort());
        for (const code of CODES.filter((one) => gtinOf(one) !== undefined)) {
          const units = await readUnitsOf(db.database, schema, [code], 100);
          expect([code, units?.sort()]).toEqual([code, [...((await products.unitsOf([code], 100)) ?? [])].sort()]);
          if (units !== undefined && units.length > 0)
            expect(await readUnitsOf(db.database, schema, [code], units.length - 1)).toBeUndefined();
        }
        // A product that nothing is of any more may still be named; one that has goods may not be missing.
        for (const gtin of new Set(CODES.map((code) => gtinOf(code) ?? ''))) {
          const named = new Set(await readProductsOf(db.database, schema, gtin));
          const lots = (await products.productsOf(gtin)).filter((product) => product !== `01/${gtin}`);
          expect(lots.filter((lot) => !named.has(lot))).toEqual([]);
        }
      }),
      { numRuns: 40, seed: worldSeed() },
    );
  });
});

function sorted(identities: readonly { readonly key: string }[] = []): unknown {
  return [...identities].sort((a, b) => (a.key < b.key ? -1 : 1));
}
