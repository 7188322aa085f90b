import { migrate } from '@suyuan/platform';
import { createTestDatabase, TestDatabase } from '@suyuan/testkit';
import fc from 'fast-check';
import { Fact } from '../domain/facts/fact';
import { balanceOf } from '../domain/lineage/balance';
import { graphOf } from '../domain/lineage/graph-answer';
import { GraphSource } from '../domain/lineage/graph-source';
import { historyOf } from '../testing/whole-history';
import { holdingsOf } from '../domain/lineage/holders';
import { massBalanceOf } from '../domain/lineage/mass-balance';
import { reachForward } from '../domain/lineage/reach';
import { selectCode } from '../domain/lineage/selection';
import { GraphProjection } from '../projection/graph-projection';
import { createGraphTables, traceMigrations } from '../projection/trace.migrations';
import { codes } from '../testing/alphabet';
import { arbitraryFacts, capturedInOrder, CODES, worldSeed } from '../testing/random-world';
import { arbitrarySupplyChain } from '../testing/supply-chain';
import { GraphReader, seedsOfKey } from './graph-reader';

const RUNS = Math.ceil(Number(process.env['SUYUAN_TEST_WORLDS'] ?? 30) / 2);

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
  await migrate(db.database, traceMigrations);
});
afterAll(() => db.drop());

async function answersTo(source: GraphSource, code: string): Promise<unknown> {
  return {
    holders: await holdingsOf(source, await reachForward(source, await selectCode(source, code))),
    balance: await balanceOf(source, code),
    massBalance: await massBalanceOf(source, code),
    graph: await graphOf(source, code, 'both'),
    history: await historyOf(source, code),
  };
}

let worlds = 0;

/** Asks a real graph what it says now at `stop`, lets the rest be captured, and asks what was known at `stop`. */
async function thenAndLater(facts: readonly Fact[], stop: number, now: number, asked: readonly string[]): Promise<void> {
  const schema = `known_${++worlds}`;
  await db.database.transaction((tx) => createGraphTables(tx, schema));
  const projection = new GraphProjection(db.database, schema);
  const capture = async (some: readonly Fact[]): Promise<void> => {
    for (const fact of some) await projection.apply({ position: fact.position, facts: [fact], placeParties: [] }, now);
  };
  const reader = new GraphReader(db.database, { now: () => new Date(now / 1000) }, schema);
  const all = async (asKnownAt?: string): Promise<unknown[]> => {
    const answers: unknown[] = [];
    for (const code of asked) {
      const at = asKnownAt === undefined ? {} : { asKnownAt };
      answers.push([code, await reader.read(at, seedsOfKey(code), ({ source }) => answersTo(source, code))]);
    }
    return JSON.parse(JSON.stringify(answers)) as unknown[];
  };
  await capture(facts.filter(({ position }) => position <= stop));
  const then = await all();
  await capture(facts.filter(({ position }) => position > stop));
  expect(await all(String(stop))).toEqual(then);
  const last = facts[stop - 1]?.recordTimeMicros;
  if (last !== undefined) expect(await all(new Date(last / 1000).toISOString())).toEqual(then);
  await db.database.query(`DROP SCHEMA ${schema} CASCADE`);
}

describe('What was known at a position', () => {
  it('is what a system that stopped there answered, whatever is said', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryFacts(12), fc.nat(), async (drawn, which) => {
        const facts = capturedInOrder(drawn, [...drawn.keys()]).map((fact) => ({
          ...fact,
          recordTimeMicros: fact.position * 1_000_000,
        }));
        await thenAndLater(facts, which % (facts.length + 1), 1_000_000_000, CODES);
      }),
      { numRuns: RUNS, endOnFailure: process.env['SUYUAN_TEST_SHRINK'] === undefined, seed: worldSeed() },
    );
  }, 600_000);

  it('is so for supply chains: voided, told late, packed and made into others', async () => {
    await fc.assert(
      fc.asyncProperty(arbitrarySupplyChain(14), fc.nat(), async ({ facts, asOf }, which) => {
        await thenAndLater(facts, which % (facts.length + 1), asOf.at(-1) ?? 0, codes);
      }),
      { numRuns: Math.ceil(RUNS / 2), endOnFailure: process.env['SUYUAN_TEST_SHRINK'] === undefined, seed: worldSeed() },
    );
  }, 600_000);
});
