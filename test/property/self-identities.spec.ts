import { migrate } from '@suyuan/platform';
import { createTestDatabase, TestDatabase } from '@suyuan/testkit';
import fc from 'fast-check';
import { MemorySource } from '../../libs/trace/src/domain/lineage/memory-source';
import { GraphProjection } from '../../libs/trace/src/projection/graph-projection';
import { createGraphTables, traceMigrations } from '../../libs/trace/src/projection/trace.migrations';
import { readSelfIdentities } from '../../libs/trace/src/queries/self-identities';
import { arbitraryFacts, capturedInOrder, CODES, worldSeed } from '../../libs/trace/src/testing/random-world';
import { selfIdentitiesOf } from './self-identities-of';

const NOW = 1_000_000_000;
let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
  await migrate(db.database, traceMigrations);
});
afterAll(() => db.drop());

describe('What the graph knows of codes themselves', () => {
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
        const replayed = await selfIdentitiesOf(new MemorySource(facts, NOW, new Map()), CODES);
        for (const code of CODES) expect([code, sorted(stored.get(code))]).toEqual([code, sorted(replayed.get(code))]);
      }),
      { numRuns: 40, seed: worldSeed() },
    );
  });
});

function sorted(identities: readonly { readonly key: string }[] = []): unknown {
  return [...identities].sort((a, b) => (a.key < b.key ? -1 : 1));
}
