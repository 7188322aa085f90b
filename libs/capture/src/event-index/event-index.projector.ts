import type { CanonicalEvent, ClassQuantity, Item } from '@suyuan/epcis';
import { copyLine, texts, type Transaction } from '@suyuan/platform';
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

/** Adds events to the index, where none of them may be yet. */
export async function projectEvents(tx: Transaction, batch: readonly CapturedEvent[]): Promise<void> {
  await tx.copyIn(
    `COPY capture_event (position, record_time, event_time_micros, event_id, declaration, type, action, biz_step, disposition,
       read_point, biz_location, keys) FROM STDIN`,
    batch.map(indexLine),
  );
}

function indexLine({ position, recordTime, declaration, event }: CapturedEvent): string {
  const { eventTimeMicros, eventId, type, action, bizStep, disposition, readPoint, bizLocation } = event;
  return copyLine([
    ...[position, recordTime.toISOString(), eventTimeMicros, eventId, declaration, type, action, bizStep, disposition],
    ...[indexedPlace(readPoint), indexedPlace(bizLocation), texts(keysOf(event))],
  ]);
}

/** The codes of an event, each with its role before it, each once. */
function keysOf(event: CanonicalEvent): string[] {
  const keys = new Set<string>();
  const add = (role: string, ...lists: readonly (readonly (Item | ClassQuantity)[])[]): void => {
    for (const list of lists) for (const { key } of list) keys.add(role + indexedKey(key));
  };
  add(KEY_ROLES.epc, event.epcs, event.children);
  if (event.parent !== undefined) add(KEY_ROLES.parent, [event.parent]);
  add(KEY_ROLES.input, event.inputs);
  add(KEY_ROLES.output, event.outputs);
  add(KEY_ROLES.epcClass, event.quantities, event.childQuantities);
  add(KEY_ROLES.inputClass, event.inputQuantities);
  add(KEY_ROLES.outputClass, event.outputQuantities);
  return [...keys];
}

/** An index row is bounded: a long key (an opaque URI) is indexed by its beginning and its hash. */
export function indexedKey(key: string): string {
  return key.length <= 500 ? key : `${key.slice(0, 400)}#${createHash('sha256').update(key).digest('hex')}`;
}

function indexedPlace(key: string | undefined): string | null {
  return key === undefined ? null : indexedKey(key);
}
