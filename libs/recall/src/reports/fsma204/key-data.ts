import { CanonicalEvent, ClassQuantity } from '@suyuan/epcis';
import { describeKey, toUri } from '@suyuan/gs1';
import { Cell, Column, number, text, time } from '../table';

/** Critical tracking events of 21 CFR 1 subpart S, as EPCIS events tell them. */
export type TrackingEvent = 'harvesting' | 'cooling' | 'initial packing' | 'shipping' | 'receiving' | 'transformation';

/** Names of places and parties, by canonical key. */
export type Named = (key: string | undefined) => string | null;

const BY_STEP: Readonly<Record<string, TrackingEvent | undefined>> = {
  harvesting: 'harvesting',
  cooling: 'cooling',
  packing: 'initial packing',
  commissioning: 'initial packing',
  shipping: 'shipping',
  departing: 'shipping',
  receiving: 'receiving',
  arriving: 'receiving',
  accepting: 'receiving',
};

/** Rows of the sortable sheet: one per tracking event and lot (1.1325 to 1.1350). */
export const KEY_DATA: readonly Column[] = [
  text('Critical tracking event'),
  time('Date and time'),
  text('Traceability lot code'),
  text('Direction'),
  text('GTIN'),
  text('Product description'),
  number('Quantity'),
  text('Unit of measure'),
  text('Location (GLN)'),
  text('Location description'),
  text('Immediate previous source'),
  text('Immediate subsequent recipient'),
  text('Traceability lot code source'),
  text('Harvest or production date'),
  text('Reference document type and number'),
  text('EPCIS event'),
];

/** What the captured facts do not tell is left empty, never made up. */
export const REQUIRED: Readonly<Record<TrackingEvent, readonly string[]>> = {
  harvesting: [
    'Immediate subsequent recipient',
    'Product description',
    'Quantity',
    'Location (GLN)',
    'Harvest or production date',
  ],
  cooling: ['Immediate subsequent recipient', 'Product description', 'Quantity', 'Location (GLN)'],
  'initial packing': [
    'Product description',
    'Quantity',
    'Traceability lot code',
    'Location (GLN)',
    'Traceability lot code source',
  ],
  shipping: [
    'Traceability lot code',
    'Quantity',
    'Product description',
    'Location (GLN)',
    'Immediate subsequent recipient',
    'Traceability lot code source',
    'Reference document type and number',
  ],
  receiving: [
    'Traceability lot code',
    'Quantity',
    'Product description',
    'Location (GLN)',
    'Immediate previous source',
    'Traceability lot code source',
    'Reference document type and number',
  ],
  transformation: [
    'Traceability lot code',
    'Quantity',
    'Product description',
    'Location (GLN)',
    'Traceability lot code source',
    'Reference document type and number',
  ],
};

/** One event's rows; none when it is no tracking event. `documents`: type and number of its business transactions. */
export function keyDataOf(
  event: CanonicalEvent,
  documents: readonly string[],
  productName: Named,
  placeName: Named,
  lotSource: (lot: string) => string | null,
): Cell[][] {
  const kind = event.type === 'TransformationEvent' ? 'transformation' : BY_STEP[event.bizStep ?? ''];
  if (kind === undefined) return [];
  const place = event.readPoint ?? event.bizLocation;
  const party = (list: CanonicalEvent['sources']): string | null =>
    placeName(list.find(({ type }) => type === 'possessing_party' || type === 'owning_party' || type === 'location')?.key);
  const made = event.productionDate ?? event.expiry;
  return linesOf(event).map(({ direction, key, quantity, uom }) => {
    const { gtin, lot } = describeKey(key);
    const lotKey = gtin === undefined || lot === undefined ? undefined : key;
    return [
      kind,
      new Date(event.eventTimeMicros / 1_000).toISOString(),
      lot ?? null,
      direction,
      gtin ?? null,
      productName(gtin === undefined ? undefined : `01/${gtin}`),
      quantity,
      uom,
      place === undefined ? null : toUri(place),
      placeName(place),
      party(event.sources),
      party(event.destinations),
      lotKey === undefined ? null : lotSource(lotKey),
      event.productionDate ?? made ?? null,
      documents.join('; ') || null,
      event.eventId,
    ];
  });
}

interface Line {
  readonly direction: 'input' | 'output' | '';
  readonly key: string;
  readonly quantity: number | null;
  readonly uom: string;
}

/** Lots and classes with their quantities; serials are counted by the lot they state, else by their product. */
function linesOf(event: CanonicalEvent): Line[] {
  const of = (direction: Line['direction'], items: CanonicalEvent['epcs'], quantities: readonly ClassQuantity[]): Line[] => {
    const counted = new Map<string, number>();
    for (const { key, lotKey } of items) {
      const { kind, gtin } = describeKey(key);
      if (kind !== 'instance' || gtin === undefined) continue;
      const product = lotKey ?? `01/${gtin}`;
      counted.set(product, (counted.get(product) ?? 0) + 1);
    }
    return [
      ...quantities.map(({ key, quantity, uom }) => ({ direction, key, quantity: quantity ?? null, uom: uom ?? 'EA' })),
      ...[...counted].map(([key, quantity]) => ({ direction, key, quantity, uom: 'EA' })),
    ];
  };
  if (event.type === 'TransformationEvent')
    return [...of('input', event.inputs, event.inputQuantities), ...of('output', event.outputs, event.outputQuantities)];
  return [...of('', event.epcs, event.quantities), ...of('', event.children, event.childQuantities)];
}

/** Which required elements a row does not tell. */
export function missingOf(row: readonly Cell[]): string[] {
  const kind = row[0] as TrackingEvent;
  return REQUIRED[kind].filter((name) => row[KEY_DATA.findIndex((column) => column.name === name)] === null);
}
