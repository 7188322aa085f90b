import { createTestDatabase, TestDatabase } from '@suyuan/testkit';
import fc from 'fast-check';
import { TraceException } from '../domain/exceptions';
import { Fact } from '../domain/facts/fact';
import { stocksOf, thingsOf } from '../domain/facts/mentions';
import { PlaceParties } from '../domain/facts/parties';
import { exceptionScope, exceptionsIn } from '../domain/lineage/exceptions';
import { MemorySource } from '../domain/lineage/memory-source';
import { arbitrarySupplyChain } from '../testing/supply-chain';
import { worldSeed } from '../testing/random-world';
import { Telling } from '../testing/telling';
import { GraphProjection } from './graph-projection';
import { SqlExceptions } from './sql-exceptions';
import { createGraphTables } from './trace.migrations';

const MAKER = '417/9506000000015';
const PLANT = '414/9506000000015';
const WAREHOUSE = '414/9506000000015/254/A';
const SHOP = '414/9506000000022';
const LOT = '01/09506000134352/10/L1';
const DAY = 86_400_000_000;

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());

let worlds = 0;

/** What both sources say: of everything, and of each code by itself. */
async function bothSay(
  facts: readonly Fact[],
  nowMicros: number,
  places: PlaceParties = new Map(),
): Promise<[tables: Map<string, TraceException[]>, memory: Map<string, TraceException[]>]> {
  const schema = `exceptions_${++worlds}`;
  await db.database.transaction((tx) => createGraphTables(tx, schema));
  const position = facts.length;
  const placeParties = [...places].map(([place, party]) => ({ place, party, position }));
  await new GraphProjection(db.database, schema).apply({ position, facts, placeParties }, nowMicros);
  const codes = new Set(facts.flatMap(({ event }) => [...thingsOf(event).map(({ key }) => key), ...stocksOf(event)]));
  const asked = async (source: MemorySource | SqlExceptions): Promise<Map<string, TraceException[]>> => {
    const said = new Map([['', await exceptionsIn(source, undefined)]]);
    for (const code of codes) said.set(code, await exceptionsIn(source, await exceptionScope(source, code)));
    return said;
  };
  const said = await asked(new SqlExceptions(db.database, schema, nowMicros));
  await db.database.query(`DROP SCHEMA ${schema} CASCADE`);
  return [said, await asked(new MemorySource(facts, nowMicros, places))];
}

describe('Exceptions, judged on the projected tables and on a replay', () => {
  it('are the same, for everything and code by code', async () => {
    const kinds = new Set<string>();
    await fc.assert(
      fc.asyncProperty(arbitrarySupplyChain(20), fc.constantFrom(0, 1, 2), async ({ facts, places, asOf }, which) => {
        // The last instant: all is past; an earlier one: some events are dated in the future.
        const now = (asOf[which] ?? asOf.at(-1) ?? 0) + which * 8 * DAY;
        const [tables, memory] = await bothSay(facts, now, places);
        expect(tables).toEqual(memory);
        for (const { type } of memory.get('') ?? []) kinds.add(type);
      }),
      { numRuns: Number(process.env['SUYUAN_TEST_WORLDS'] ?? 40), seed: worldSeed() },
    );
    for (const kind of ['overdraw', 'unmatched_receipt', 'event_in_future']) expect(kinds).toContain(kind);
  }, 600_000);

  it('do not blame an event that moved goods between a party’s own places', async () => {
    const { facts } = new Telling(MAKER)
      .made({ quantities: [{ key: LOT, quantity: 10 }], place: PLANT })
      .seen('shipping', { quantities: [{ key: LOT, quantity: 4 }], place: PLANT, from: MAKER, to: MAKER })
      .seen('receiving', { quantities: [{ key: LOT, quantity: 4 }], place: WAREHOUSE, from: MAKER, to: MAKER })
      .seen('retail_selling', { quantities: [{ key: LOT, quantity: 13 }], place: PLANT });
    const [tables, memory] = await bothSay(facts, DAY);
    const overdrawn = (tables.get(LOT) ?? []).filter(({ type }) => type === 'overdraw');
    expect(overdrawn).toMatchObject([{ key: LOT, party: MAKER, amount: 3 }]);
    expect(overdrawn[0]?.eventIds).toContain(facts[3]?.event.eventId);
    expect(tables).toEqual(memory);
  });

  it('name goods on their way for too long by the event that sent them, also where the way was used before', async () => {
    const quantities = [{ key: LOT, quantity: 2 }];
    const { facts } = new Telling(MAKER)
      .made({ quantities: [{ key: LOT, quantity: 10 }], place: PLANT })
      .seen('shipping', { quantities, place: PLANT, to: '417/9506000000022' })
      .seen('receiving', { quantities, place: SHOP })
      .seen('shipping', { quantities, place: PLANT, to: '417/9506000000022' });
    const [tables, memory] = await bothSay(facts, 15 * DAY);
    expect(tables.get(LOT)).toMatchObject([
      { type: 'never_received', party: MAKER, eventIds: [facts[3]?.event.eventId], amount: 2 },
    ]);
    expect(tables).toEqual(memory);
    const [early] = await bothSay(facts, 13 * DAY);
    expect(early.get(LOT)).toEqual([]);
  });

  it('tell of an event to come when its lot is asked for, though nothing is known of its serials yet', async () => {
    const { facts } = new Telling(MAKER).made({
      epcs: ['01/09506000134352/21/7'],
      lotNumber: 'L1',
      place: PLANT,
      eventTimeMicros: 2 * DAY,
    });
    const [all] = await bothSay(
      [...facts, ...new Telling(MAKER).made({ quantities: [{ key: LOT, quantity: 1 }], place: PLANT }).facts].map(
        (fact, index) => ({
          ...fact,
          position: index + 1,
          event: { ...fact.event, eventId: `urn:event:${index}` },
        }),
      ),
      DAY,
    );
    expect(all.get(LOT)).toMatchObject([{ type: 'event_in_future', key: '01/09506000134352/21/7' }]);
  });
});
