import { readDocuments } from '../documents';
import { happenedAt, leftFrom, member, objectThings } from '../event-parts';
import { placeOf, readPlace, readSide } from '../places';
import type { RowReader } from '../row-reader';
import { readThings } from '../things';
import type { EpcisJson } from './verb';

/** `{items[], from, to, at, place?, documents[]?}`: sent off. `from` and `to` are parties or places. */
export function shipment(reader: RowReader): EpcisJson {
  const sources = readSide(reader, 'from', 'source');
  const destinations = readSide(reader, 'to', 'destination');
  reader.require('from', sources.length > 0);
  reader.require('to', destinations.length > 0);
  return {
    ...observed(reader, 'shipping', 'in_transit'),
    ...leftFrom(readPlace(reader, 'place') ?? placeOf(reader, 'from')),
    ...member('sourceList', sources),
    ...member('destinationList', destinations),
  };
}

/** `{items[], at_place, at, from?, documents[]?}`: arrived (`place` is understood for `at_place`). */
export function receipt(reader: RowReader): EpcisJson {
  return received(reader, 'in_progress');
}

/** `{items[], place, at, from?, documents[]?}`: brought back by a customer, or by the party `from`. */
export function returned(reader: RowReader): EpcisJson {
  return received(reader, 'returned');
}

/** `{items[], place, at, documents[]?}`: sold to a consumer. */
export function sale(reader: RowReader): EpcisJson {
  return { ...observed(reader, 'retail_selling', 'retail_sold'), ...happenedAt(requiredPlace(reader)) };
}

/** `{items[], place, at, documents[]?}`: destroyed. */
export function destruction(reader: RowReader): EpcisJson {
  return { ...observed(reader, 'destroying', 'destroyed'), action: 'DELETE', ...happenedAt(requiredPlace(reader)) };
}

/** `{items[], place, at, result?: passed|failed, disposition?, documents[]?}`: looked at. */
export function inspection(reader: RowReader): EpcisJson {
  const result = reader.text('result');
  const disposition = reader.text('disposition');
  const byResult: Readonly<Record<string, string>> = { passed: 'conformant', failed: 'non_conformant' };
  if (result !== undefined && !Object.hasOwn(byResult, result))
    reader.fault('result', 'capture/result', 'must be passed or failed');
  const found = disposition ?? byResult[result ?? ''] ?? 'in_progress';
  return { ...observed(reader, 'inspecting', found), ...happenedAt(requiredPlace(reader)) };
}

function received(reader: RowReader, disposition: string): EpcisJson {
  const place = readPlace(reader, 'at_place', 'place');
  reader.require('at_place', place !== undefined || reader.faults.some((fault) => fault.field === 'place'));
  return {
    ...observed(reader, 'receiving', disposition),
    ...happenedAt(place),
    ...member('sourceList', readSide(reader, 'from', 'source')),
  };
}

function observed(reader: RowReader, bizStep: string, disposition: string): EpcisJson {
  const items = readThings(reader, 'items');
  reader.require('items', items.epcs.length + items.quantities.length > 0);
  return {
    type: 'ObjectEvent',
    action: 'OBSERVE',
    ...reader.time('at'),
    bizStep,
    disposition,
    ...objectThings(items),
    ...readDocuments(reader),
  };
}

function requiredPlace(reader: RowReader): { id: string } | undefined {
  const place = readPlace(reader, 'place');
  reader.require('place', place !== undefined);
  return place;
}
