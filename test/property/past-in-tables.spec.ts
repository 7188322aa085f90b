import { migrate, SystemClock } from '@suyuan/platform';
import { createTestDatabase, TestDatabase } from '@suyuan/testkit';
import fc from 'fast-check';
import { microsToTime } from '../../libs/trace/src/domain/facts/time';
import { GraphProjection } from '../../libs/trace/src/projection/graph-projection';
import { GraphWork } from '../../libs/trace/src/projection/graph-work';
import { makePastGraph } from '../../libs/trace/src/projection/past-graph';
import { createGraphTables, LIVE_SCHEMA, traceMigrations } from '../../libs/trace/src/projection/trace.migrations';
import { GraphReader } from '../../libs/trace/src/queries/graph-reader';
import { PastGraphs } from '../../libs/trace/src/queries/past-graphs';
import { TraceQueries } from '../../libs/trace/src/queries/trace-queries';
import { arbitraryFacts, capturedInOrder, CODES, worldSeed } from '../../libs/trace/src/testing/random-world';

const NOW = 1_000_000_000;
const EVERYTHING = { facts: Infinity, bytes: Infinity };
const NOTHING = { facts: 0, bytes: 0 };
const ask = { product: CODES[0] ?? '', figure: 'held' as const, after: '', limit: 1_000 };

interface Moments {
  readonly asOf?: string;
  readonly asKnownAt?: string;
}

let db: TestDatabase;
let past: PastGraphs;
beforeAll(async () => {
  db = await createTestDatabase();
  await migrate(db.database, traceMigrations);
  const work = { past: (order, report) => makePastGraph(db.database, order, report) } as Partial<GraphWork> as GraphWork;
  past = new PastGraphs(db.database, work, (error) => {
    throw error;
  });
});
afterAll(async () => {
  await past.close();
  await db.drop();
});

async function answers(reader: GraphReader, codes: readonly string[], at: Moments): Promise<unknown[]> {
  const queries = new TraceQueries(reader);
  return Promise.all(
    codes.map(async (code) => ({
      holders: await queries.holders(code, at, true),
      own: await queries.holders(code, at, false),
      balance: await queries.balance(code, at),
      history: await queries.history(code, at, { after: '', limit: 1_000 }),
      massBalance: await queries.massBalance(code, at),
      entries: await queries.massBalanceEntries(code, at, ask),
      forward: await queries.graphPage(code, at, 'forward', '', 10_000),
      backward: await queries.graphPage(code, at, 'backward', '', 10_000),
    })),
  );
}

describe('The past', () => {
  it('is in tables of its own what it is in memory, whatever is asked', async () => {
    const clock = new SystemClock();
    const when = fc.double({ min: 0, max: 1, noNaN: true });
    // Each code asked for has tables of its own.
    const someCodes = fc.subarray([...CODES], { minLength: 1, maxLength: 2 });
    await fc.assert(
      fc.asyncProperty(arbitraryFacts(8), when, fc.option(fc.nat(9)), someCodes, async (world, part, known, codes) => {
        const facts = capturedInOrder(
          world,
          world.map((_, index) => index),
        );
        await db.database.transaction(async (tx) => {
          await tx.query(`DROP SCHEMA ${LIVE_SCHEMA} CASCADE`);
          await createGraphTables(tx, LIVE_SCHEMA);
        });
        const position = facts[facts.length - 1]?.position ?? 0;
        await new GraphProjection(db.database, LIVE_SCHEMA).apply({ position, facts, placeParties: [] }, NOW);
        const times = facts.map(({ event }) => event.eventTimeMicros).sort((a, b) => a - b);
        const asOf = microsToTime(times[Math.floor(part * times.length)] ?? NOW);
        const at = { asOf, ...(known === null ? {} : { asKnownAt: String(known) }) };
        const inMemory = await answers(new GraphReader(db.database, clock, LIVE_SCHEMA, undefined, EVERYTHING), codes, at);
        const inTables = await answers(new GraphReader(db.database, clock, LIVE_SCHEMA, past, NOTHING), codes, at);
        expect(inTables).toEqual(inMemory);
        await past.close();
      }),
      { numRuns: 30, seed: worldSeed() },
    );
  });

  it('leaves no tables behind', async () => {
    await past.close();
    const left = await db.database.query(`SELECT nspname FROM pg_namespace WHERE nspname LIKE 'trace\\_past\\_%'`);
    expect(left).toEqual([]);
  });
});
