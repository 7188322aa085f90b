import type { CanonicalEvent } from '@suyuan/epcis';
import type { Json, StagedRecord } from '@suyuan/event-log';
import { createHash } from 'node:crypto';
import { type CapturedData, type CapturedMeta, EPCIS_DECLARATION, EPCIS_EVENT } from './captured-record';
import { productStream } from './product-stream';

type JsonObject = { readonly [name: string]: Json };

/** Who captures, and under which job. */
export type Origin = Omit<CapturedMeta, 'canonical'>;

/** A valid event on its way into the log. */
export interface PreparedEvent {
  readonly eventId: string;
  /** Event hash (without eventID, recordTime, errorDeclaration): equal for equal content. */
  readonly hash: string;
  readonly isDeclaration: boolean;
  /** Where in the input it came from: JSON pointer. */
  readonly pointer: string;
  readonly record: StagedRecord;
}

/**
 * The log record of a valid event. Its id is the event's own, so that the log itself sees repeats and conflicts; a
 * declaration has an id of its own beside it, since it may come before the event and must never stand in its place.
 */
export function prepareEvent(
  read: { readonly event: CanonicalEvent; readonly hash: string; readonly isDeclaration: boolean },
  raw: JsonObject,
  context: Json,
  pointer: string,
  origin: Origin,
): PreparedEvent {
  const { event, hash, isDeclaration } = read;
  const data: CapturedData = { event: raw['eventID'] === event.eventId ? raw : { ...raw, eventID: event.eventId }, context };
  const meta: CapturedMeta = { ...origin, canonical: event };
  const record: StagedRecord = {
    id: isDeclaration ? declarationId(event.eventId, raw['errorDeclaration'] ?? null) : event.eventId,
    stream: productStream(event),
    type: isDeclaration ? EPCIS_DECLARATION : EPCIS_EVENT,
    data: data as unknown as Json,
    meta: meta as unknown as JsonObject,
    contentHash: hash,
  };
  return { eventId: event.eventId, hash, isDeclaration, pointer, record };
}

/** Ids of the declarations of one event begin with this. */
export function declarationPrefix(eventId: string): string {
  return `${eventId}|declaration|`;
}

/** The same declaration sent again is one record; another reason or time is another declaration. */
function declarationId(eventId: string, declaration: Json): string {
  return declarationPrefix(eventId) + createHash('sha256').update(sortedJson(declaration)).digest('hex');
}

/** JSON text with members in order of name. */
function sortedJson(value: Json): string {
  if (Array.isArray(value)) return `[${value.map((each: Json) => sortedJson(each)).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const members = Object.entries(value as JsonObject).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${sortedJson(member)}`).join(',')}}`;
}
