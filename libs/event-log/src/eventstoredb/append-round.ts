import { randomUUID } from 'node:crypto';
import type { AppendedRecord, AppendResult } from '../event-log';
import { LogSlice } from '../postgres/append-plan';
import type { SerialAppend, SerialRecord } from '../postgres/serial-record';
import type { TouchedPlaces } from './log-places';
import { type CallShape, type Member, toEvent } from './unit';
import type { Addressed } from './unit-writer';

/** A call that is sent: without the records that the log has already. */
interface SentCall {
  readonly index: number;
  readonly appends: readonly SerialAppend[];
  /** The answer as far as it is known: for what is not sent. */
  readonly foreseen: readonly AppendedRecord[];
  /** For each record of the call, whether it is sent. */
  readonly isSent: readonly boolean[];
}

/** What becomes of waiting calls by what the index says: answered now, sent as one unit, or looked at again afterwards. */
export class AppendRound {
  readonly answered = new Map<number, AppendResult>();
  private readonly sent: SentCall[] = [];
  private readonly touchedIds = new Set<string>();
  private readonly touchedStreams = new Set<string>();
  private readonly slice: LogSlice;
  /** Revisions that streams must still have, for calls that name the version they know. */
  readonly expected = new Map<string, number>();

  constructor(
    head: number,
    private readonly touched: TouchedPlaces,
    /** Revisions found out by a lost race: the last event of a stream need not be a record. */
    private readonly found: ReadonlyMap<string, number>,
  ) {
    this.slice = new LogSlice(head, touched.known, touched.versions);
  }

  /** Judges a call by the index. What it is told about calls sent before it is not certain yet, so it is not told. */
  add(index: number, call: readonly SerialAppend[]): void {
    if (call.some(({ records }) => records.some(({ id }) => this.touchedIds.has(id)))) return;
    const isSent = call.flatMap(({ records }) => records.map(({ id }) => !this.slice.knows(id)));
    const granted = this.slice.granted.length;
    const result = this.slice.judge(call);
    if (result.kind !== 'appended') {
      const certain = result.kind === 'id-conflict' || !call.some(({ stream }) => this.touchedStreams.has(stream));
      if (certain) this.answered.set(index, result);
      return;
    }
    if (this.slice.granted.length === granted) {
      this.answered.set(index, result);
      return;
    }
    this.send({ index, appends: call, foreseen: result.records, isSent });
  }

  /** The events of the round's unit; none when there is nothing to send. */
  events(unit: string = randomUUID()): readonly Addressed[] {
    const records: { readonly stream: string; readonly record: SerialRecord }[] = [];
    const calls: CallShape[] = [];
    for (const { appends, isSent } of this.sent) {
      let next = 0;
      const shape: (readonly [string, NonNullable<SerialAppend['expectedVersion']>, number])[] = [];
      for (const { stream, expectedVersion = 'any', records: all } of appends) {
        const own = all.filter(() => isSent[next++]);
        // All of it is there already: then its version is not compared.
        if (own.length === 0 && all.length > 0) continue;
        shape.push([stream, expectedVersion, own.length]);
        for (const record of own) records.push({ stream, record });
      }
      calls.push(shape);
    }
    return records.map(({ stream, record }, ordinal) => {
      const member: Member = {
        unit,
        ordinal,
        of: records.length,
        ...(ordinal === 0 ? { shape: { calls } } : {}),
        isBulk: false,
        stream,
        id: record.id,
        ...(record.contentHash === undefined ? {} : { contentHash: record.contentHash }),
        sizeBytes: Buffer.byteLength(record.data),
      };
      return { stream, event: toEvent(member, record) };
    });
  }

  /** Answers the calls that were sent, by what became of each. */
  settle(results: readonly AppendResult[]): void {
    this.sent.forEach((call, n) => {
      const result = results[n];
      if (result !== undefined) this.answered.set(call.index, result.kind === 'appended' ? merged(call, result.records) : result);
    });
  }

  private send(call: SentCall): void {
    this.sent.push(call);
    for (const { stream, expectedVersion = 'any', records } of call.appends) {
      if (expectedVersion !== 'any' && records.length > 0 && !this.touchedStreams.has(stream))
        this.expected.set(stream, Math.max(this.found.get(stream) ?? -1, this.touched.revisions.get(stream) ?? -1));
      this.touchedStreams.add(stream);
      for (const { id } of records) this.touchedIds.add(id);
    }
  }
}

function merged(call: SentCall, results: readonly AppendedRecord[]): AppendResult {
  let next = 0;
  const records = call.foreseen.map((foreseen, n) => (call.isSent[n] === true ? (results[next++] ?? foreseen) : foreseen));
  return { kind: 'appended', position: records.reduce((max, { position }) => Math.max(max, position), 0), records };
}
