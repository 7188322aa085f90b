import { createHash } from 'node:crypto';
import type { ExpectedVersion, Json } from '../event-log';
import type { JudgedAppend } from '../postgres/append-plan';
import { isLoggableKey } from '../postgres/log-rows';
import type { IncomingEvent, OutgoingEvent, StorePosition } from './store-gateway';

/** Ordinals are kept as 4-byte integers. */
const UNIT_MEMBERS_MAX = 2 ** 31 - 1;

/** The appends of one call: stream, expected version and how many of the unit's records are its own. */
export type CallShape = readonly (readonly [stream: string, expected: ExpectedVersion, records: number])[];

/** What a bulk unit does with records whose id is taken by other content. */
export type BulkRule = 'refuse' | 'skip';

/**
 * What the first event of a unit says about the whole. A unit is what is judged together: some calls one after the other,
 * each all or nothing, or one bulk append.
 */
export type UnitShape = { readonly calls: readonly CallShape[] } | { readonly bulk: BulkRule };

/** A record as one event of its unit; its content is in the event. */
export interface Member {
  readonly unit: string;
  /** 0-based place in the unit, and how many there are. */
  readonly ordinal: number;
  readonly of: number;
  /** On the member with ordinal 0. */
  readonly shape?: UnitShape;
  readonly isBulk: boolean;
  readonly stream: string;
  readonly id: string;
  readonly contentHash?: string;
  readonly sizeBytes: number;
}

/** A member as it arrived in `$all`. */
export interface ArrivedMember extends Member {
  readonly revision: number;
  readonly position: StorePosition;
  readonly createdMs: number;
}

interface EventMetadata {
  readonly id: string;
  readonly hash?: string;
  readonly meta: { readonly [name: string]: Json };
  readonly bytes: number;
  readonly unit: {
    readonly id: string;
    readonly n: number;
    readonly of: number;
    readonly bulk?: true;
    readonly shape?: UnitShape;
  };
}

/** The event of a member; of the same member it is always the same, id and all. */
export function toEvent(
  member: Member,
  record: { readonly type: string; readonly data: string; readonly meta: string },
): OutgoingEvent {
  const head = {
    id: member.id,
    ...(member.contentHash === undefined ? {} : { hash: member.contentHash }),
    bytes: member.sizeBytes,
    unit: {
      id: member.unit,
      n: member.ordinal,
      of: member.of,
      ...(member.isBulk ? { bulk: true } : {}),
      ...(member.shape === undefined ? {} : { shape: member.shape }),
    },
  };
  return {
    id: eventId(member.unit, member.ordinal),
    type: record.type,
    data: record.data,
    metadata: `${JSON.stringify(head).slice(0, -1)},"meta":${record.meta}}`,
  };
}

/** The member that an event of the log carries; undefined for an event that is none, whoever wrote it. */
export function toMember(event: IncomingEvent, prefix: string): ArrivedMember | undefined {
  if (!event.stream.startsWith(prefix) || !isMetadata(event.metadata)) return undefined;
  const { unit, id, hash, bytes } = event.metadata;
  const stream = event.stream.slice(prefix.length);
  if (!isLoggableKey(stream)) return undefined;
  return {
    unit: unit.id,
    ordinal: unit.n,
    of: unit.of,
    ...(unit.shape === undefined ? {} : { shape: unit.shape }),
    isBulk: unit.bulk === true,
    stream,
    id,
    ...(hash === undefined ? {} : { contentHash: hash }),
    sizeBytes: bytes,
    revision: event.revision,
    position: event.position,
    createdMs: event.createdMs,
  };
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** An event that somebody else wrote into a stream of ours must not stop the log: it is passed over. */
function isMetadata(value: unknown): value is EventMetadata {
  const metadata = value as Partial<EventMetadata> | null | undefined;
  if (!isObject(metadata)) return false;
  const { unit, id, hash, bytes, meta } = metadata;
  return (
    isObject(unit) &&
    typeof unit.id === 'string' &&
    UUID.test(unit.id) &&
    Number.isInteger(unit.n) &&
    Number.isInteger(unit.of) &&
    unit.n >= 0 &&
    unit.n < unit.of &&
    unit.of <= UNIT_MEMBERS_MAX &&
    (unit.shape === undefined || isShape(unit.shape, unit.of)) &&
    typeof id === 'string' &&
    isLoggableKey(id) &&
    (hash === undefined || (typeof hash === 'string' && !hash.includes('\u0000'))) &&
    Number.isSafeInteger(bytes) &&
    isObject(meta)
  );
}

function isObject<T>(value: T | null | undefined): value is T & object {
  return typeof value === 'object' && value !== null;
}

function isShape(shape: UnitShape, of: number): boolean {
  if (!isObject(shape)) return false;
  if ('bulk' in shape) return shape.bulk === 'refuse' || shape.bulk === 'skip';
  if (!Array.isArray(shape.calls)) return false;
  let count = 0;
  for (const call of shape.calls as readonly unknown[]) {
    if (!Array.isArray(call)) return false;
    for (const append of call as readonly unknown[]) {
      if (!Array.isArray(append) || typeof append[0] !== 'string' || !Number.isInteger(append[2])) return false;
      count += append[2] as number;
    }
  }
  return count === of;
}

/** `meta` of the record that an event carries. */
export function metaOf(event: IncomingEvent): { readonly [name: string]: Json } {
  return (event.metadata as EventMetadata).meta;
}

/** A name-based UUID: an append that is repeated because its answer was lost brings the same ids. */
function eventId(unit: string, ordinal: number): string {
  const hex = createHash('sha256').update(`${unit}/${ordinal}`).digest('hex');
  const variant = ((parseInt(hex.charAt(16), 16) & 3) | 8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** The calls of a whole unit with their members; `members` are all of them, in order. */
export function shapedCalls(members: readonly ArrivedMember[]): JudgedAppend<ArrivedMember>[][] {
  const shape = members[0]?.shape;
  if (shape === undefined || !('calls' in shape)) return [];
  let next = 0;
  return shape.calls.map((call) =>
    call.map(([stream, expectedVersion, count]) => {
      const records = members.slice(next, next + count);
      next += count;
      return { stream, expectedVersion, records };
    }),
  );
}
