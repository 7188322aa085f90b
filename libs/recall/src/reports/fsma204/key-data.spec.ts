import { CanonicalEvent } from '@suyuan/epcis';
import { Cell } from '../table';
import { KEY_DATA, keyDataOf, missingOf } from './key-data';

const lot = '01/09506000134352/10/L1';
const event = (change: Partial<CanonicalEvent>): CanonicalEvent => ({
  eventId: 'e1',
  type: 'ObjectEvent',
  eventTimeMicros: Date.parse('2026-05-01T08:00:00Z') * 1_000,
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
  ...change,
});
const rows = (one: CanonicalEvent, documents: string[] = []): Record<string, Cell>[] =>
  keyDataOf(
    one,
    documents,
    () => 'Lettuce',
    (key) => key ?? null,
    () => 'Farm 1',
  ).map((row) => Object.fromEntries(KEY_DATA.map(({ name }, index) => [name, row[index] ?? null])));

describe('The key data elements of FSMA 204', () => {
  it('of a shipment name lot, quantity, both ends and the document', () => {
    const shipment = event({
      bizStep: 'shipping',
      readPoint: '414/9506000000015',
      quantities: [{ key: lot, quantity: 12.5, uom: 'KGM' }],
      destinations: [{ type: 'possessing_party', key: '417/9506000000022' }],
    });
    expect(rows(shipment, ['po: 77'])).toMatchObject([
      {
        'Critical tracking event': 'shipping',
        'Traceability lot code': 'L1',
        Quantity: 12.5,
        'Unit of measure': 'KGM',
        'Location (GLN)': 'https://id.gs1.org/414/9506000000015',
        'Immediate subsequent recipient': '417/9506000000022',
        'Traceability lot code source': 'Farm 1',
        'Reference document type and number': 'po: 77',
      },
    ]);
    const [row = []] = keyDataOf(
      shipment,
      [],
      () => null,
      (key) => key ?? null,
      () => null,
    );
    expect(missingOf(row)).toEqual(['Product description', 'Traceability lot code source', 'Reference document type and number']);
  });

  it('of a transformation are told for what went in and what came out', () => {
    const salad = event({
      type: 'TransformationEvent',
      inputQuantities: [{ key: lot, quantity: 5, uom: 'KGM' }],
      outputQuantities: [{ key: '01/09506000134352/10/S1', quantity: 20 }],
    });
    expect(
      rows(salad).map((row) => [row['Direction'], row['Traceability lot code'], row['Quantity'], row['Unit of measure']]),
    ).toEqual([
      ['input', 'L1', 5, 'KGM'],
      ['output', 'S1', 20, 'EA'],
    ]);
  });

  it('count serials by the lot they state; containers alone and other steps are no rows', () => {
    const units = [1, 2, 3].map((serial) => ({ key: `01/09506000134352/21/${serial}`, lotKey: lot }));
    expect(rows(event({ bizStep: 'receiving', epcs: units }))).toMatchObject([{ 'Traceability lot code': 'L1', Quantity: 3 }]);
    expect(rows(event({ bizStep: 'receiving', epcs: [{ key: '00/095060000000000018' }] }))).toEqual([]);
    expect(rows(event({ bizStep: 'inspecting', epcs: units }))).toEqual([]);
  });
});
