import type { LogRecord } from '@suyuan/event-log';
import type { IncomingMessage, Mark } from '../messaging.port';
import type { RecordNews } from '../records/record-message';

interface Arrival {
  readonly position: number;
  readonly offset: bigint;
}

/**
 * Puts records that come over several partitions, twice, late or not at all back into the order of the log. Positions are
 * contiguous, so what is missing is known, and what was passed on before is dropped: the position is the inbox key.
 */
export class RecordBuffer {
  private readonly waiting = new Map<number, LogRecord>();
  /** By partition, in order of offset: what a mark may pass when its position is done with. */
  private readonly arrivals = new Map<number, Arrival[]>();
  private topic = '';

  /** @param passed position up to which everything was passed on before */
  constructor(private passed: number) {}

  get size(): number {
    return this.waiting.size;
  }

  /** A message that says nothing may be marked at once: position 0. */
  add({ topic, partition, offset }: IncomingMessage, { position, record }: RecordNews): void {
    this.topic = topic;
    const arrivals = this.arrivals.get(partition) ?? [];
    this.arrivals.set(partition, arrivals);
    arrivals.push({ position, offset });
    if (record !== undefined && position > this.passed) this.waiting.set(position, record);
  }

  /** The next records in order without a gap, at most `limit`; they count as passed on. */
  take(limit: number): LogRecord[] {
    const records: LogRecord[] = [];
    while (records.length < limit) {
      const record = this.waiting.get(this.passed + 1);
      if (record === undefined) break;
      this.waiting.delete(record.position);
      records.push(record);
      this.passed = record.position;
    }
    return records;
  }

  /** Records came another way, up to `position`. */
  passBy(position: number): void {
    for (let next = this.passed + 1; next <= position && this.waiting.size > 0; next++) this.waiting.delete(next);
    this.passed = Math.max(this.passed, position);
  }

  /** By partition, how far messages are done with when everything up to `position` is. */
  marksUpTo(position: number): Mark[] {
    const marks: Mark[] = [];
    for (const [partition, arrivals] of this.arrivals) {
      let done = 0;
      while (done < arrivals.length && (arrivals[done]?.position ?? 0) <= position) done += 1;
      const last = arrivals[done - 1];
      if (last === undefined) continue;
      arrivals.splice(0, done);
      marks.push({ topic: this.topic, partition, offset: last.offset });
    }
    return marks;
  }
}
