import { Fact } from './facts/fact';
import { TraceException } from './exceptions';
import { exceptionsIn } from './lineage/exceptions';
import { MemorySource } from './lineage/memory-source';
import { Telling } from '../testing/telling';

const MAKER = '417/9506000000015';
const SHOP = '417/9506000000022';
const OTHER = '417/9506000000039';
const PLANT = '414/9506000000015';
const STORE = '414/9506000000022';
const MARKET = '414/9506000000039';
const UNIT = '01/09506000134352/21/1';
const SECOND = '01/09506000134352/21/2';
const LOT = '01/09506000134352/10/L1';
const PALLET = '00/095060000000000015';
const TOTE = '8003/09506000111001R1';
const SECONDS = 1_000_000;
const DAYS = 86_400 * SECONDS;

const story = (): Telling => new Telling(MAKER);
const made = (): Telling => story().made({ epcs: [UNIT], place: PLANT, lotNumber: 'L1' });

/** What stands at an instant. */
async function objections(facts: readonly Fact[], asOfMicros = 1_000 * SECONDS): Promise<string[]> {
  const rows = await exceptionsIn(new MemorySource(facts, asOfMicros, new Map()), undefined);
  return rows.map(said);
}

function said({ type, key, party, eventIds, amount, uom }: TraceException): string {
  const proof = eventIds.map((id) => Number(id.slice(-4))).join('+');
  return [type, key, `by ${party ?? 'nobody'}`, `proof ${proof}`, ...(amount === undefined ? [] : [`${amount} ${uom}`])].join(
    ', ',
  );
}

/** The event that was told last is an error. */
const withdrawn = ({ facts }: Telling, which = facts.length - 1): Fact[] => {
  const original = facts[which];
  return original === undefined ? [...facts] : [...facts, { ...original, declaration: true, position: facts.length + 1 }];
};

describe('A unit', () => {
  it('made twice is a duplicate_commission, until one of them is withdrawn', async () => {
    const told = made().made({ epcs: [UNIT], place: PLANT, lotNumber: 'L1' });
    expect(await objections(told.facts)).toEqual([`duplicate_commission, ${UNIT}, by ${MAKER}, proof 1+2`]);
    expect(await objections(withdrawn(told))).toEqual([]);
    expect(await objections(withdrawn(told, 0))).toEqual([]);
  });

  it('that nobody made is of unknown_origin, until its creation is captured', async () => {
    const told = story().seen('inspecting', { epcs: [UNIT], place: PLANT });
    expect(await objections(told.facts)).toEqual([`unknown_origin, ${UNIT}, by ${MAKER}, proof 1`]);
    told.made({ epcs: [UNIT], place: PLANT, eventTimeMicros: 0 });
    expect(await objections(told.facts)).toEqual([]);
  });

  it('sold, and sold again, is sold_twice, until its return in between is captured', async () => {
    const told = made()
      .seen('retail_selling', { epcs: [UNIT], place: PLANT })
      .seen('retail_selling', { epcs: [UNIT], place: PLANT });
    expect(await objections(told.facts)).toEqual([`sold_twice, ${UNIT}, by ${MAKER}, proof 2+3`]);
    told.seen('receiving', { epcs: [UNIT], place: PLANT, disposition: 'returned', eventTimeMicros: 2.5 * SECONDS });
    expect(await objections(told.facts)).toEqual([]);
  });

  it('on a shelf after its sale is seen_after_sale, until its return is captured', async () => {
    const told = made()
      .seen('retail_selling', { epcs: [UNIT], place: PLANT })
      .seen('stocking', { epcs: [UNIT], place: PLANT });
    expect(await objections(told.facts)).toEqual([`seen_after_sale, ${UNIT}, by ${MAKER}, proof 2+3`]);
    told.seen('receiving', { epcs: [UNIT], place: PLANT, disposition: 'returned', eventTimeMicros: 2.5 * SECONDS });
    expect(await objections(told.facts)).toEqual([]);
  });

  it('seen after its destruction is seen_after_end, until that is withdrawn; packing is seeing', async () => {
    for (const told of [
      made()
        .ended('destroying', { epcs: [UNIT], place: PLANT })
        .seen('stocking', { epcs: [UNIT], place: PLANT }),
      made()
        .ended('destroying', { epcs: [UNIT], place: PLANT })
        .packed({ parent: PALLET, children: [UNIT], place: PLANT }),
    ]) {
      expect(await objections(told.facts)).toEqual([`seen_after_end, ${UNIT}, by ${MAKER}, proof 2+3`]);
      expect(await objections(withdrawn(told, 1))).toEqual([]);
    }
  });

  it('seen elsewhere is an unrecorded_transfer, until its shipment is captured; the last seller is told, too', async () => {
    for (const step of ['stocking', 'retail_selling', 'destroying']) {
      const told = made().seen(step, { epcs: [UNIT], place: STORE }, SHOP);
      expect(await objections(told.facts)).toEqual([`unrecorded_transfer, ${UNIT}, by ${SHOP}, proof 1+2`]);
      told.seen('shipping', { epcs: [UNIT], place: PLANT, to: SHOP, eventTimeMicros: 1.5 * SECONDS });
      expect(await objections(told.facts)).toEqual([]);
    }
  });

  it('found elsewhere than shipped is an unrecorded_transfer; a shipment to nobody named explains it', async () => {
    const shipped = (to: string | undefined): Telling =>
      made()
        .seen('shipping', { epcs: [UNIT], place: PLANT, ...(to === undefined ? {} : { to }) })
        .seen('stocking', { epcs: [UNIT], place: MARKET }, OTHER);
    expect(await objections(shipped(SHOP).facts)).toEqual([`unrecorded_transfer, ${UNIT}, by ${OTHER}, proof 2+3`]);
    expect(await objections(shipped(undefined).facts)).toEqual([]);
  });

  it('received from nobody is an unmatched_receipt of one, until its shipment is captured', async () => {
    const told = made().seen('receiving', { epcs: [UNIT], place: STORE }, SHOP);
    expect(await objections(told.facts)).toEqual([`unmatched_receipt, ${UNIT}, by ${SHOP}, proof 1+2, 1 EA`]);
    told.seen('shipping', { epcs: [UNIT], place: PLANT, to: SHOP, eventTimeMicros: 1.5 * SECONDS });
    expect(await objections(told.facts)).toEqual([]);
  });

  it('of two lots is a lot_conflict, until one claim is withdrawn', async () => {
    const told = made().seen('inspecting', { epcs: [{ key: UNIT, lotKey: `${LOT}X` }], place: PLANT });
    expect(await objections(told.facts)).toEqual([`lot_conflict, ${UNIT}, by ${MAKER}, proof 1+2`]);
    expect(await objections(withdrawn(told))).toEqual([]);
  });
});

describe('A container', () => {
  const packed = (): Telling => made().packed({ parent: PALLET, children: [UNIT], place: PLANT });

  it('whose content is packed or sold elsewhere misses an unpack, until that is captured', async () => {
    for (const told of [
      packed().packed({ parent: TOTE, children: [UNIT], place: PLANT }),
      packed().seen('retail_selling', { epcs: [UNIT], place: PLANT }),
      packed().seen('shipping', { epcs: [UNIT], place: PLANT, to: SHOP }),
      packed().seen('receiving', { epcs: [UNIT], place: PLANT }),
    ]) {
      expect(await objections(told.facts)).toEqual([`missing_unpack, ${UNIT}, by ${MAKER}, proof 2+3`]);
      told.unpacked({ parent: PALLET, children: [UNIT], place: PLANT, eventTimeMicros: 2.5 * SECONDS });
      expect(await objections(told.facts)).toEqual([]);
    }
  });

  it('unpacked of what was never packed is an unpack_without_pack, until the packing is captured', async () => {
    const told = made().unpacked({ parent: PALLET, children: [UNIT], place: PLANT });
    expect(await objections(told.facts)).toEqual([`unpack_without_pack, ${UNIT}, by ${MAKER}, proof 2`]);
    told.packed({ parent: PALLET, children: [UNIT], place: PLANT, eventTimeMicros: 1.5 * SECONDS });
    expect(await objections(told.facts)).toEqual([]);
  });

  it('unpacked of more than was in it says how much', async () => {
    const some = (quantity: number): object => ({ parent: PALLET, childQuantities: [{ key: LOT, quantity }], place: PLANT });
    const told = story()
      .made({ quantities: [{ key: LOT, quantity: 9 }], place: PLANT })
      .packed(some(5))
      .unpacked(some(7));
    expect(await objections(told.facts)).toEqual([`unpack_without_pack, ${LOT}, by ${MAKER}, proof 3, 2 EA`]);
    told.packed({ ...some(2), eventTimeMicros: 2.5 * SECONDS });
    expect(await objections(told.facts)).toEqual([]);
  });

  it('inside its own content is a containment_cycle, broken at the later event, until the unpacking between is captured', async () => {
    const told = story()
      .packed({ parent: PALLET, children: [TOTE], place: PLANT })
      .packed({ parent: TOTE, children: [PALLET], place: PLANT });
    expect(await objections(told.facts)).toEqual([`containment_cycle, ${PALLET}, by ${MAKER}, proof 1+2`]);
    told.unpacked({ parent: PALLET, children: [TOTE], place: PLANT, eventTimeMicros: 1.5 * SECONDS });
    expect(await objections(told.facts)).toEqual([]);
  });
});

describe('A lot', () => {
  const tenMade = (): Telling => story().made({ quantities: [{ key: LOT, quantity: 10 }], place: PLANT });

  it('of which more left than there was is overdrawn, until what was missing is captured', async () => {
    const told = tenMade().seen('retail_selling', { quantities: [{ key: LOT, quantity: 12 }], place: PLANT });
    expect(await objections(told.facts)).toEqual([`overdraw, ${LOT}, by ${MAKER}, proof 2, 2 EA`]);
    told.made({ quantities: [{ key: LOT, quantity: 2 }], place: PLANT });
    expect(await objections(told.facts)).toEqual([]);
  });

  it('is netted over the places of a party: what it moved between them unrecorded is no overdraw', async () => {
    const told = tenMade().seen('retail_selling', { quantities: [{ key: LOT, quantity: 4 }], place: `${PLANT}/254/gate` });
    expect(await objections(told.facts)).toEqual([]);
  });

  it('of which more came than was sent is an unmatched_receipt, until the shipment is captured', async () => {
    const some = { quantities: [{ key: LOT, quantity: 4 }] };
    const told = tenMade().seen('receiving', { ...some, place: STORE }, SHOP);
    expect(await objections(told.facts)).toEqual([`unmatched_receipt, ${LOT}, by ${SHOP}, proof 2, 4 EA`]);
    told.seen('shipping', { ...some, place: PLANT, to: SHOP, eventTimeMicros: 1.5 * SECONDS });
    expect(await objections(told.facts)).toEqual([]);
  });

  it('on its way for more than fourteen days was never_received, until it arrives; units count with their lot', async () => {
    const told = story()
      .made({ epcs: [UNIT, SECOND], place: PLANT, lotNumber: 'L1' })
      .seen('shipping', { epcs: [UNIT, SECOND], place: PLANT, to: SHOP });
    expect(await objections(told.facts, 14 * DAYS)).toEqual([]);
    expect(await objections(told.facts, 15 * DAYS)).toEqual([`never_received, ${LOT}, by ${MAKER}, proof 2, 2 EA`]);
    told.seen('receiving', { epcs: [UNIT, SECOND], place: STORE, eventTimeMicros: 16 * DAYS }, SHOP);
    expect(await objections(told.facts, 17 * DAYS)).toEqual([]);
  });
});

describe('An event', () => {
  it('dated later than now is an event_in_future for all that it names, until its time comes', async () => {
    const told = story().made({ epcs: [UNIT], quantities: [{ key: LOT, quantity: 3 }], place: PLANT, eventTimeMicros: 9 * DAYS });
    expect(await objections(told.facts)).toEqual([
      `event_in_future, ${LOT}, by ${MAKER}, proof 1`,
      `event_in_future, ${UNIT}, by ${MAKER}, proof 1`,
    ]);
    expect(await objections(told.facts, 9 * DAYS)).toEqual([]);
  });
});
