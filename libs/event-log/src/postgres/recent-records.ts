import type { LogRecord } from '../event-log';

/** A record with the bytes that it takes on disk. */
export interface SizedRecord {
  readonly record: LogRecord;
  readonly sizeBytes: number;
}

/**
 * The records that were written here or read last, without a gap. All followers of a process want the same ones at nearly
 * the same time: what this process wrote they find here, of the rest the first reads and the others find them. Records
 * never change, so there is nothing to invalidate; nobody may write to what was handed out.
 */
export class RecentRecords {
  private kept: SizedRecord[] = [];
  private keptBytes = 0;
  private readonly reading = new Map<number, Promise<readonly LogRecord[]>>();

  constructor(
    private readonly read: (after: number, limit: number) => Promise<SizedRecord[]>,
    private readonly keptBytesMax: number,
  ) {}

  /** At most `limit` records after a position; fewer though there are more is possible, none means there are none. */
  async after(position: number, limit: number): Promise<readonly LogRecord[]> {
    const found = this.find(position, limit);
    if (found.length > 0) return found;
    const ahead = this.reading.get(position);
    if (ahead !== undefined) return (await ahead).slice(0, limit);
    const read = this.readAndKeep(position, limit);
    this.reading.set(position, read);
    try {
      return await read;
    } finally {
      this.reading.delete(position);
    }
  }

  /** Records that were just committed, without a gap, in order: the followers need not read them. */
  offer(records: readonly SizedRecord[]): void {
    const first = records[0]?.record.position;
    const last = this.kept.at(-1)?.record.position;
    // Read already, or further back than what is kept.
    if (first === undefined || (last !== undefined && first <= last)) return;
    this.keep(records, first - 1);
  }

  /** All have had the records up to a position: to keep them longer would only cost memory. */
  release(position: number): void {
    const first = this.kept[0]?.record.position;
    if (first === undefined || position < first) return;
    for (const { sizeBytes } of this.kept.splice(0, position + 1 - first)) this.keptBytes -= sizeBytes;
  }

  private find(position: number, limit: number): LogRecord[] {
    const first = this.kept[0]?.record.position;
    if (first === undefined || position + 1 < first) return [];
    return this.kept.slice(position + 1 - first, position + 1 - first + limit).map(({ record }) => record);
  }

  private async readAndKeep(position: number, limit: number): Promise<readonly LogRecord[]> {
    const records = await this.read(position, limit);
    const last = this.kept.at(-1)?.record.position;
    // A follower far behind reads for itself: what the others are about to ask for is newer.
    if (last === undefined || position >= last) this.keep(records, position);
    return records.map(({ record }) => record);
  }

  /** Puts records after the kept ones, which are let go when there is a gap between. */
  private keep(records: readonly SizedRecord[], after: number): void {
    if (this.kept.at(-1)?.record.position !== after) this.forget();
    for (const sized of records) {
      this.kept.push(sized);
      this.keptBytes += sized.sizeBytes;
    }
    this.trim();
  }

  private trim(): void {
    let gone = 0;
    while (this.keptBytes > this.keptBytesMax && gone < this.kept.length) this.keptBytes -= this.kept[gone++]?.sizeBytes ?? 0;
    this.kept.splice(0, gone);
  }

  private forget(): void {
    this.kept = [];
    this.keptBytes = 0;
  }
}
