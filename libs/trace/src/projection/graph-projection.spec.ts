import { gtinOf } from '@suyuan/gs1';
import { migrate } from '@suyuan/platform';
import { createTestDatabase, TestDatabase } from '@suyuan/testkit';
import fc from 'fast-check';
import { Fact } from '../domain/facts/fact';
import { stocksOf, thingsOf } from '../domain/facts/mentions';
import { ancestryOf } from '../domain/lineage/ancestry';
import { balanceOf } from '../domain/lineage/balance';
import { graphOf } from '../domain/lineage/graph-answer';
import { GraphSource } from '../domain/lineage/graph-source';
import { holdingsOf } from '../domain/lineage/holders';
import { entriesBehind, massBalanceOf } from '../domain/lineage/mass-balance';
import { MemorySource } from '../domain/lineage/memory-source';
import { reachForward } from '../domain/lineage/reach';
import { selectScope } from '../domain/lineage/scope-selection';
import { selectCode } from '../domain/lineage/selection';
import { arbitrarySupplyChain } from '../testing/supply-chain';
import { historyOf } from '../testing/whole-history';
import { arbitraryFacts, capturedInOrder, CODES, withAlikes, worldSeed } from '../testing/random-world';
import { GraphProjection } from './graph-projection';
import { BatchedSource } from '../queries/batched-source';
import { RecentFacts } from './recent-facts';
import { SqlSource } from './sql-source';
import { differencesOf } from './table-comparison';
import { createGraphTables, traceMigrations } from './trace.migrations';

const NOW = 1_000_000_000;
/** Half of the worlds have no two things alike. */
const arbitrarySizes = fc.oneof(fc.constant([1]), fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 4, maxLength: 4 }));

async function answers(source: GraphSource, codes: readonly string[]): Promise<unknown> {
  const all: Record<string, unknown> = {};
  for (const code of codes) {
    const history = await historyOf(source, code);
    expect(await historyOf(source, code, 2)).toEqual(history);
    const selection = await selectCode(source, code);
    all[code] = {
      holders: await holdingsOf(source, await reachForward(source, selection)),
      balance: await balanceOf(source, code),
      graph: await graphOf(source, code, 'both'),
      history: history.map(({ recordedAt: _, ...entry }) => entry),
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

/** Everybody's history at once from one snapshot, and then once more from what was kept of the first time. */
async function historiesTogether(schema: string, now: number, codes: readonly string[]): Promise<unknown> {
  const recent = new RecentFacts(20_000);
  const asked = (): Promise<unknown> =>
    db.database.snapshot(async (tx) => {
      const source = new BatchedSource(tx, schema, now, recent);
      return Promise.all(codes.map((code) => historyOf(source, code)));
    });
  const first = await asked();
  expect(await asked()).toEqual(first);
  return JSON.parse(JSON.stringify(first));
}

async function historiesAlone(source: GraphSource, codes: readonly string[]): Promise<unknown> {
  const all: unknown[] = [];
  for (const code of codes) all.push(await historyOf(source, code));
  return JSON.parse(JSON.stringify(all));
}

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
  await migrate(db.database, traceMigrations);
});
afterAll(() => db.drop());

let worlds = 0;
/** @param places parties that master data tells of places, learned with the batch in the middle */
async function project(
  facts: readonly Fact[],
  batches: readonly number[],
  { places = new Map<string, string>(), now = NOW }: { places?: ReadonlyMap<string, string>; now?: number } = {},
): Promise<SqlSource> {
  const schema = `world_${++worlds}`;
  await db.database.transaction((tx) => createGraphTables(tx, schema));
  const projection = new GraphProjection(db.database, schema);
  for (let from = 0, batch = 0; from < facts.length; batch++) {
    const some = facts.slice(from, from + Math.max(1, batches[batch % batches.length] ?? 1));
    const isMiddle = from <= facts.length / 2 && from + some.length > facts.length / 2;
    from += some.length;
    const position = some[some.length - 1]?.position ?? 0;
    const placeParties = isMiddle ? [...places].map(([place, party]) => ({ place, party, position })) : [];
    await projection.apply({ position, facts: some, placeParties }, now);
  }
  return new SqlSource(db.database, schema, now);
}

describe('The projected graph', () => {
  it('answers as a replay of all facts does, whatever the order and the batches of arrival', async () => {
    const runs = Number(process.env['SUYUAN_TEST_WORLDS'] ?? 30);
    await fc.assert(
      fc.asyncProperty(
        fc.tuple(arbitraryFacts(14), arbitrarySizes).chain(([alone, sizes]) => {
          const facts = withAlikes(alone, sizes);
          return fc.tuple(
            fc.constant(facts),
            fc.shuffledSubarray(
              facts.map((_, index) => index),
              { minLength: facts.length },
            ),
            fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 4 }),
          );
        }),
        async ([facts, order, batches]) => {
          const captured = capturedInOrder(facts, order);
          const codes = [...new Set([...CODES, ...codesIn(facts)])];
          const expected = await answers(new MemorySource(captured, NOW, new Map()), codes);
          const source = await project(captured, batches);
          expect(await answers(source, codes)).toEqual(expected);
          expect(await historiesTogether(`world_${worlds}`, NOW, codes)).toEqual(await historiesAlone(source, codes));
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

  it('counts serials against all lots of their creation, though only one of these is news', async () => {
    const gtin = '09506000134352';
    const lot = (name: string): string => `01/${gtin}/10/${name}`;
    const at = (position: number, second: number, said: object): Fact => ({
      position,
      recordTimeMicros: position,
      declaration: false,
      capturingParty: null,
      byAuthority: true,
      event: {
        ...{ type: 'ObjectEvent', action: 'OBSERVE', eventTimeZoneOffset: '+00:00', epcs: [], quantities: [] },
        ...{ children: [], childQuantities: [], inputs: [], inputQuantities: [], outputs: [], outputQuantities: [] },
        ...{ sources: [], destinations: [], bizLocation: '414/9506000000015' },
        ...{ eventId: `urn:event:${position}`, eventTimeMicros: second * 1_000_000 },
        ...said,
      } as Fact['event'],
    });
    const one = (name: string): object => ({ key: lot(name), quantity: 1 });
    const made = { action: 'ADD', epcs: [{ key: `01/${gtin}/21/1` }], quantities: [one('L1'), one('L2')] };
    const pallet = { key: '00/095060000000000015' };
    const packed = { type: 'AggregationEvent', action: 'ADD', parent: pallet, childQuantities: [one('L2')] };
    // The serial is of the first lot. So there are two pieces of the second, one of them on the pallet, and both are shipped;
    // of that we hear late, and of the second lot alone.
    const facts = [
      at(1, 1, made),
      at(2, 2, { action: 'ADD', quantities: [one('L2')] }),
      at(3, 3, packed),
      at(4, 9, { quantities: [one('L2')] }),
      at(5, 5, { bizStep: 'shipping', epcs: [pallet], quantities: [one('L2')] }),
    ];
    const codes = [lot('L1'), lot('L2')];
    const source = await project(facts, [1]);
    expect(await answers(source, codes)).toEqual(await answers(new MemorySource(facts, NOW, new Map()), codes));
    await project(facts, [facts.length]);
    expect(await differencesOf(db.database, `world_${worlds - 1}`, `world_${worlds}`)).toEqual([]);
  });

  it('does so for supply chains: packed and re-packed, returned, voided, told late, places learned on the way', async () => {
    const runs = Math.ceil(Number(process.env['SUYUAN_TEST_WORLDS'] ?? 30) / 2);
    await fc.assert(
      fc.asyncProperty(
        arbitrarySupplyChain(14),
        fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 4 }),
        async ({ facts, places, asOf }, batches) => {
          const now = asOf.at(-1) ?? NOW;
          const codes = codesIn(facts);
          const expected = await answers(new MemorySource(facts, now, places), codes);
          const source = await project(facts, batches, { places, now });
          expect(await answers(source, codes)).toEqual(expected);
          expect(await historiesTogether(`world_${worlds}`, now, codes)).toEqual(await historiesAlone(source, codes));
          const incremental = `world_${worlds}`;
          await project(facts, [facts.length], { places, now });
          expect(await differencesOf(db.database, incremental, `world_${worlds}`)).toEqual([]);
          for (const schema of [incremental, `world_${worlds}`]) await db.database.query(`DROP SCHEMA ${schema} CASCADE`);
        },
      ),
      { numRuns: runs, endOnFailure: process.env['SUYUAN_TEST_SHRINK'] === undefined, seed: worldSeed() },
    );
  }, 600_000);
});

/** Every thing, product and lot that the facts name. */
function codesIn(facts: readonly Fact[]): string[] {
  const codes = new Set<string>();
  for (const { event } of facts) {
    for (const { key, lotKey } of thingsOf(event)) codes.add(key).add(lotKey ?? key);
    for (const product of stocksOf(event)) codes.add(product);
  }
  return [...codes].sort();
}
