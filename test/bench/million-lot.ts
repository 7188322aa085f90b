import { at, Event, EventClock, place, range, seen, sscc, uri, withCheckDigit } from './bench-events';

export const PRODUCT = withCheckDigit('0950600000888');
const SUB_ASSEMBLY = withCheckDigit('0950600000887');
const COMPONENT = withCheckDigit('0950600000886');
const BACKGROUND = withCheckDigit('0950600000885');
export const LOT = `01/${PRODUCT}/10/L1`;
/** Two transformations upstream of the lot. */
export const COMPONENT_LOT = `01/${COMPONENT}/10/C1`;

const UNITS_PER_CASE = 50;
const CASES_PER_PALLET = 40;
const CASES_PER_SHOP = 10;
const SOLD_PER_SHOP = 300;
const CENTRES = 20;
/** Transformations that made the lot, one a shift. */
const SHIFTS = 20;

const FACTORY = place(4, 0);
const centre = (index: number): string => place(5, index);
const shop = (index: number): string => place(6, index);
export const unit = (index: number): string => `01/${PRODUCT}/21/${1_000_000_000 + index}`;

/** What the questions about the lot must answer. */
export interface LotTruth {
  readonly units: number;
  readonly shops: number;
  readonly heldPerShop: number;
  readonly soldPerShop: number;
}

export function truthOf(units: number): LotTruth {
  const perShop = UNITS_PER_CASE * CASES_PER_SHOP;
  return { units, shops: units / perShop, heldPerShop: perShop - SOLD_PER_SHOP, soldPerShop: SOLD_PER_SHOP };
}

/**
 * The life of one lot: made in transformations from a sub-assembly that was made from a component, packed in cases on
 * pallets, shipped over centres to shops, unpacked there, and 60 % sold one by one. In order of time.
 */
export function* lotEvents(units: number): Generator<Event> {
  const cases = units / UNITS_PER_CASE;
  const pallets = cases / CASES_PER_PALLET;
  const shops = cases / CASES_PER_SHOP;
  const clock = new EventClock();
  yield clock.stamp({
    type: 'ObjectEvent',
    action: 'ADD',
    bizStep: 'commissioning',
    quantityList: [{ epcClass: uri(COMPONENT_LOT), quantity: units }],
    ...at(FACTORY),
  });
  yield clock.stamp({
    type: 'TransformationEvent',
    inputQuantityList: [{ epcClass: uri(COMPONENT_LOT), quantity: units }],
    outputQuantityList: [{ epcClass: uri(`01/${SUB_ASSEMBLY}/10/S1`), quantity: units }],
    ...at(FACTORY),
  });
  for (let box = 0; box < cases; box++) {
    yield clock.stamp({
      type: 'TransformationEvent',
      transformationID: `urn:uuid:00000000-0000-4000-8000-${String(box % SHIFTS).padStart(12, '0')}`,
      inputQuantityList: [{ epcClass: uri(`01/${SUB_ASSEMBLY}/10/S1`), quantity: UNITS_PER_CASE }],
      outputEPCList: unitsOf(box),
      ilmd: { 'cbvmda:lotNumber': 'L1' },
      ...at(FACTORY),
    });
    yield clock.stamp({
      type: 'AggregationEvent',
      action: 'ADD',
      bizStep: 'packing',
      parentID: uri(sscc(1, box)),
      childEPCs: unitsOf(box),
      ...at(FACTORY),
    });
  }
  for (let pallet = 0; pallet < pallets; pallet++) {
    const boxes = range(pallet * CASES_PER_PALLET, CASES_PER_PALLET).map((box) => uri(sscc(1, box)));
    const id = uri(sscc(2, pallet));
    const to = centre(pallet % CENTRES);
    yield clock.stamp({
      type: 'AggregationEvent',
      action: 'ADD',
      bizStep: 'packing',
      parentID: id,
      childEPCs: boxes,
      ...at(FACTORY),
    });
    yield clock.stamp({ ...seen('shipping', [id], FACTORY), destinationList: [{ type: 'location', destination: uri(to) }] });
    yield clock.stamp(seen('receiving', [id], to));
    yield clock.stamp({
      type: 'AggregationEvent',
      action: 'DELETE',
      bizStep: 'unpacking',
      parentID: id,
      childEPCs: boxes,
      ...at(to),
    });
  }
  for (let index = 0; index < shops; index++) {
    const first = index * CASES_PER_SHOP;
    const boxes = range(first, CASES_PER_SHOP).map((box) => uri(sscc(1, box)));
    const from = centre(Math.floor(first / CASES_PER_PALLET) % CENTRES);
    yield clock.stamp({
      ...seen('shipping', boxes, from),
      destinationList: [{ type: 'location', destination: uri(shop(index)) }],
    });
    yield clock.stamp(seen('receiving', boxes, shop(index)));
    for (const parentID of boxes)
      yield clock.stamp({
        type: 'AggregationEvent',
        action: 'DELETE',
        bizStep: 'unpacking',
        parentID,
        childEPCs: [],
        ...at(shop(index)),
      });
  }
  for (let sold = 0; sold < SOLD_PER_SHOP; sold++) {
    for (let index = 0; index < shops; index++) {
      const item = index * CASES_PER_SHOP * UNITS_PER_CASE + sold;
      yield clock.stamp(seen('retail_selling', [uri(unit(item))], shop(index)));
    }
  }
}

/** Key of a lot of the other goods in the store: each has 100,000 units. */
export const backgroundLot = (number: number): string => `01/${BACKGROUND}/10/B${number}`;

/** Other goods in the store: made, packed and shipped, ten serials to an event. */
export function* backgroundEvents(units: number, firstUnit: number): Generator<Event> {
  const clock = new EventClock();
  for (let first = firstUnit; first < firstUnit + units; first += 10) {
    const epcList = range(first, 10).map((index) => uri(`01/${BACKGROUND}/21/${1_000_000_000 + index}`));
    const to = centre(Math.floor(first / 10) % CENTRES);
    const lot = `B${Math.floor(first / 100_000)}`;
    yield clock.stamp({
      type: 'ObjectEvent',
      action: 'ADD',
      bizStep: 'commissioning',
      epcList,
      ilmd: { 'cbvmda:lotNumber': lot },
      ...at(FACTORY),
    });
    yield clock.stamp({ ...seen('shipping', epcList, FACTORY), destinationList: [{ type: 'location', destination: uri(to) }] });
    yield clock.stamp(seen('receiving', epcList, to));
  }
}

const unitsOf = (box: number): string[] => range(box * UNITS_PER_CASE, UNITS_PER_CASE).map((index) => uri(unit(index)));
