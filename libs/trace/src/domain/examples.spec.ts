import { Telling } from '../testing/telling';
import { balanceOf } from './lineage/balance';
import { graphOf } from './lineage/graph-answer';
import { MemorySource } from './lineage/memory-source';

const MAKER = '417/9506000000015';
const SHOP = '417/9506000000022';
const OTHER = '417/9506000000039';
const PLANT = '414/9506000000015';
const DOCK = '414/9506000000015/254/dock';
const STORE = '414/9506000000022';
const UNIT = '01/09506000134352/21/1';
const LOT = '01/09506000134352/10/L1';
const CLASS = '01/09506000134352';
const WHOLE = '01/09506000149301/21/9';
const PALLET = '00/095060000000000015';
const TOTE = '8003/09506000111001R1';

const story = (): Telling => new Telling(MAKER);
const known = ({ facts }: Telling): MemorySource => new MemorySource(facts, 1_000_000_000, new Map());
const stateOf = async (told: Telling, key: string): Promise<unknown> => {
  const [state] = await known(told).things([key]);
  return state === undefined ? undefined : { ...state.effective, containers: state.containers };
};
const balance = async (told: Telling, key: string): Promise<string[]> =>
  (await balanceOf(known(told), key)).map(
    ({ account, party, place, from, quantity }) =>
      `${account} ${party ?? '?'}@${place ?? '?'}${from ? ` from ${from}` : ''} ${quantity}`,
  );
const exceptions = async (told: Telling): Promise<string[]> =>
  (await known(told).exceptions({})).map(({ type, key }) => `${type} ${key}`).sort();
const heldAt = (party: string, place: string | null): object => ({ state: 'held', party, place });

describe('A decommissioned pallet', () => {
  const packed = (): Telling =>
    story()
      .made({ epcs: [UNIT], place: PLANT })
      .packed({ parent: PALLET, children: [UNIT], place: PLANT });

  it.each([
    ['where it is decommissioned', { place: PLANT }],
    ['where the pallet was, when the event names no place', {}],
  ])('lets its contents go %s, whatever the action', async (_, where) => {
    for (const told of [
      packed().seen('decommissioning', { epcs: [PALLET], ...where }),
      packed().ended('decommissioning', { epcs: [PALLET], ...where }),
    ]) {
      expect(await stateOf(told, UNIT)).toMatchObject({ ...heldAt(MAKER, PLANT), containers: [] });
      expect(await stateOf(told, PALLET)).toMatchObject({ state: 'decommissioned', party: MAKER });
      expect(await exceptions(told)).toContain(`missing_unpack ${UNIT}`);
    }
  });

  it('lets them go where it leaves: at the read point', async () => {
    const told = packed().ended('decommissioning', { epcs: [PALLET], readPoint: DOCK, bizLocation: STORE });
    expect(await stateOf(told, UNIT)).toMatchObject(heldAt(MAKER, DOCK));
  });

  it('does not save what is listed beside it', async () => {
    const told = packed().ended('decommissioning', { epcs: [PALLET, UNIT], place: PLANT });
    expect(await stateOf(told, UNIT)).toMatchObject({ state: 'decommissioned', containers: [] });
  });

  it('lets them go when an aggregation event says it', async () => {
    const told = packed().unpacked({
      bizStep: 'decommissioning',
      action: 'OBSERVE',
      parent: PALLET,
      children: [UNIT],
      place: PLANT,
    });
    expect(await stateOf(told, UNIT)).toMatchObject({ ...heldAt(MAKER, PLANT), containers: [] });
  });
});

describe('Goods sent on before their receipt was recorded', () => {
  it('are in one place only', async () => {
    const told = story()
      .made({ epcs: [UNIT], place: PLANT, lotNumber: 'L1' })
      .seen('shipping', { epcs: [UNIT], place: PLANT, to: SHOP })
      .seen('shipping', { epcs: [UNIT], place: STORE, to: OTHER }, SHOP);
    expect(await balance(told, LOT)).toEqual([`created ${MAKER}@${PLANT} -1`, `in_transit ${OTHER}@? from ${SHOP} 1`]);
  });
});

describe('A creation', () => {
  it('is noted for what it lists inside a listed container, too; it stays inside', async () => {
    const told = story()
      .packed({ parent: PALLET, children: [UNIT], place: PLANT })
      .made({ epcs: [PALLET, UNIT], place: DOCK, eventTimeMicros: 5_000_000 });
    const [unit] = await known(told).things([UNIT]);
    expect(unit).toMatchObject({ creationEventId: 'urn:event:0002', createdPlace: DOCK, containers: [PALLET] });
    expect(await exceptions(told)).toEqual([]);
    expect(await balance(told, UNIT)).toEqual([`created ${MAKER}@${DOCK} -1`, `held ${MAKER}@${DOCK} 1`]);
  });

  it('gives the goods their origin where they were made, though they were seen before', async () => {
    const told = story()
      .seen('inspecting', { epcs: [UNIT], place: STORE, eventTimeMicros: 1 })
      .made({ epcs: [UNIT], place: PLANT, eventTimeMicros: 2 });
    expect(await balance(told, UNIT)).toEqual([`created ${MAKER}@${PLANT} -1`, `held ${MAKER}@${PLANT} 1`]);
  });

  it('counts a bare class beside serials on its own: only a lot names the serials', async () => {
    const quantities = [
      { key: CLASS, quantity: 1 },
      { key: LOT, quantity: 1 },
    ];
    const told = story().made({ epcs: [UNIT], quantities, place: PLANT });
    expect(await balance(told, CLASS)).toEqual([
      `created ${MAKER}@${PLANT} -1`,
      `held ${MAKER}@${PLANT} 1`,
      `created ${MAKER}@${PLANT} -1`,
      `held ${MAKER}@${PLANT} 1`,
    ]);
    const withLot = story().made({ epcs: [UNIT], quantities: [{ key: CLASS, quantity: 1 }], lotNumber: 'L1', place: PLANT });
    expect(await balance(withLot, CLASS)).toEqual([`created ${MAKER}@${PLANT} -1`, `held ${MAKER}@${PLANT} 1`]);
  });

  it('with a destroying step comes last of its instant', async () => {
    const at = { eventTimeMicros: 7 };
    const told = story()
      .made({ epcs: [UNIT], place: PLANT, bizStep: 'destroying', ...at })
      .seen('retail_selling', { epcs: [UNIT], place: STORE, ...at });
    expect(await stateOf(told, UNIT)).toMatchObject(heldAt(MAKER, PLANT));
    expect(await exceptions(told)).toContain(`seen_after_sale ${UNIT}`);
  });
});

describe('Packing for dispatch', () => {
  it('takes quantities out of the stock of the place that they leave', async () => {
    const told = story()
      .made({ quantities: [{ key: LOT, quantity: 5 }], place: DOCK })
      .packed({
        bizStep: 'shipping',
        parent: PALLET,
        childQuantities: [{ key: LOT, quantity: 5 }],
        readPoint: DOCK,
        bizLocation: STORE,
        to: SHOP,
      });
    expect(await balance(told, LOT)).toEqual([`created ${MAKER}@${DOCK} -5`, `in_transit ${SHOP}@? from ${MAKER} 5`]);
  });
});

describe('A unit in a tote on a pallet', () => {
  const nested = (): Telling =>
    story()
      .made({ epcs: [UNIT], place: PLANT })
      .packed({ parent: TOTE, children: [UNIT], place: PLANT })
      .packed({ parent: PALLET, children: [TOTE], place: PLANT });

  it('stays in the tote when the pallet is scanned as a whole', async () => {
    for (const action of ['ADD', 'OBSERVE'] as const) {
      const told = nested().packed({ action, parent: PALLET, children: [UNIT], place: PLANT });
      expect(await stateOf(told, UNIT)).toMatchObject({ containers: [TOTE, PALLET] });
      expect(await exceptions(told)).toEqual([]);
    }
  });
});

describe('Unpacking', () => {
  const nested = (): Telling =>
    story()
      .packed({ parent: TOTE, children: [UNIT], place: PLANT })
      .packed({ parent: PALLET, children: [TOTE], place: PLANT });

  it('leaves a unit in its tote when both are listed', async () => {
    const told = nested().unpacked({ parent: PALLET, children: [UNIT, TOTE], place: STORE });
    expect(await stateOf(told, UNIT)).toMatchObject({ ...heldAt(SHOP, STORE), containers: [TOTE] });
  });

  it('takes a unit out at any depth when it alone is listed', async () => {
    const told = nested().unpacked({ parent: PALLET, children: [UNIT], place: STORE });
    expect(await stateOf(told, UNIT)).toMatchObject({ ...heldAt(SHOP, STORE), containers: [] });
    expect(await stateOf(told, TOTE)).toMatchObject({ containers: [PALLET] });
  });
});

describe('A thing that goes into a transformation and comes out of it', () => {
  it('is only reworked, and has in it what was put in', async () => {
    const told = story()
      .made({ epcs: [UNIT, WHOLE], place: PLANT })
      .transformed({ inputs: [WHOLE, UNIT], outputs: [WHOLE], place: PLANT });
    expect(await stateOf(told, WHOLE)).toMatchObject(heldAt(MAKER, PLANT));
    expect(await stateOf(told, UNIT)).toMatchObject({ state: 'consumed' });
    expect(await exceptions(told)).toEqual([]);
    expect((await graphOf(known(told), UNIT, 'forward')).nodes.map(({ id }) => id)).toContain(WHOLE);
    expect((await graphOf(known(told), WHOLE, 'backward')).nodes.map(({ id }) => id)).toContain(UNIT);
  });

  it('still belongs to its lot: a recall of what the lot was made from reaches it', async () => {
    const told = story()
      .transformed({
        inputQuantities: [{ key: '01/09506000149301/10/M', quantity: 1 }],
        outputQuantities: [{ key: LOT, quantity: 5 }],
        place: PLANT,
      })
      .made({ epcs: [UNIT], lotNumber: 'L1', place: PLANT })
      .transformed({
        inputs: [UNIT],
        inputQuantities: [{ key: '01/09506000149301/10/N', quantity: 1 }],
        outputs: [UNIT],
        place: PLANT,
      });
    for (const lot of ['M', 'N']) {
      const forward = await graphOf(known(told), `01/09506000149301/10/${lot}`, 'forward');
      expect(forward.nodes.map(({ id }) => id)).toContain(UNIT);
      expect((await graphOf(known(told), UNIT, 'backward')).nodes.map(({ id }) => id)).toContain(`01/09506000149301/10/${lot}`);
    }
  });

  it('does not keep what it contains from being used up, when that is listed as an input', async () => {
    const packed = (): Telling =>
      story()
        .made({ epcs: [UNIT], place: PLANT })
        .packed({ parent: TOTE, children: [UNIT], place: PLANT });
    const listed = packed().transformed({ inputs: [TOTE, UNIT], outputs: [TOTE, WHOLE], place: PLANT });
    expect(await stateOf(listed, UNIT)).toMatchObject({ state: 'consumed', containers: [] });
    const unlisted = packed().transformed({ inputs: [TOTE], outputs: [TOTE, WHOLE], place: PLANT });
    expect(await stateOf(unlisted, UNIT)).toMatchObject({ ...heldAt(MAKER, PLANT), containers: [TOTE] });
  });
});
