import { migrate } from '@suyuan/platform';
import { createTestDatabase, TestDatabase } from '@suyuan/testkit';
import fc from 'fast-check';
import { Fact } from '../../domain/facts/fact';
import { PlaceParties } from '../../domain/facts/parties';
import { replay } from '../../domain/world/replay';
import { rowsOf, WorldRows } from '../../domain/world/rows';
import { arbitraryFacts, capturedInOrder, withAlikes, worldSeed } from '../../testing/random-world';
import { arbitrarySupplyChain } from '../../testing/supply-chain';
import { FactStore } from '../fact-store';
import { GraphNames } from '../graph-names';
import { GraphProjection } from '../graph-projection';
import { RowWriter } from '../row-writer';
import { differencesOf } from '../table-comparison';
import { createGraphTables, traceMigrations } from '../trace.migrations';
import { digestOf, mergedRows } from './merged-rows';
import { ownerOf } from './owner';
import { FactIndex, partitionRows } from './partition';

const COUNTS = [1, 2, 4, 8];
const NOW = 1_000_000_000;
const NO_PLACES: PlaceParties = new Map();
/** Tables that are made of counted rows; the others (things by bundle, facts, places) are told by the events alone. */
const NOT_COUNTED = ['thing', 'unit', 'place_party'];
const runs = Number(process.env['SUYUAN_TEST_WORLDS'] ?? 100);

/** Few goods that meet in every way, some of them alike, in any order of arrival. */
const arbitraryWorld = fc
  .tuple(arbitraryFacts(14), fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 4, maxLength: 4 }))
  .chain(([alone, sizes]) => {
    const facts = withAlikes(alone, sizes);
    const all = facts.map((_, index) => index);
    return fc.shuffledSubarray(all, { minLength: all.length }).map((order) => capturedInOrder(facts, order));
  });

const options = (numRuns: number): { numRuns: number; seed: number; endOnFailure: boolean } => ({
  numRuns,
  seed: worldSeed(),
  endOnFailure: process.env['SUYUAN_TEST_SHRINK'] === undefined,
});

/** Neighbours apart: in so small a world hardly anything would cross a border otherwise. */
const scattered = (name: string, count: number): number => ownerOf(`${name}...`, count);

async function split(
  facts: readonly Fact[],
  count: number,
  places: PlaceParties,
  owner: typeof ownerOf = scattered,
): Promise<WorldRows[]> {
  const index = new FactIndex(facts);
  const parts = Array.from({ length: count }, (_, partition) =>
    partitionRows(index, (name) => owner(name, count) === partition, places),
  );
  return (await Promise.all(parts)).map(({ rows }) => rows);
}

const wholeOf = (facts: readonly Fact[], places: PlaceParties): string =>
  digestOf(rowsOf(replay(facts, { placeParties: places })));

async function expectSame(facts: readonly Fact[], places: PlaceParties): Promise<void> {
  const whole = wholeOf(facts, places);
  for (const owner of [scattered, ownerOf])
    for (const count of COUNTS)
      expect([count, digestOf(mergedRows(await split(facts, count, places, owner)))]).toEqual([count, whole]);
}

describe('the graph split over 1, 2, 4 and 8 partitions', () => {
  it('has the digest of the whole: goods that meet in every way', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryWorld, (facts) => expectSame(facts, NO_PLACES)),
      options(runs * 3),
    );
  }, 600_000);

  it('has the digest of the whole: supply chains', async () => {
    await fc.assert(
      fc.asyncProperty(arbitrarySupplyChain(20), ({ facts, places }) => expectSame(facts, places)),
      options(runs),
    );
  }, 600_000);

  it('would not, if each looked only at its own events, or booked what it only looks at', async () => {
    const missed = { own: 0, twice: 0 };
    await fc.assert(
      fc.asyncProperty(arbitrarySupplyChain(20), async ({ facts, places }) => {
        const whole = wholeOf(facts, places);
        const replays = [0, 1].map((partition) => {
          const owns = (node: string): boolean => scattered(node, 2) === partition;
          return rowsOf(replay(facts, { placeParties: places, includes: owns }), owns);
        });
        if (digestOf(mergedRows(replays)) !== whole) missed.own += 1;
        const all = rowsOf(replay(facts, { placeParties: places }));
        const both = [all, { ...all, things: new Map() }];
        if (digestOf(mergedRows(both)) !== whole) missed.twice += 1;
      }),
      options(20),
    );
    // A world whose events are all void has nothing to get wrong.
    expect(missed.own).toBeGreaterThan(0);
    expect(missed.twice).toBeGreaterThan(10);
  });

  it('takes no thing from two partitions', () => {
    const rows = rowsOf(replay([], { placeParties: NO_PLACES }));
    const thing = { ...rows, things: new Map([['a', {} as never]]) };
    expect(() => mergedRows([thing, thing])).toThrow('two partitions');
  });

  it('spreads serials evenly, neighbours together, and a product’s stock beside it', () => {
    const sizes = Array<number>(8).fill(0);
    for (let serial = 0; serial < 800_000; serial += 100) {
      const owner = ownerOf(`01/09506000134352/21/${1_000_000 + serial}`, 8);
      sizes[owner] = (sizes[owner] ?? 0) + 1;
    }
    expect(Math.min(...sizes)).toBeGreaterThan(700);
    expect(Math.max(...sizes)).toBeLessThan(1_300);
    expect(ownerOf('01/09506000134352/21/1000123', 8)).toBe(ownerOf('01/09506000134352/21/1000987', 8));
    expect(ownerOf('stock:01/09506000134352/10/L1', 8)).toBe(ownerOf('01/09506000134352/10/L1', 8));
  });
});

describe('the tables of the graph', () => {
  let db: TestDatabase;
  beforeAll(async () => {
    db = await createTestDatabase();
    await migrate(db.database, traceMigrations);
  });
  afterAll(() => db.drop());

  it('are those of the projection when each partition writes its own share of them', async () => {
    let world = 0;
    await fc.assert(
      fc.asyncProperty(arbitrarySupplyChain(14), async ({ facts, places, asOf }) => {
        world += 1;
        const [whole, parts] = [`whole_${world}`, `parts_${world}`];
        for (const schema of [whole, parts]) await db.database.transaction((tx) => createGraphTables(tx, schema));
        const position = facts.at(-1)?.position ?? 0;
        const placeParties = [...places].map(([place, party]) => ({ place, party, position }));
        await new GraphProjection(db.database, whole).apply({ position, facts, placeParties }, asOf.at(-1) ?? NOW);

        await db.database.transaction((tx) => new FactStore(parts, new GraphNames(parts)).add(tx, facts, asOf.at(-1) ?? NOW));
        const nothing = rowsOf(replay([], { placeParties: places }));
        for (const rows of await split(facts, 4, places))
          // Each with names of its own, as a process of its own would have.
          await db.database.transaction((tx) => new RowWriter(tx, parts, new GraphNames(parts)).write(nothing, rows));
        const differences = await differencesOf(db.database, whole, parts);
        expect(differences.filter(({ table }) => !NOT_COUNTED.includes(table))).toEqual([]);
        for (const schema of [whole, parts]) await db.database.query(`DROP SCHEMA ${schema} CASCADE`);
      }),
      options(Math.ceil(runs / 8)),
    );
  }, 600_000);
});
