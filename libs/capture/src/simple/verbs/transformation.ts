import { readDocuments } from '../documents';
import { happenedAt, member, optional } from '../event-parts';
import { readPlace } from '../places';
import type { RowReader } from '../row-reader';
import { readThings } from '../things';
import type { EpcisJson } from './verb';

/**
 * `{inputs[], outputs[], place, at, id?, expiry?, documents[]?}`: one thing was made of others. Rows with the same `id`
 * are parts of one transformation; an id that is no URI becomes one.
 */
export function transformation(reader: RowReader): EpcisJson {
  const inputs = readThings(reader, 'inputs');
  const outputs = readThings(reader, 'outputs');
  const place = readPlace(reader, 'place');
  const id = reader.text('id');
  reader.require('place', place !== undefined);
  if (id === undefined) {
    reader.require('inputs', inputs.epcs.length + inputs.quantities.length > 0);
    reader.require('outputs', outputs.epcs.length + outputs.quantities.length > 0);
  }
  const expiry = reader.date('expiry');
  return {
    type: 'TransformationEvent',
    ...reader.time('at'),
    bizStep: 'commissioning',
    disposition: 'active',
    ...happenedAt(place),
    ...optional(
      'transformationID',
      id === undefined || /^[A-Za-z][A-Za-z0-9+.-]*:\S+$/.test(id) ? id : `urn:suyuan:transformation:${encodeURIComponent(id)}`,
    ),
    ...member('inputEPCList', inputs.epcs),
    ...member('inputQuantityList', inputs.quantities),
    ...member('outputEPCList', outputs.epcs),
    ...member('outputQuantityList', outputs.quantities),
    ...optional('ilmd', expiry === undefined ? undefined : { 'cbvmda:itemExpirationDate': expiry }),
    ...readDocuments(reader),
  };
}
