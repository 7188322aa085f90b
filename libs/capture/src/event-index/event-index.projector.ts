import type { CanonicalEvent, ClassQuantity, Item } from '@suyuan/epcis';
import { booleans, numbers, texts, type Transaction } from '@suyuan/platform';
import { createHash } from 'node:crypto';
import type { CapturedEvent } from '../events/captured-record';

/** In which list of an event a code stands: what the `MATCH_` queries tell apart (EPCIS 2.0, 8.2.7.1). */
export const KEY_ROLES = {
  epc: 'e',
  parent: 'p',
  input: 'i',
  output: 'o',
  epcClass: 'E',
  inputClass: 'I',
  outputClass: 'O',
} as const;

/** Adds the events of one batch to the index; a batch may come twice. */
export async function projectEvents(tx: Transaction, batch: readonly CapturedEvent[]): Promise<void> {
  const column = <Value>(read: (captured: CapturedEvent) => Value): Value[] => batch.map(read);
  await tx.query(
    `INSERT INTO capture_event (position, record_time, event_time_micros, event_id, declaration, type, action, biz_step, disposition,
       read_point, biz_location)
     SELECT * FROM unnest($1::bigint[], $2::timestamptz[], $3::bigint[], $4::text[], $5::boolean[], $6::text[], $7::text[], $8::text[],
       $9::text[], $10::text[], $11::text[])
     ON CONFLICT DO NOTHING`,
    [
      numbers(column(({ position }) => position)),
      texts(column(({ recordTime }) => recordTime.toISOString())),
      numbers(column(({ event }) => event.eventTimeMicros)),
      texts(column(({ event }) => event.eventId)),
      booleans(column(({ declaration }) => declaration)),
      texts(column(({ event }) => event.type)),
      texts(column(({ event }) => event.action)),
      texts(column(({ event }) => event.bizStep)),
      texts(column(({ event }) => event.disposition)),
      texts(column(({ event }) => indexedPlace(event.readPoint))),
      texts(column(({ event }) => indexedPlace(event.bizLocation))),
    ],
  );
  const keys = batch.flatMap(({ event, position }) => keysOf(event).map(([key, role]) => ({ key, role, position })));
  await tx.query(
    `INSERT INTO capture_event_key (key, position, role)
     SELECT * FROM unnest($1::text[], $2::bigint[], $3::"char"[]) ON CONFLICT DO NOTHING`,
    [texts(keys.map(({ key }) => key)), numbers(keys.map(({ position }) => position)), texts(keys.map(({ role }) => role))],
  );
}

function keysOf(event: CanonicalEvent): (readonly [key: string, role: string])[] {
  const as = (role: string, ...lists: readonly (readonly (Item | ClassQuantity)[])[]): (readonly [string, string])[] =>
    lists.flat().map(({ key }) => [indexedKey(key), role]);
  return [
    ...as(KEY_ROLES.epc, event.epcs, event.children),
    ...as(KEY_ROLES.parent, event.parent === undefined ? [] : [event.parent]),
    ...as(KEY_ROLES.input, event.inputs),
    ...as(KEY_ROLES.output, event.outputs),
    ...as(KEY_ROLES.epcClass, event.quantities, event.childQuantities),
    ...as(KEY_ROLES.inputClass, event.inputQuantities),
    ...as(KEY_ROLES.outputClass, event.outputQuantities),
  ];
}

/** An index row is bounded: a long key (an opaque URI) is indexed by its beginning and its hash. */
export function indexedKey(key: string): string {
  return key.length <= 500 ? key : `${key.slice(0, 400)}#${createHash('sha256').update(key).digest('hex')}`;
}

function indexedPlace(key: string | undefined): string | null {
  return key === undefined ? null : indexedKey(key);
}
