import type { AppendedRecord, AppendResult, ExpectedVersion, RecordPlace } from '../event-log';
import type { SerialRecord } from './serial-record';

/** What is judged of a record: its content stays where it is. */
export interface JudgedRecord {
  readonly id: string;
  readonly contentHash?: string;
}

export interface JudgedAppend<R extends JudgedRecord> {
  readonly stream: string;
  readonly expectedVersion?: ExpectedVersion;
  readonly records: readonly R[];
}

/** A record with its place, ready to be inserted. */
export interface PlacedRecord<R extends JudgedRecord = SerialRecord> {
  readonly position: number;
  readonly stream: string;
  readonly version: number;
  readonly record: R;
}

/**
 * The part of the log that a group of calls touches, as it is under the head lock. Calls are judged one after the other
 * against it, and what one is granted the next one sees: their order in the group is their order in the log.
 */
export class LogSlice<R extends JudgedRecord = SerialRecord> {
  readonly granted: PlacedRecord<R>[] = [];

  constructor(
    private head: number,
    /** Records of the ids asked for. */
    private readonly known: Map<string, RecordPlace>,
    /** Version of the last record of the streams asked for, -1 = none. */
    private readonly versions: Map<string, number>,
  ) {}

  /** Whether a record of this id is in the log or granted. */
  knows(id: string): boolean {
    return this.known.has(id);
  }

  /** All or nothing: a refused call leaves the slice as it was. */
  judge(appends: readonly JudgedAppend<R>[]): AppendResult {
    const placed: PlacedRecord<R>[] = [];
    const answers: AppendedRecord[] = [];
    const conflicts = new Set<string>();
    const ownPlaces = new Map<string, RecordPlace>();
    const ownVersions = new Map<string, number>();
    for (const { stream, expectedVersion = 'any', records } of appends) {
      const before = ownVersions.get(stream) ?? this.versions.get(stream) ?? -1;
      let version = before;
      for (const record of records) {
        const first = ownPlaces.get(record.id) ?? this.known.get(record.id);
        if (first !== undefined) {
          if (differs(first.contentHash, record.contentHash)) conflicts.add(record.id);
          answers.push({ id: record.id, outcome: 'duplicate', position: first.position });
          continue;
        }
        version += 1;
        const position = this.head + placed.length + 1;
        placed.push({ position, stream, version, record });
        ownPlaces.set(record.id, placeOf(position, record));
        answers.push({ id: record.id, outcome: 'appended', position });
      }
      const nothingNew = records.length > 0 && version === before;
      if (!nothingNew && !matches(expectedVersion, before)) {
        return { kind: 'wrong-version', stream, expected: expectedVersion, actual: before };
      }
      ownVersions.set(stream, version);
    }
    if (conflicts.size > 0) return { kind: 'id-conflict', ids: [...conflicts] };
    for (const [id, place] of ownPlaces) this.known.set(id, place);
    for (const [stream, version] of ownVersions) this.versions.set(stream, version);
    this.granted.push(...placed);
    this.head += placed.length;
    let position = answers.length === 0 ? this.head : 0;
    for (const answer of answers) position = Math.max(position, answer.position);
    return { kind: 'appended', position, records: answers };
  }
}

function placeOf(position: number, record: JudgedRecord): RecordPlace {
  return record.contentHash === undefined ? { position } : { position, contentHash: record.contentHash };
}

function differs(first: string | undefined, second: string | undefined): boolean {
  return first !== undefined && second !== undefined && first !== second;
}

function matches(expected: ExpectedVersion, actual: number): boolean {
  if (expected === 'any') return true;
  return actual === (expected === 'none' ? -1 : expected);
}
