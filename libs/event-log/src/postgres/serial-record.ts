import type { ExpectedVersion, NewRecord, StreamAppend } from '../event-log';

/** A record whose documents are text already: serialising is done before the head lock is asked for. */
export interface SerialRecord {
  readonly id: string;
  readonly type: string;
  readonly contentHash?: string;
  readonly data: string;
  readonly meta: string;
}

export interface SerialAppend {
  readonly stream: string;
  readonly expectedVersion?: ExpectedVersion;
  readonly records: readonly SerialRecord[];
}

export function serialRecord(record: NewRecord): SerialRecord {
  return {
    id: record.id,
    type: record.type,
    ...(record.contentHash === undefined ? {} : { contentHash: record.contentHash }),
    data: JSON.stringify(record.data),
    meta: JSON.stringify(record.meta),
  };
}

export function serialAppend(append: StreamAppend): SerialAppend {
  return { ...append, records: append.records.map(serialRecord) };
}

/** The columns id, type, content_hash, data, meta of one line of COPY's text format. */
export function copyRecord(record: SerialRecord): string {
  const hash = record.contentHash === undefined ? '\\N' : copyText(record.contentHash);
  return `${copyText(record.id)}\t${copyText(record.type)}\t${hash}\t${copyJson(record.data)}\t${copyJson(record.meta)}`;
}

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** A value of COPY's text format. */
export function copyText(text: string): string {
  return /[\\\n\r\t]/.test(text) ? text.replace(/[\\\n\r\t]/g, (character) => ESCAPES[character] ?? character) : text;
}

/** Serialised JSON has no raw control characters: only its backslashes need doubling. */
function copyJson(text: string): string {
  return text.includes('\\') ? text.replaceAll('\\', '\\\\') : text;
}

/** Lines joined to chunks of about 64 kB: a write per line would cost more than the line. */
export function* inChunks(lines: Iterable<string>): Generator<string> {
  let chunk = '';
  for (const line of lines) {
    chunk += line;
    if (chunk.length < 65536) continue;
    yield chunk;
    chunk = '';
  }
  if (chunk !== '') yield chunk;
}
