import type { EventLog, StagedRecord } from './event-log';

function staged(id: string, stream = 's', contentHash?: string): StagedRecord {
  return { id, stream, type: 'test.happened', data: { of: id }, meta: {}, ...(contentHash === undefined ? {} : { contentHash }) };
}

/** The part of the contract about bulk appends; `context` is asked inside each test. */
export function describeBulkAppend(context: () => { log: EventLog; harness: { open(): Promise<EventLog> } }): void {
  describe('bulk appends', () => {
    it('show all of it at once, in the order of staging', async () => {
      const { log } = context();
      await log.append([{ stream: 's', records: [staged('old')] }]);
      const bulk = await log.bulk();
      for (let part = 0; part < 5; part += 1) {
        await bulk.stage(Array.from({ length: 200 }, (_, n) => staged(`r${part * 200 + n}`, n % 2 === 0 ? 's' : 't')));
      }
      expect(await log.head()).toBe(1);
      expect(await bulk.commit()).toMatchObject({ kind: 'appended', position: 1001, appended: 1000, duplicates: 0 });
      const all = await log.read(1, 2000);
      expect(all.map((r) => r.id)).toEqual(Array.from({ length: 1000 }, (_, n) => `r${n}`));
      expect(all.map((r) => r.position)).toEqual(all.map((_, n) => n + 2));
      expect((await log.readStream('s')).map((r) => r.version)).toEqual(Array.from({ length: 501 }, (_, n) => n));
      expect((await log.readStream('t')).map((r) => r.version)).toEqual(Array.from({ length: 500 }, (_, n) => n));
    });

    it('count what is there already', async () => {
      const { log } = context();
      await log.append([{ stream: 's', records: [staged('a', 's', 'h')] }]);
      const bulk = await log.bulk();
      await bulk.stage([staged('a', 's', 'h'), staged('b', 's', 'h'), staged('b', 's', 'h')]);
      expect(await bulk.commit()).toEqual({
        kind: 'appended',
        position: 2,
        appended: 1,
        duplicates: 2,
        conflictCount: 0,
        conflicts: [],
      });
      const repeat = await log.bulk();
      await repeat.stage([staged('a', 's', 'h')]);
      expect(await repeat.commit()).toMatchObject({ position: 1, appended: 0, duplicates: 1 });
    });

    it('write nothing when an id is taken by other content', async () => {
      const { log } = context();
      await log.append([{ stream: 's', records: [staged('a', 's', 'one')] }]);
      const bulk = await log.bulk();
      await bulk.stage([staged('new', 's', 'h'), staged('a', 's', 'two'), staged('new', 's', 'other')]);
      expect(await bulk.commit()).toMatchObject({
        kind: 'id-conflict',
        conflictCount: 2,
        conflicts: [
          { id: 'a', ordinal: 1 },
          { id: 'new', ordinal: 2 },
        ],
      });
      expect(await log.head()).toBe(1);
    });

    it('leave out the conflicts when told to', async () => {
      const { log } = context();
      await log.append([{ stream: 's', records: [staged('a', 's', 'one')] }]);
      const bulk = await log.bulk();
      await bulk.stage([staged('x', 's', 'h'), staged('a', 's', 'two'), staged('x', 's', 'h'), staged('y', 's', 'h')]);
      expect(await bulk.commit({ skipConflicts: true })).toEqual({
        kind: 'appended',
        position: 3,
        appended: 2,
        duplicates: 1,
        conflictCount: 1,
        conflicts: [{ id: 'a', ordinal: 1 }],
      });
      expect((await log.read(1, 10)).map((r) => [r.id, r.version])).toEqual([
        ['x', 1],
        ['y', 2],
      ]);
    });

    it('tell what is staged under an id', async () => {
      const bulk = await context().log.bulk();
      await bulk.stage([staged('a', 's', 'one'), staged('b'), staged('a', 's', 'two')]);
      expect(await bulk.staged(['a', 'b', 'c'])).toEqual(new Map([['a', 'one']]));
      await bulk.discard();
    });

    it('can be given up', async () => {
      const { log } = context();
      const bulk = await log.bulk();
      await bulk.stage([staged('a')]);
      await bulk.discard();
      expect(await log.head()).toBe(0);
    });

    it('agree with writers beside them on places and versions', async () => {
      const { log, harness } = context();
      const other = await harness.open();
      const bulks = [log, other].map(async (writer, w) => {
        const bulk = await writer.bulk();
        for (let part = 0; part < 4; part += 1) {
          await bulk.stage(Array.from({ length: 500 }, (_, n) => staged(`bulk-${w}-${part}-${n}`)));
        }
        await bulk.stage([staged('shared', 's', 'h')]);
        return bulk.commit();
      });
      const singles = Array.from({ length: 60 }, async (_, n) => {
        await new Promise((resolve) => setTimeout(resolve, 5 * n));
        await (n % 2 === 0 ? log : other).append([{ stream: 's', records: [staged(`single-${n}`)] }]);
      });
      await Promise.all([...bulks, ...singles]);
      const all = await log.read(0, 10_000);
      expect(all).toHaveLength(4061);
      expect(all.map((r) => r.position)).toEqual(all.map((_, n) => n + 1));
      expect(all.map((r) => r.version)).toEqual(all.map((_, n) => n));
    });
  });
}
