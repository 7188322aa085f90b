import { CanonicalEvent, ClassQuantity } from '@suyuan/epcis';
import fc from 'fast-check';
import { containers, gtins, KIT, lots, parties, placeOf, places, serials } from './alphabet';
import { Told } from './telling';

/** An event without its id and time: `at` is an index into the world's times. */
export interface Said {
  readonly type: CanonicalEvent['type'];
  readonly at: number;
  readonly told: Told;
}

type Loose = { [Name in keyof Told]?: Told[Name] | undefined };
const said = (type: CanonicalEvent['type'], at: number, told: Loose): Said => ({
  type,
  at,
  told: Object.fromEntries(Object.entries(told).filter(([, value]) => value !== undefined)) as Told,
});
const object = (action: 'ADD' | 'OBSERVE' | 'DELETE', bizStep: string, at: number, told: Loose): Said =>
  said('ObjectEvent', at, { action, bizStep, ...told });
const packing = (action: 'ADD' | 'OBSERVE' | 'DELETE', at: number, told: Loose): Said =>
  said('AggregationEvent', at, { action, bizStep: action === 'DELETE' ? 'unpacking' : 'packing', ...told });

const pick = <Value>(values: readonly Value[]): fc.Arbitrary<Value> => fc.constantFrom(...values);
const maybe = <Value>(arbitrary: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> =>
  fc.option(arbitrary, { nil: undefined });
const few = <Value>(arbitrary: fc.Arbitrary<Value>, minLength = 0, maxLength = 3): fc.Arbitrary<Value[]> =>
  fc.uniqueArray(arbitrary, { minLength, maxLength, selector: (value) => JSON.stringify(value) });

const amount: fc.Arbitrary<Pick<ClassQuantity, 'quantity' | 'uom'>> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ quantity: pick([1, 2, 5, 10]) }) },
  {
    weight: 2,
    arbitrary: pick([
      { quantity: 2.5, uom: 'KGM' },
      { quantity: 500, uom: 'GRM' },
      { quantity: 3, uom: 'C62' },
    ]),
  },
  { weight: 1, arbitrary: fc.constant({}) },
);
const quantity: fc.Arbitrary<ClassQuantity> = fc
  .tuple(fc.oneof({ weight: 5, arbitrary: pick(lots) }, { weight: 1, arbitrary: pick(gtins) }), amount)
  .map(([key, given]) => ({ key, ...given }));
const thing = fc.oneof(
  { weight: 8, arbitrary: pick(serials) },
  { weight: 3, arbitrary: pick(containers) },
  { weight: 1, arbitrary: fc.constant(KIT) },
);

/** Units of a product, linked to a lot by ILMD, by an LGTIN beside them, by their spelling, late, or not at all. */
const production = fc
  .record({
    product: pick(gtins),
    names: few(pick(['1', '2', '3', '4']), 1, 4),
    lotName: pick(['A', 'B']),
    link: pick(['ilmd', 'beside', 'spelling', 'late', 'none', 'quantity', 'class with ilmd', 'class beside']),
    extra: amount,
    place: pick(places),
    at: fc.nat(3),
  })
  .map(({ product, names, lotName, link, extra, place, at }): Said[] => {
    const lot = `${product}/10/${lotName}`;
    const units = names.map((name) => `${product}/21/${name}`);
    const linked = units.map((key) => ({ key, lotKey: lot }));
    const made = (told: Loose): Said => object('ADD', 'commissioning', at, { place, ...told });
    switch (link) {
      case 'ilmd':
        return [made({ epcs: units, lotNumber: lotName })];
      case 'beside':
        return [made({ epcs: units, quantities: [{ key: lot, quantity: units.length }] })];
      case 'spelling':
        return [made({ epcs: linked })];
      case 'late':
        return [made({ epcs: units }), object('OBSERVE', 'inspecting', at + 1, { place, epcs: linked })];
      case 'none':
        return [made({ epcs: units })];
      case 'quantity':
        return [made({ quantities: [{ key: lot, ...extra }] })];
      case 'class with ilmd':
        return [made({ quantities: [{ key: product, ...extra }], lotNumber: lotName })];
      default:
        return [
          made({
            epcs: units,
            quantities: [
              { key: product, quantity: 2 },
              { key: lot, ...extra },
            ],
          }),
        ];
    }
  });

/** Packed, nested, shipped, sent on, received, broken up, sold, returned, the pallet used again: each may be left out. */
const delivery = fc
  .record({
    box: pick(containers),
    outer: pick(containers),
    children: few(pick(serials), 0, 3),
    childQuantities: few(quantity, 0, 1),
    quantities: few(quantity, 0, 1),
    route: fc.tuple(pick(parties), pick(parties), pick(parties)),
    at: fc.nat(3),
    named: fc.boolean(),
    sourced: fc.boolean(),
    all: fc.boolean(),
    steps: fc.subarray(['pack', 'nest', 'ship', 'depart', 'void', 'receive', 'on', 'unpack', 'sell', 'return', 'again', 'end']),
  })
  .map(({ box, outer, children, childQuantities, quantities, route, at, named, sourced, all, steps }): Said[] => {
    const [a, b, c] = route;
    const contents = { parent: box, children, childQuantities };
    const epcs = [steps.includes('nest') ? outer : box];
    const loose = { epcs: children, quantities };
    const from = sourced ? a : undefined;
    const to = named ? b : undefined;
    const made: Record<string, Said> = {
      pack: packing('ADD', at, { ...contents, place: placeOf(a) }),
      nest: packing('ADD', at, { parent: outer, children: outer === box ? [] : [box], place: placeOf(a) }),
      ship: object('OBSERVE', 'shipping', at, { epcs, quantities, place: placeOf(a), from, to }),
      depart: object('OBSERVE', 'departing', at + 1, { epcs, quantities, place: placeOf(a), from, to }),
      void: object('OBSERVE', 'void_shipping', at + 1, { epcs, quantities, place: placeOf(a) }),
      receive: object('OBSERVE', 'receiving', at + 1, { epcs, quantities, place: placeOf(b), from }),
      on: object('OBSERVE', 'shipping', at + 1, { epcs, quantities, place: placeOf(b), to: c }),
      unpack: packing('DELETE', at + 1, all ? { parent: box, place: placeOf(b) } : { ...contents, place: placeOf(b) }),
      sell: object('OBSERVE', 'retail_selling', at + 2, { ...loose, place: placeOf(b) }),
      return: object('OBSERVE', 'receiving', at + 3, { ...loose, place: placeOf(b), disposition: 'returned' }),
      again: packing('ADD', at + 2, { parent: box, children: children.slice(0, 1), place: placeOf(c) }),
      end: object('DELETE', all ? 'decommissioning' : 'destroying', at + 3, { epcs, place: placeOf(c) }),
    };
    return steps.flatMap((step) => made[step] ?? []);
  });

/** One transformation, in one event or in two that share its id: mixing, splitting, rework. */
const making = fc
  .record({
    inputs: few(thing, 0, 2),
    inputQuantities: few(quantity, 0, 2),
    outputs: few(pick(serials), 0, 2),
    outputQuantities: few(quantity, 0, 1),
    lotNumber: maybe(pick(['A', 'B'])),
    place: maybe(pick(places)),
    at: fc.nat(4),
    transformationId: maybe(pick(['https://making.example/1', 'https://making.example/2'])),
    split: fc.boolean(),
  })
  .map(({ inputs, inputQuantities, outputs, outputQuantities, lotNumber, place, at, transformationId, split }): Said[] => {
    const [used, made] = [
      { inputs, inputQuantities },
      { outputs, outputQuantities, lotNumber },
    ];
    const event = (later: number, told: Loose): Said =>
      said('TransformationEvent', at + later, { place, transformationId, ...told });
    return split ? [event(0, used), event(1, made)] : [event(0, { ...used, ...made })];
  });

/** Parts put into a product, some taken out again. */
const part = fc
  .record({
    parent: pick(serials),
    children: few(pick(serials), 0, 2),
    childQuantities: few(quantity, 0, 1),
    place: maybe(pick(places)),
    at: fc.nat(4),
    taken: fc.boolean(),
  })
  .map(({ at, taken, ...told }): Said[] => {
    const installed = said('AssociationEvent', at, { action: 'ADD', bizStep: 'installing', ...told });
    const removed = said('AssociationEvent', at + 1, { action: 'DELETE', bizStep: 'removing', ...told });
    return taken ? [installed, removed] : [installed];
  });

const STEPS = [
  ...'inspecting storing loading unloading transporting shipping consigning departing receiving accepting arriving'.split(' '),
  ...'void_shipping retail_selling dispensing destroying decommissioning'.split(' '),
  'https://steps.example/own',
  undefined,
];

/** Anything at all: what does not fit must be told, not refused. */
const noise = fc
  .record({
    type: pick(['ObjectEvent', 'ObjectEvent', 'AggregationEvent', 'AssociationEvent', 'TransactionEvent'] as const),
    action: pick(['ADD', 'OBSERVE', 'OBSERVE', 'DELETE'] as const),
    bizStep: pick(STEPS),
    disposition: maybe(pick(['returned', 'partially_dispensed', 'in_transit'])),
    things: few(thing, 0, 3),
    amounts: few(quantity, 0, 1),
    parent: maybe(fc.oneof(pick(containers), pick(serials))),
    readPoint: maybe(pick(places)),
    bizLocation: maybe(pick(places)),
    from: maybe(pick(parties)),
    destinations: few(fc.record({ type: pick(['possessing_party', 'owning_party', 'location']), key: pick(parties) }), 0, 2),
    at: fc.nat(5),
  })
  .map(({ type, things, amounts, parent, at, destinations, ...rest }): Said[] => {
    const contains = type === 'AggregationEvent' || type === 'AssociationEvent';
    const listed = contains
      ? { children: things, childQuantities: amounts, parent }
      : { epcs: things, quantities: amounts, parent: type === 'TransactionEvent' ? parent : undefined };
    const to = destinations.map((entry) => (entry.type === 'location' ? { ...entry, key: placeOf(entry.key) } : entry));
    return [said(type, at, { ...rest, ...listed, destinations: to })];
  });

/** A few events that belong together, or one that does not. */
export const arbitraryStory: fc.Arbitrary<Said[]> = fc.oneof(
  { weight: 4, arbitrary: production },
  { weight: 5, arbitrary: delivery },
  { weight: 3, arbitrary: making },
  { weight: 2, arbitrary: part },
  { weight: 4, arbitrary: noise },
);
