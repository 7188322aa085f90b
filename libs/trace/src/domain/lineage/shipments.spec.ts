import { Telling } from '../../testing/telling';
import { Direction, graphOf } from './graph-answer';
import { MemorySource } from './memory-source';

const MAKER = '417/9506000000015';
const SHOP = '417/9506000000022';
const PLANT = '414/9506000000015';
const STORE = '414/9506000000022';
const NOBODYS = 'https://example.org/yard';
const UNIT = '01/09506000134352/21/1';
const LOT = '01/09506000134352/10/L1';
const OTHER_LOT = '01/09506000149301/10/L2';
const PALLET = '00/095060000000000015';

async function shipments(told: Telling, code: string, direction: Direction = 'forward'): Promise<string[]> {
  const graph = await graphOf(new MemorySource(told.facts, 1_000_000_000, new Map()), code, direction);
  const ends = graph.nodes.filter(({ kind }) => kind === 'party' || kind === 'place').map(({ id }) => id);
  return graph.edges
    .filter(({ kind }) => kind === 'ships')
    .map(({ from, to, product, quantity, uom, eventId, certainty }) => {
      expect(ends).toEqual(expect.arrayContaining([from, to]));
      return `${from} → ${to} ${product} ${quantity ?? 'some'} ${uom} ${eventId} ${certainty}`;
    });
}

const some = (quantity?: number): object => ({
  quantities: [{ key: LOT, ...(quantity === undefined ? {} : { quantity, uom: 'KGM' }) }],
});

describe('A shipment in the graph', () => {
  it('leads from who sent the goods to whom they were sent, by the event that sent them, once', async () => {
    const told = new Telling(MAKER)
      .made({ ...some(10), place: PLANT })
      .seen('shipping', { ...some(4), place: PLANT, from: MAKER, to: SHOP })
      .seen('departing', { ...some(4), place: PLANT, from: MAKER, to: SHOP })
      .seen('receiving', { ...some(4), place: STORE, from: MAKER, to: SHOP });
    expect(await shipments(told, LOT)).toEqual([`${MAKER} → ${SHOP} ${LOT} 4 KGM urn:event:0002 certain`]);
  });

  it('is that of the container for what is inside it', async () => {
    const told = new Telling(MAKER)
      .made({ epcs: [{ key: UNIT, lotKey: LOT }], place: PLANT })
      .packed({ parent: PALLET, children: [UNIT], place: PLANT })
      .seen('shipping', { epcs: [PALLET], place: PLANT, to: SHOP });
    const expected = [`${MAKER} → ${SHOP} ${LOT} 1 EA urn:event:0003 certain`];
    expect(await shipments(told, UNIT)).toEqual(expected);
    expect(await shipments(told, LOT)).toEqual(expected);
  });

  it('that names nobody is told by who received it', async () => {
    const told = new Telling(MAKER)
      .made({ epcs: [{ key: UNIT, lotKey: LOT }], place: PLANT })
      .seen('shipping', { epcs: [UNIT], place: PLANT });
    expect(await shipments(told, LOT)).toEqual([]);
    told.seen('receiving', { epcs: [UNIT], place: STORE });
    expect(await shipments(told, LOT)).toEqual([`${MAKER} → ${SHOP} ${LOT} 1 EA urn:event:0003 certain`]);
  });

  it('begins at a place of which nobody says whose it is', async () => {
    const told = new Telling(null)
      .made({ ...some(5), place: NOBODYS })
      .seen('shipping', { ...some(5), place: NOBODYS, to: SHOP });
    expect(await shipments(told, LOT)).toEqual([`${NOBODYS} → ${SHOP} ${LOT} 5 KGM urn:event:0002 certain`]);
  });

  it('of some goods, nobody says how many, is possible', async () => {
    const told = new Telling(MAKER).made({ ...some(), place: PLANT }).seen('shipping', { ...some(), place: PLANT, to: SHOP });
    expect(await shipments(told, LOT)).toEqual([`${MAKER} → ${SHOP} ${LOT} some EA urn:event:0002 possible`]);
  });

  it('of what was made of the goods comes with them; backward, only those of the goods asked for', async () => {
    const told = new Telling(MAKER)
      .made({ ...some(5), place: PLANT })
      .seen('shipping', { ...some(2), place: PLANT, to: SHOP })
      .transformed({
        inputQuantities: [{ key: LOT, quantity: 3, uom: 'KGM' }],
        outputQuantities: [{ key: OTHER_LOT, quantity: 1 }],
        place: PLANT,
      })
      .seen('shipping', { quantities: [{ key: OTHER_LOT, quantity: 1 }], place: PLANT, to: SHOP });
    const later = `${MAKER} → ${SHOP} ${OTHER_LOT} 1 EA urn:event:0004 certain`;
    expect(await shipments(told, LOT)).toEqual([`${MAKER} → ${SHOP} ${LOT} 2 KGM urn:event:0002 certain`, later]);
    expect(await shipments(told, OTHER_LOT, 'backward')).toEqual([later]);
  });
});
