import { createTestDatabase, TestDatabase } from '@suyuan/testkit';
import { migrate } from '@suyuan/platform';
import { CanonicalEvent } from '@suyuan/epcis';
import { Fact } from '../domain/facts/fact';
import { MemorySource } from '../domain/lineage/memory-source';
import { selectCode } from '../domain/lineage/selection';
import { reachForward } from '../domain/lineage/reach';
import { holdingsOf } from '../domain/lineage/holders';
import { GraphProjection } from './graph-projection';
import { SqlSource } from './sql-source';
import { LIVE_SCHEMA, traceMigrations } from './trace.migrations';

const base = { eventTimeZoneOffset: '+00:00', epcs: [], quantities: [], children: [], childQuantities: [], inputs: [], inputQuantities: [], outputs: [], outputQuantities: [], sources: [], destinations: [] };
let n = 0;
const fact = (t: number, e: Partial<CanonicalEvent>): Fact => {
  n += 1;
  const event = { ...base, eventId: `urn:e:${n}`, type: 'ObjectEvent', eventTimeMicros: t * 1e6, ...e } as CanonicalEvent;
  return { position: n, recordTimeMicros: n, event, declaration: false, capturingParty: null, byAuthority: true };
};
const G = '09506000134352';
const u = (s: string) => ({ key: `01/${G}/21/${s}` });
const LOT = `01/${G}/10/L1`;
const A = '414/9506000000019', B = '414/9506000000026';
const facts = [
  fact(1, { action: 'ADD', bizStep: 'commissioning', epcs: [u('1'), u('2'), u('3')], lotNumber: 'L1', bizLocation: A }),
  fact(2, { type: 'AggregationEvent', action: 'ADD', bizStep: 'packing', parent: { key: '00/095060000000000017' }, children: [u('1'), u('2')], bizLocation: A }),
  fact(3, { action: 'OBSERVE', bizStep: 'shipping', epcs: [{ key: '00/095060000000000017' }], readPoint: A, sources: [{ type: 'possessing_party', key: '417/9506000000019' }], destinations: [{ type: 'possessing_party', key: '417/9506000000026' }] }),
  fact(4, { action: 'OBSERVE', bizStep: 'receiving', epcs: [{ key: '00/095060000000000017' }], bizLocation: B }),
  fact(5, { action: 'OBSERVE', bizStep: 'retail_selling', epcs: [u('2')], bizLocation: B }),
  fact(6, { type: 'TransformationEvent', inputs: [u('3')], outputQuantities: [{ key: '01/09506000149301/10/X', quantity: 5 }], bizLocation: A }),
];
let db: TestDatabase;
beforeAll(async () => { db = await createTestDatabase(); await migrate(db.database, traceMigrations); });
afterAll(async () => db.drop());
test('smoke', async () => {
  const p = new GraphProjection(db.database, LIVE_SCHEMA);
  const now = Date.now() * 1000;
  for (const f of [facts[3], facts[0], facts[5], facts[1], facts[4], facts[2]]) {
    n += 1;
    await p.apply({ position: n, facts: [{ ...(f as Fact), position: n }], placeParties: [] }, now);
  }
  for (const source of [new SqlSource(db.database, LIVE_SCHEMA, now), new MemorySource(facts, now, new Map())]) {
    const reach = await reachForward(source, await selectCode(source, LOT));
    console.log(JSON.stringify(await holdingsOf(source, reach), null, 1), await source.exceptions({}));
  }
});
