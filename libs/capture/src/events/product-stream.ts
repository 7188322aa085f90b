import type { CanonicalEvent } from '@suyuan/epcis';
import { gtinOf, lotKey } from '@suyuan/gs1';
import { isLoggableKey } from '@suyuan/event-log';
import { createHash } from 'node:crypto';

/**
 * Stream of an event: `product:` and its primary key. That is the first lot the event states (by ILMD, beside a serial,
 * or as a class), else the first instance, else the first logistic unit, returnable or asset, else the first class,
 * else any key; goods that come into being first, then those handled, contained, used up, and the container last.
 * An event without any key lives in the stream of its transformation or of itself.
 */
export function productStream(event: CanonicalEvent): string {
  const key = primaryKey(event) ?? event.transformationId ?? event.eventId;
  const stream = `product:${key}`;
  return isLoggableKey(stream) ? stream : `product:sha-256:${createHash('sha256').update(key).digest('hex')}`;
}

function primaryKey(event: CanonicalEvent): string | undefined {
  const items = [
    event.outputs,
    event.epcs,
    event.children,
    event.inputs,
    event.parent === undefined ? [] : [event.parent],
  ].flat();
  const classes = [event.outputQuantities, event.quantities, event.childQuantities, event.inputQuantities].flat();
  return (
    statedLot(event) ??
    items.find((item) => item.lotKey !== undefined)?.lotKey ??
    classes.find(({ key }) => LOT.test(key))?.key ??
    items.find(({ key }) => INSTANCE.test(key))?.key ??
    items.find(({ key }) => CARRIER.test(key))?.key ??
    classes[0]?.key ??
    items[0]?.key
  );
}

const LOT = /^01\/\d{14}\/10\//;
const INSTANCE = /^01\/\d{14}\/(?:21|235)\//;
const CARRIER = /^(?:00|8003|8004)\//;

/** The ILMD lot of a creating event, with the product of the first thing it creates. */
function statedLot(event: CanonicalEvent): string | undefined {
  if (event.lotNumber === undefined) return undefined;
  const created = [...event.outputs, ...event.outputQuantities, ...event.epcs, ...event.quantities][0];
  const gtin = created === undefined ? undefined : gtinOf(created.key);
  return gtin === undefined ? undefined : lotKey(gtin, event.lotNumber);
}
