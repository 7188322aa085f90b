import type { Json, LogRecord } from '@suyuan/event-log';
import { TRACEPARENT } from '@suyuan/platform';
import type { OutgoingMessage } from '../messaging.port';
import { UnreadableMessage } from '../unreadable-message';

/** A larger record travels as its place in the log only: brokers refuse a message over 1 MiB by default. */
const VALUE_BYTES_MAX = 600_000;
const NOTHING = Buffer.alloc(0);
const NO_TYPES: ReadonlySet<string> = new Set();

/** What a message of the records topic says: a record, or where a large one is to be read. */
export interface RecordNews {
  /** Of the record in the log. */
  readonly position: number;
  /** Absent: read it from the log. */
  readonly record?: LogRecord;
}

/**
 * A log record as a message: CloudEvents 1.0, Kafka binding, binary mode; the key is the stream, so that what is said of
 * one product stays in order. `ce_position` and `ce_version` are extensions: the record's place in the log and its stream.
 * `ce_traceparent` is the trace that wrote the record (CloudEvents extension "distributed tracing"), the header
 * `traceparent` the one that brings the message.
 * @param source the store, as a URI
 */
export function toRecordMessage(record: LogRecord, source: string, traceparent?: string): OutgoingMessage {
  const origin = record.meta[TRACEPARENT];
  const value = Buffer.from(JSON.stringify({ data: record.data, meta: record.meta }));
  const headers = {
    'content-type': 'application/json',
    ce_specversion: '1.0',
    ce_id: record.id,
    ce_source: source,
    ce_type: `suyuan.${record.type}`,
    ce_subject: record.stream,
    ce_time: record.recordTime.toISOString(),
    ce_position: String(record.position),
    ce_version: String(record.version),
    ...(record.contentHash === undefined ? {} : { ce_contenthash: record.contentHash }),
    ...(typeof origin === 'string' ? { ce_traceparent: origin } : {}),
    ...(traceparent === undefined ? {} : { [TRACEPARENT]: traceparent }),
  };
  if (value.length <= VALUE_BYTES_MAX) return { key: record.stream, value, headers };
  return { key: record.stream, value: NOTHING, headers: { ...headers, ce_dataref: `${source}:position:${record.position}` } };
}

/**
 * Reads what `toRecordMessage` wrote. Throws `UnreadableMessage` for anything else, another store's messages among it.
 * @param withoutDataOf types of records whose value is not looked at, as `TailOptions` has them
 */
export function readRecordMessage(
  message: OutgoingMessage,
  source: string,
  withoutDataOf: ReadonlySet<string> = NO_TYPES,
): RecordNews {
  const { headers } = message;
  const header = (name: string): string => {
    const text = headers[name];
    if (text === undefined || text === '') throw new UnreadableMessage(`the header ${name} is missing`);
    return text;
  };
  if (header('ce_source') !== source) throw new UnreadableMessage(`it comes from ${header('ce_source')}`);
  const position = integer('ce_position', header('ce_position'));
  if (position < 1) throw new UnreadableMessage('ce_position is less than 1');
  if (headers['ce_dataref'] !== undefined) return { position };
  const ceType = header('ce_type');
  if (!ceType.startsWith('suyuan.')) throw new UnreadableMessage(`ce_type ${ceType} is not ours`);
  const type = ceType.slice('suyuan.'.length);
  const recordTime = new Date(header('ce_time'));
  if (Number.isNaN(recordTime.getTime())) throw new UnreadableMessage('ce_time is no time');
  const id = header('ce_id');
  const stream = header('ce_subject');
  const version = integer('ce_version', header('ce_version'));
  const hash = headers['ce_contenthash'];
  const place = { id, type, stream, version, position, recordTime, ...(hash === undefined ? {} : { contentHash: hash }) };
  if (withoutDataOf.has(type)) return { position, record: withoutData(place, headers['ce_traceparent']) };
  return { position, record: { ...place, ...readBody(message.value) } };
}

/** Only where it stands, and the trace that wrote it. */
function withoutData(place: Omit<LogRecord, 'data' | 'meta'>, origin: string | undefined): LogRecord {
  return {
    ...place,
    get data(): Json {
      throw new Error('this feed was opened for who never looks at data of this type');
    },
    meta: origin === undefined ? {} : { [TRACEPARENT]: origin },
  };
}

function readBody(value: Buffer): { data: Json; meta: { readonly [name: string]: Json } } {
  let body: unknown;
  try {
    body = JSON.parse(value.toString());
  } catch {
    throw new UnreadableMessage('the value is not JSON');
  }
  const { data, meta } = (body ?? {}) as { data?: Json; meta?: Json };
  if (data === undefined || meta === null || typeof meta !== 'object' || Array.isArray(meta))
    throw new UnreadableMessage('the value is not an object with data and meta');
  return { data, meta: meta as { readonly [name: string]: Json } };
}

function integer(name: string, text: string): number {
  const number = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isNaN(number)) throw new UnreadableMessage(`${name} is no integer`);
  return number;
}
