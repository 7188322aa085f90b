import { CanonicalEvent } from '@suyuan/epcis';
import fc from 'fast-check';
import { Fact } from '../domain/facts/fact';
import { balanceOf } from '../domain/lineage/balance';
import { MemorySource } from '../domain/lineage/memory-source';
import { arbitraryFacts, capturedInOrder, CODES, worldSeed } from '../testing/random-world';
import { narrowed } from './narrowed-world';
import { oracleAnswer, oracleWorld } from './oracle';

const NOW = 1_000_000_000;
const MAKER = '417/9506000000015';
const SHOP = '417/9506000000022';
const PLANT = '414/9506000000015';
const STORE = '414/9506000000022';
const BOX = '00/095060000000000015';
const UNIT = '01/09506000134352/21/1';
const LOT = '01/09506000134352/10/L1';
const EMPTY = {
  eventTimeZoneOffset: '+00:00',
  epcs: [],
  quantities: [],
  children: [],
  childQuantities: [],
  inputs: [],
  inputQuantities: [],
  outputs: [],
  outputQuantities: [],
  sources: [],
  destinations: [],
};

let count = 0;
function said(event: Partial<CanonicalEvent>, capturingParty: string | null = MAKER): Fact {
  count += 1;
  const full: CanonicalEvent = {
    ...EMPTY,
    type: 'ObjectEvent',
    eventId: `urn:e:${String(count).padStart(4, '0')}`,
    eventTimeMicros: count,
    ...event,
  };
  return { position: count, recordTimeMicros: count, event: full, declaration: false, capturingParty, byAuthority: false };
}
const to = (key: string): CanonicalEvent['destinations'] => [{ type: 'possessing_party', key }];
const made = (key = UNIT): Fact =>
  said({ action: 'ADD', bizStep: 'commissioning', epcs: [{ key }], readPoint: PLANT, lotNumber: 'L1' });
const packed = (): Fact =>
  said({
    type: 'AggregationEvent',
    action: 'ADD',
    bizStep: 'packing',
    parent: { key: BOX },
    children: [{ key: UNIT }],
    readPoint: PLANT,
  });
const shipped = (key: string): Fact =>
  said({ action: 'OBSERVE', bizStep: 'shipping', epcs: [{ key }], readPoint: PLANT, destinations: to(SHOP) });
const received = (key: string): Fact =>
  said({ action: 'OBSERVE', bizStep: 'receiving', epcs: [{ key }], bizLocation: STORE }, SHOP);
const lotEvent = (bizStep: string, quantity: number, more: Partial<CanonicalEvent>): Fact =>
  said({ action: 'OBSERVE', bizStep, quantities: [{ key: LOT, quantity }], ...more });
const lotMade = (quantity: number): Fact => lotEvent('commissioning', quantity, { action: 'ADD', readPoint: PLANT });

const custody = (facts: readonly Fact[], key = UNIT): unknown => oracleWorld(facts, NOW).custodies.of(key);
const row = (state: string, party: string | null, place: string | null, from: string | null = null): string =>
  `${LOT} ${JSON.stringify(['EA', state, party, place, from])}`;
const created = row('created', MAKER, PLANT);

describe('the oracle, by hand', () => {
  it('holds a made unit at the place of its creation', () => {
    expect(custody([made()])).toEqual({ state: 'held', party: MAKER, place: PLANT, from: null });
  });
  it('shows goods on the way with consignor and consignee, whatever is sighted later', () => {
    const facts = [
      made(),
      shipped(UNIT),
      said({ action: 'OBSERVE', bizStep: 'departing', epcs: [{ key: UNIT }], readPoint: PLANT }),
    ];
    expect(custody(facts)).toEqual({ state: 'in_transit', party: SHOP, place: null, from: MAKER });
  });
  it('moves contents with their outermost container', () => {
    expect(custody([made(), packed(), shipped(BOX), received(BOX)])).toEqual({
      state: 'held',
      party: SHOP,
      place: STORE,
      from: null,
    });
  });
  it('takes a shipped child out of a container that stays', () => {
    const facts = [made(), packed(), shipped(UNIT)];
    expect([custody(facts), custody(facts, BOX)]).toMatchObject([{ state: 'in_transit' }, { state: 'held', party: MAKER }]);
  });
  it('leaves unpacked goods where the unpacking was', () => {
    const unpacked = said({ type: 'AggregationEvent', action: 'DELETE', parent: { key: BOX }, children: [], bizLocation: STORE });
    const facts = [made(), packed(), shipped(BOX), received(BOX), unpacked, shipped(BOX)];
    expect(custody(facts)).toMatchObject({ state: 'held', place: STORE });
  });
  it('takes goods sent on by their consignee as received there first', () => {
    const facts = [made(), shipped(UNIT)];
    const sentOn = said(
      { action: 'OBSERVE', bizStep: 'shipping', epcs: [{ key: UNIT }], readPoint: STORE, destinations: to(MAKER) },
      SHOP,
    );
    expect(custody([...facts, sentOn])).toEqual({ state: 'in_transit', party: MAKER, place: null, from: SHOP });
  });
  it('gives an unshipped unit back to the consignor', () => {
    const facts = [made(), shipped(UNIT), said({ action: 'OBSERVE', bizStep: 'void_shipping', epcs: [{ key: UNIT }] })];
    expect(custody(facts)).toEqual({ state: 'held', party: MAKER, place: PLANT, from: null });
  });
  it('names the shop as seller though nobody recorded the move', () => {
    const facts = [made(), said({ action: 'OBSERVE', bizStep: 'retail_selling', epcs: [{ key: UNIT }], readPoint: STORE })];
    expect(custody(facts)).toEqual({ state: 'sold', party: SHOP, place: STORE, from: null });
  });
  it('releases the contents of a decommissioned box and destroys those of a destroyed one', () => {
    const ended = (bizStep: string): Fact => said({ action: 'DELETE', bizStep, epcs: [{ key: BOX }], readPoint: PLANT });
    expect(custody([made(), packed(), ended('decommissioning')])).toMatchObject({ state: 'held', party: MAKER, place: PLANT });
    expect(custody([made(), packed(), ended('destroying')])).toMatchObject({ state: 'destroyed', party: MAKER });
  });
  it('breaks a containment cycle at the later event', () => {
    const inside = (parent: string, child: string): Fact =>
      said({ type: 'AggregationEvent', action: 'ADD', parent: { key: parent }, children: [{ key: child }], readPoint: PLANT });
    const { custodies } = oracleWorld([inside(BOX, UNIT), inside(UNIT, BOX)], NOW);
    expect([...custodies.parent]).toEqual([[UNIT, BOX]]);
  });
  it('counts one shipment of a lot once', () => {
    const facts = [
      lotMade(10),
      lotEvent('shipping', 4, { readPoint: PLANT, destinations: to(SHOP) }),
      lotEvent('departing', 4, { readPoint: PLANT, destinations: to(SHOP) }),
      lotEvent('receiving', 3, { bizLocation: STORE }),
    ];
    expect(oracleAnswer(facts, NOW, LOT)).toEqual({
      [created]: '-10000000000',
      [row('held', MAKER, PLANT)]: '6000000000',
      [row('in_transit', SHOP, null, MAKER)]: '1000000000',
      [row('held', SHOP, STORE)]: '3000000000',
    });
  });
  it('reports a quantity in a box with the custody of the box, serials of the lot counted one each', () => {
    const filled = said({
      type: 'AggregationEvent',
      action: 'ADD',
      parent: { key: BOX },
      children: [{ key: UNIT }],
      childQuantities: [{ key: LOT, quantity: 4 }],
      readPoint: PLANT,
    });
    expect(oracleAnswer([lotMade(10), made(), filled, shipped(BOX)], NOW, LOT)).toEqual({
      [created]: '-11000000000',
      [row('held', MAKER, PLANT)]: '6000000000',
      [row('in_transit', SHOP, null, MAKER)]: '5000000000',
    });
  });
  it('takes a customer return from the sales of that party', () => {
    const facts = [
      lotMade(5),
      lotEvent('retail_selling', 2, { readPoint: PLANT }),
      lotEvent('receiving', 1, { bizLocation: PLANT, disposition: 'returned' }),
    ];
    expect(oracleAnswer(facts, NOW, LOT)).toEqual({
      [created]: '-5000000000',
      [row('held', MAKER, PLANT)]: '4000000000',
      [row('sold', MAKER, PLANT)]: '1000000000',
    });
  });
  it('shows the lot of the earliest creation and reaches the unit by either', () => {
    const facts = [
      made(),
      said({ action: 'ADD', bizStep: 'commissioning', epcs: [{ key: UNIT }], readPoint: PLANT, lotNumber: 'L2' }),
    ];
    const expected = { [created]: '-1000000000', [row('held', MAKER, PLANT)]: '1000000000' };
    expect([LOT, '01/09506000134352/10/L2', UNIT].map((code) => oracleAnswer(facts, NOW, code))).toEqual([
      expected,
      expected,
      expected,
    ]);
  });
  it('forgets a void event only when its own party or an administrator declares it', () => {
    const sale = said({ action: 'OBSERVE', bizStep: 'retail_selling', epcs: [{ key: UNIT }], readPoint: PLANT });
    const unit = { ...made(), event: { ...made().event, eventTimeMicros: 0 } };
    expect(custody([unit, sale, { ...sale, declaration: true, capturingParty: SHOP }])).toMatchObject({ state: 'sold' });
    expect(custody([unit, sale, { ...sale, declaration: true }])).toMatchObject({ state: 'held' });
  });
});

/** One `created` account per product: section 5 gives it no party or place. */
function oneOrigin(rows: Readonly<Record<string, string>>): Record<string, string> {
  const sums = new Map<string, bigint>();
  for (const [name, amount] of Object.entries(rows)) {
    const merged = name.replace(/(\["[A-Z]+","created").*/, '$1]');
    sums.set(merged, (sums.get(merged) ?? 0n) + BigInt(amount));
  }
  return Object.fromEntries([...sums].filter(([, sum]) => sum !== 0n).map(([name, sum]) => [name, String(sum)]));
}

async function engineAnswer(facts: readonly Fact[], code: string): Promise<Record<string, string>> {
  const rows: Record<string, string> = {};
  for (const { account, party, place, from, product, uom, quantity } of await balanceOf(
    new MemorySource(facts, NOW, new Map()),
    code,
  )) {
    rows[`${product} ${JSON.stringify([uom, account, party, place, from ?? null])}`] = String(Math.round(quantity * 1e9));
  }
  return oneOrigin(rows);
}

describe('the oracle and the engine', () => {
  it('agree on every balance of every code', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryFacts(8), async (facts) => {
        const captured = capturedInOrder(
          narrowed(facts),
          facts.map((_, index) => index),
        );
        for (const code of CODES)
          expect([code, await engineAnswer(captured, code)]).toEqual([code, oneOrigin(oracleAnswer(captured, NOW, code))]);
      }),
      { numRuns: Number(process.env['SUYUAN_TEST_WORLDS'] ?? 300), seed: worldSeed() },
    );
  }, 120_000);
});
