import type { LogRecord } from '../event-log';
import { RecentRecords, type SizedRecord } from './recent-records';

function log(length: number): { recent: RecentRecords; reads: [number, number][]; grow: (to: number) => void } {
  const reads: [number, number][] = [];
  let head = length;
  const recent = new RecentRecords(async (after, limit) => {
    reads.push([after, limit]);
    await Promise.resolve();
    const count = Math.max(0, Math.min(limit, head - after));
    return Array.from({ length: count }, (_, index) => ({
      record: { position: after + 1 + index } as LogRecord,
      sizeBytes: 10,
    }));
  }, 50);
  return { recent, reads, grow: (to) => (head = to) };
}

const sized = (from: number, to: number): SizedRecord[] =>
  Array.from({ length: to + 1 - from }, (_, index) => ({ record: { position: from + index } as LogRecord, sizeBytes: 10 }));

const positions = (records: readonly LogRecord[]): number[] => records.map(({ position }) => position);

describe('The records that were read last', () => {
  it('are read once, whoever asks, also at the same time', async () => {
    const { recent, reads } = log(4);
    const [a, b] = await Promise.all([recent.after(0, 4), recent.after(0, 2)]);
    expect(positions(a)).toEqual([1, 2, 3, 4]);
    expect(positions(b)).toEqual([1, 2]);
    expect(positions(await recent.after(2, 1))).toEqual([3]);
    expect(reads).toEqual([[0, 4]]);
  });

  it('give way to newer ones and are read again by who is behind', async () => {
    const { recent, reads, grow } = log(4);
    await recent.after(0, 4);
    grow(12);
    expect(positions(await recent.after(4, 4))).toEqual([5, 6, 7, 8]);
    expect(positions(await recent.after(0, 2))).toEqual([1, 2]);
    expect(positions(await recent.after(7, 9))).toEqual([8]);
    expect(reads).toEqual([
      [0, 4],
      [4, 4],
      [0, 2],
    ]);
  });

  it('never leave a gap: after a jump only what follows it is kept', async () => {
    const { recent, reads } = log(20);
    await recent.after(0, 2);
    expect(positions(await recent.after(10, 2))).toEqual([11, 12]);
    expect(positions(await recent.after(2, 2))).toEqual([3, 4]);
    expect(positions(await recent.after(10, 1))).toEqual([11]);
    expect(reads).toEqual([
      [0, 2],
      [10, 2],
      [2, 2],
    ]);
  });

  it('end where the log ends', async () => {
    const { recent } = log(1);
    expect(positions(await recent.after(1, 5))).toEqual([]);
  });

  it('are not read at all when this process wrote them', async () => {
    const { recent, reads, grow } = log(4);
    await recent.after(0, 4);
    grow(8);
    recent.offer(sized(5, 8));
    expect(positions(await recent.after(4, 2))).toEqual([5, 6]);
    expect(positions(await recent.after(6, 9))).toEqual([7, 8]);
    expect(reads).toEqual([[0, 4]]);
  });

  it('are read by who is behind what this process wrote, and nothing is skipped or given twice', async () => {
    const { recent, reads, grow } = log(4);
    await recent.after(0, 2);
    grow(8);
    // Another process wrote 3 to 6.
    recent.offer(sized(7, 8));
    expect(positions(await recent.after(2, 4))).toEqual([3, 4, 5, 6]);
    expect(positions(await recent.after(6, 4))).toEqual([7, 8]);
    // Read before they were offered.
    recent.offer(sized(5, 8));
    expect(positions(await recent.after(6, 4))).toEqual([7, 8]);
    expect(reads).toEqual([
      [0, 2],
      [2, 4],
    ]);
  });

  it('are let go when all have had them', async () => {
    const { recent, reads } = log(6);
    await recent.after(0, 6);
    recent.release(4);
    expect(positions(await recent.after(4, 2))).toEqual([5, 6]);
    expect(reads).toEqual([[0, 6]]);
    recent.release(2);
    recent.release(6);
    expect(positions(await recent.after(4, 2))).toEqual([5, 6]);
    expect(reads).toEqual([
      [0, 6],
      [4, 2],
    ]);
  });
});
