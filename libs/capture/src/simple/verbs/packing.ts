import { toUri } from '@suyuan/gs1';
import { readDocuments } from '../documents';
import { happenedAt, member } from '../event-parts';
import { readPlace } from '../places';
import type { RowReader } from '../row-reader';
import { instanceUri, readThings } from '../things';
import type { EpcisJson } from './verb';

/** `{container, contents[], place, at, documents[]?}`: put into a container (SSCC, GRAI, GIAI, or a unit of a product). */
export function packing(reader: RowReader): EpcisJson {
  const event = containment(reader, 'ADD', 'packing');
  reader.require('contents', reader.list('contents').length > 0);
  return event;
}

/** `{container, contents[]?, place, at, documents[]?}`: taken out; without `contents` all of it. */
export function unpacking(reader: RowReader): EpcisJson {
  return containment(reader, 'DELETE', 'unpacking');
}

function containment(reader: RowReader, action: string, bizStep: string): EpcisJson {
  const contents = readThings(reader, 'contents');
  const place = readPlace(reader, 'place');
  reader.require('place', place !== undefined);
  return {
    type: 'AggregationEvent',
    action,
    ...reader.time('at'),
    bizStep,
    disposition: 'in_progress',
    ...happenedAt(place),
    parentID: readContainer(reader),
    ...member('childEPCs', contents.epcs),
    ...member('childQuantityList', contents.quantities),
    ...readDocuments(reader),
  };
}

function readContainer(reader: RowReader): string {
  const text = reader.text('container');
  reader.require('container', text !== undefined);
  const code = text === undefined ? undefined : reader.code('container', text);
  if (code === undefined) return '';
  if (!['logistic-unit', 'returnable', 'asset', 'instance', 'opaque'].includes(code.kind)) {
    reader.fault(
      'container',
      'capture/kind',
      'must be one single thing: an SSCC, a GRAI or GIAI, or a product with its serial number',
    );
  }
  return code.kind === 'instance' ? instanceUri(code) : toUri(code.key);
}
