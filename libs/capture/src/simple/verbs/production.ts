import { classKey, instanceKey, lotKey, toUri } from '@suyuan/gs1';
import { readDocuments } from '../documents';
import { happenedAt, member, objectThings } from '../event-parts';
import { readPlace } from '../places';
import type { RowReader } from '../row-reader';
import { checkUom, instanceUri, type QuantityElement, readThings } from '../things';
import type { EpcisJson } from './verb';

/**
 * `{product, lot?, quantity?, uom?, serials[]?, place, at, expiry?, productionDate?, inputs[]?, documents[]?}`: something
 * was made. `product` is a GTIN, or a lot; `serials` are serial numbers, or whole codes. With `inputs` a
 * TransformationEvent, else an ObjectEvent ADD (commissioning).
 */
export function production(reader: RowReader): EpcisJson {
  const { gtin, lot } = readProduct(reader);
  const serials = gtin === undefined ? [] : readSerials(reader, gtin);
  const quantity = reader.quantity('quantity');
  const uom = checkUom(reader, 'uom', reader.value('uom'));
  const epcClass = gtin === undefined ? '' : toUri(lot === undefined ? classKey(gtin) : lotKey(gtin, lot));
  // Beside serials a quantity is the whole lot's: said only where it is not simply their number.
  const isCounted = serials.length > 0 && (quantity === undefined || quantity === serials.length);
  const element: QuantityElement = { epcClass, ...(quantity === undefined ? {} : { quantity }), ...uom };
  const made = { epcs: serials, quantities: isCounted ? [] : [element] };
  const inputs = readThings(reader, 'inputs');
  const place = readPlace(reader, 'place');
  reader.require('place', place !== undefined);
  const ilmd = {
    ...(lot === undefined ? {} : { 'cbvmda:lotNumber': lot }),
    ...named('cbvmda:itemExpirationDate', reader.date('expiry')),
    ...named('cbvmda:productionDate', reader.date('productionDate')),
  };
  const common = {
    ...reader.time('at'),
    bizStep: 'commissioning',
    disposition: 'active',
    ...happenedAt(place),
    ...readDocuments(reader),
    ...(Object.keys(ilmd).length === 0 ? {} : { ilmd }),
  };
  if (inputs.epcs.length + inputs.quantities.length === 0)
    return { type: 'ObjectEvent', action: 'ADD', ...common, ...objectThings(made) };
  return {
    type: 'TransformationEvent',
    ...common,
    ...member('inputEPCList', inputs.epcs),
    ...member('inputQuantityList', inputs.quantities),
    ...member('outputEPCList', made.epcs),
    ...member('outputQuantityList', made.quantities),
  };
}

function readProduct(reader: RowReader): { gtin?: string; lot?: string } {
  const text = reader.text('product');
  reader.require('product', text !== undefined);
  const code = text === undefined ? undefined : reader.code('product', text);
  const lot = readLot(reader) ?? code?.lot;
  if (code?.gtin === undefined || (code.kind !== 'class' && code.kind !== 'lot')) {
    if (code !== undefined) reader.fault('product', 'capture/kind', 'must be a GTIN or a lot of one');
    return {};
  }
  if (code.lot !== undefined && lot !== code.lot)
    reader.fault('lot', 'capture/lot', 'is another lot than the product code names');
  return { gtin: code.gtin, ...(lot === undefined ? {} : { lot }) };
}

/** The lot as printed, or a lot code. */
function readLot(reader: RowReader): string | undefined {
  const text = reader.text('lot');
  if (text === undefined || !/^(?:\(|https?:|urn:)/.test(text)) {
    if (text !== undefined && !/^[\x21-\x7e]{1,20}$/.test(text)) {
      reader.fault('lot', 'capture/lot', 'must have 1 to 20 letters, digits or signs (GS1 General Specifications, AI 10)');
    }
    return text;
  }
  const code = reader.code('lot', text);
  if (code !== undefined && code.kind !== 'lot') reader.fault('lot', 'capture/kind', 'must be a lot');
  return code?.lot;
}

function readSerials(reader: RowReader, gtin: string): string[] {
  return reader.list('serials').flatMap((serial, n) => {
    const text = typeof serial === 'number' ? String(serial) : serial;
    if (typeof text !== 'string' || text === '') {
      reader.fault('serials', 'capture/type', 'must be a serial number or a code', `/${n}`);
      return [];
    }
    const isCode = /^(?:\(|https?:|urn:|\]|01\/)/.test(text);
    const code = reader.code('serials', isCode ? text : toUri(instanceKey(gtin, text)), `/${n}`);
    if (code === undefined) return [];
    if (code.kind === 'instance' && code.gtin === gtin) return [instanceUri(code)];
    reader.fault(
      'serials',
      'capture/serial',
      'must be a serial number of the product, of 1 to 20 letters, digits or signs',
      `/${n}`,
    );
    return [];
  });
}

function named(name: string, value: string | undefined): Record<string, string> {
  return value === undefined ? {} : { [name]: value };
}
