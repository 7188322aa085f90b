import { gtinOf } from '@suyuan/gs1';
import { migrate } from '@suyuan/platform';
import { createTestDatabase, TestDatabase } from '@suyuan/testkit';
import fc from 'fast-check';
import { Fact } from '../domain/facts/fact';
import { ancestryOf } from '../domain/lineage/ancestry';
import { balanceOf } from '../domain/lineage/balance';
import { graphOf } from '../domain/lineage/graph-answer';
import { GraphSource } from '../domain/lineage/graph-source';
import { historyOf } from '../domain/lineage/history';
import { holdingsOf } from '../domain/lineage/holders';
import { entriesBehind, massBalanceOf } from '../domain/lineage/mass-balance';
import { MemorySource } from '../domain/lineage/memory-source';
import { reachForward } from '../domain/lineage/reach';
import { selectScope } from '../domain/lineage/scope-selection';
import { selectCode } from '../domain/lineage/selection';
import { arbitraryFacts, capturedInOrder, CODES, worldSeed } from '../testing/random-world';
import { GraphProjection } from './graph-projection';
import { SqlSource } from './sql-source';
import { differencesOf } from './table-comparison';
import { createGraphTables, traceMigrations } from './trace.migrations';

const NOW = 1_000_000_000;

async function answers(source: GraphSource): Promise<unknown> {
  const all: Record<string, unknown> = {};
  for (const code of CODES) {
    const selection = await selectCode(source, code);
    all[code] = {
      holders: await holdingsOf(source, await reachForward(source, selection)),
      balance: await balanceOf(source, code),
      graph: await graphOf(source, code, 'both'),
      history: (await historyOf(source, code)).map(({ recordedAt: _, ...entry }) => entry),
      ancestry: await ancestryOf(source, code),
      massBalance: await massBalanceOf(source, code),
      entries: await entriesBehind(source, code, { product: code, figure: 'held', after: '', limit: 100 }).then(({ items }) =>
        items.map((item) => JSON.stringify(item)).sort(),
      ),
    };
  }
  for (const [from, to] of [
    ['1', '3'],
    ['02', '2'],
    ['A', 'Z'],
  ] as const) {
    const scope = { include: [{ gtin: gtinOf(CODES[0] ?? '') ?? '', serialRanges: [{ from, to }] }] };
    const selection = await selectScope(source, scope);
    all[`${from}..${to}`] = await holdingsOf(source, await reachForward(source, selection));
  }
  const exceptions = (await source.exceptions({}))
    .map((row) => JSON.stringify({ ...row, amount: row.amount?.toString() }))
    .sort();
  return JSON.parse(JSON.stringify({ all, exceptions }));
}

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
  await migrate(db.database, traceMigrations);
});
afterAll(() => db.drop());

let worlds = 0;
async function project(facts: readonly Fact[], batches: readonly number[]): Promise<SqlSource> {
  const schema = `world_${++worlds}`;
  await db.database.transaction((tx) => createGraphTables(tx, schema));
  const projection = new GraphProjection(db.database, schema);
  for (let from = 0, batch = 0; from < facts.length; batch++) {
    const some = facts.slice(from, from + Math.max(1, batches[batch % batches.length] ?? 1));
    from += some.length;
    await projection.apply({ position: some[some.length - 1]?.position ?? 0, facts: some, placeParties: [] }, NOW);
  }
  return new SqlSource(db.database, schema, NOW);
}

describe('The projected graph', () => {
  it('answers as a replay of all facts does, whatever the order and the batches of arrival', async () => {
    const runs = Number(process.env['SUYUAN_TEST_WORLDS'] ?? 40);
    await fc.assert(
      fc.asyncProperty(
        arbitraryFacts(14).chain((facts) =>
          fc.tuple(
            fc.constant(facts),
            fc.shuffledSubarray(
              facts.map((_, index) => index),
              { minLength: facts.length },
            ),
            fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 4 }),
          ),
        ),
        async ([facts, order, batches]) => {
          const captured = capturedInOrder(facts, order);
          const expected = await answers(new MemorySource(captured, NOW, new Map()));
          const source = await project(captured, batches);
          expect(await answers(source)).toEqual(expected);
          // Not the answers alone: every row, sums and weights too, is what a projection of all at once has.
          const incremental = `world_${worlds}`;
          await project(captured, [captured.length]);
          expect(await differencesOf(db.database, incremental, `world_${worlds}`)).toEqual([]);
          for (const schema of [incremental, `world_${worlds}`]) await db.database.query(`DROP SCHEMA ${schema} CASCADE`);
        },
      ),
      {
        numRuns: runs,
        endOnFailure: process.env['SUYUAN_TEST_SHRINK'] === undefined,
        seed: worldSeed(),
      },
    );
  }, 600_000);
});
