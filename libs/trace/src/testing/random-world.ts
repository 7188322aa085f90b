import { CanonicalEvent, ClassQuantity, Item } from '@suyuan/epcis';
import fc from 'fast-check';
import { Fact } from '../domain/facts/fact';

const GTINS = ['09506000134352', '09506000149301'] as const;
const LOTS = ['L1', 'L2'] as const;
const SERIALS = ['1', '2', '3', '4'] as const;
const PLACES = ['414/9506000000015', '414/9506000000022', '414/9506000000022/254/dock', 'https://example.org/yard'] as const;
const PARTIES = ['417/9506000000015', '417/9506000000022', '417/9506000000039'] as const;
const CONTAINERS = ['00/095060000000000015', '00/095060000000000022', '8003/09506000111001R1'] as const;

const gtin = fc.constantFrom(...GTINS);
const lotKeyOf = (g: string, lot: string): string => `01/${g}/10/${lot}`;
const item: fc.Arbitrary<Item> = fc
  .tuple(gtin, fc.constantFrom(...SERIALS), fc.option(fc.constantFrom(...LOTS), { freq: 5 }))
  .map(([g, serial, lot]) => ({ key: `01/${g}/21/${serial}`, ...(lot === null ? {} : { lotKey: lotKeyOf(g, lot) }) }));
const container: fc.Arbitrary<Item> = fc.constantFrom(...CONTAINERS).map((key) => ({ key }));
const thing = fc.oneof({ weight: 3, arbitrary: item }, { weight: 2, arbitrary: container });
const things = fc.uniqueArray(thing, { minLength: 1, maxLength: 3, selector: ({ key }) => key });
const quantity: fc.Arbitrary<ClassQuantity> = fc
  .tuple(
    gtin,
    fc.option(fc.constantFrom(...LOTS), { freq: 4 }),
    fc.option(fc.constantFrom(1, 2, 5, 0.5), { freq: 9 }),
    fc.constantFrom(undefined, undefined, 'KGM', 'GRM', 'C62'),
  )
  .map(([g, lot, amount, uom]) => ({
    key: lot === null ? `01/${g}` : lotKeyOf(g, lot),
    ...(amount === null ? {} : { quantity: amount }),
    ...(uom === undefined ? {} : { uom }),
  }));
const quantities = fc.array(quantity, { maxLength: 2 });
const place = fc.option(fc.constantFrom(...PLACES), { freq: 4, nil: undefined });
const ends = fc.oneof(
  { weight: 3, arbitrary: fc.constant([]) },
  { weight: 2, arbitrary: fc.constantFrom(...PARTIES).map((key) => [{ type: 'possessing_party', key }]) },
  { weight: 1, arbitrary: fc.constantFrom(...PLACES).map((key) => [{ type: 'location', key }]) },
);
const STEPS = [
  'commissioning',
  'shipping',
  'departing',
  'receiving',
  'arriving',
  'void_shipping',
  'retail_selling',
  'storing',
  'loading',
  'inspecting',
  'destroying',
  'decommissioning',
  undefined,
] as const;

/** Members may be undefined here; `stripped` leaves those out. */
type Draft = { [Name in keyof CanonicalEvent]?: CanonicalEvent[Name] | undefined };
const where = { readPoint: place, bizLocation: place };

const objectEvent: fc.Arbitrary<Draft> = fc.record({
  type: fc.constant('ObjectEvent' as const),
  action: fc.constantFrom('ADD' as const, 'OBSERVE' as const, 'OBSERVE' as const, 'OBSERVE' as const, 'DELETE' as const),
  bizStep: fc.constantFrom(...STEPS),
  epcs: fc.oneof(things, things, fc.constant([])),
  quantities,
  sources: ends,
  destinations: ends,
  lotNumber: fc.option(fc.constantFrom(...LOTS), { nil: undefined }),
  disposition: fc.constantFrom(undefined, undefined, 'returned'),
  ...where,
});
const packingEvent: fc.Arbitrary<Draft> = fc.record({
  type: fc.constantFrom('AggregationEvent' as const, 'AssociationEvent' as const),
  action: fc.constantFrom('ADD' as const, 'ADD' as const, 'OBSERVE' as const, 'DELETE' as const),
  bizStep: fc.constantFrom('packing', 'unpacking', 'shipping', undefined),
  parent: fc.oneof({ weight: 4, arbitrary: container }, { weight: 1, arbitrary: item }),
  children: fc.oneof(things, things, fc.constant([])),
  childQuantities: fc.oneof(fc.constant([]), fc.constant([]), quantities),
  ...where,
});
const transformation: fc.Arbitrary<Draft> = fc.record({
  type: fc.constant('TransformationEvent' as const),
  inputs: fc.oneof(things, fc.constant([])),
  inputQuantities: quantities,
  outputs: fc.oneof(fc.array(item, { maxLength: 2 }), fc.constant([])),
  outputQuantities: quantities,
  transformationId: fc.option(fc.constantFrom('urn:t:1', 'urn:t:2'), { nil: undefined }),
  lotNumber: fc.option(fc.constantFrom(...LOTS), { nil: undefined }),
  ...where,
});
const draft = (transformations: number): fc.Arbitrary<Draft> =>
  fc.oneof(
    { weight: 5, arbitrary: objectEvent },
    { weight: 4, arbitrary: packingEvent },
    { weight: transformations, arbitrary: transformation },
  );

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

/**
 * Few goods, few places, few instants: everything meets everything, in every contradiction the vocabulary can say.
 * @param transformations how many there are to nine other events
 */
export function arbitraryFacts(most: number, { transformations = 1 } = {}): fc.Arbitrary<Fact[]> {
  const one = fc.tuple(
    draft(transformations),
    fc.integer({ min: 1, max: 8 }),
    fc.option(fc.constantFrom(...PARTIES)),
    fc.boolean(),
  );
  const voids = fc.array(fc.tuple(fc.nat(), fc.option(fc.constantFrom(...PARTIES)), fc.boolean()), { maxLength: 2 });
  return fc.tuple(fc.array(one, { minLength: 1, maxLength: most }), voids).map(([drafts, declared]) => {
    const facts = drafts.map(([event, time, capturingParty, byAuthority], index): Fact => {
      const full = {
        ...EMPTY,
        ...stripped(event),
        eventId: `urn:event:${String(index).padStart(3, '0')}`,
        eventTimeMicros: time * 1_000_000,
      } as CanonicalEvent;
      return { position: 0, recordTimeMicros: 0, event: full, declaration: false, capturingParty, byAuthority };
    });
    const declarations = declared.map(([which, capturingParty, byAuthority]): Fact => {
      const original = facts[which % facts.length] as Fact;
      return {
        ...original,
        declaration: true,
        capturingParty: byAuthority ? original.capturingParty : capturingParty,
        byAuthority,
      };
    });
    return [...facts, ...declarations];
  });
}

/**
 * The same world with some serials by twos and threes: wherever one is named, others are named beside it, and nothing
 * tells them apart. Serials that contain others stay alone.
 * @param sizes of how many serials each becomes, in order of serial
 */
export function withAlikes(facts: readonly Fact[], sizes: readonly number[]): Fact[] {
  const parents = new Set(facts.map(({ event }) => event.parent?.key));
  const alikesOf = (item: Item): Item[] => {
    const serial = item.key.split('/21/')[1];
    const size = serial === undefined || parents.has(item.key) ? 1 : (sizes[Number(serial) % sizes.length] ?? 1);
    return ['', 'b', 'c'].slice(0, size).map((rest) => ({ ...item, key: item.key + rest }));
  };
  return facts.map((fact) => {
    const { epcs, children, inputs, outputs } = fact.event;
    const lists = {
      epcs: epcs.flatMap(alikesOf),
      children: children.flatMap(alikesOf),
      inputs: inputs.flatMap(alikesOf),
      outputs: outputs.flatMap(alikesOf),
    };
    return { ...fact, event: { ...fact.event, ...lists } };
  });
}

/** The same facts as captured in a given order. */
export function capturedInOrder(facts: readonly Fact[], order: readonly number[]): Fact[] {
  return order.map((which, index) => ({ ...(facts[which] as Fact), position: index + 1, recordTimeMicros: index + 1 }));
}

function stripped(event: Draft): Partial<CanonicalEvent> {
  return Object.fromEntries(Object.entries(event).filter(([, value]) => value !== undefined)) as Partial<CanonicalEvent>;
}

/** Every code that such a world can be asked about. */
export const CODES: readonly string[] = [
  ...GTINS.flatMap((g) => [
    `01/${g}`,
    ...LOTS.map((lot) => lotKeyOf(g, lot)),
    ...SERIALS.map((serial) => `01/${g}/21/${serial}`),
  ]),
  ...CONTAINERS,
];

/** The same worlds in every run, so that a change is judged and not the dice; SUYUAN_TEST_SEED asks for others. */
export function worldSeed(): number {
  return Number(process.env['SUYUAN_TEST_SEED'] ?? 20_261_123);
}
