import type { AppendResult, EventLog, LogRecord, NewRecord } from './event-log';
import { describeBulkAppend } from './event-log.bulk-contract';

/** An adapter under test. */
export interface EventLogHarness {
  /** Another process's view of the same log: shares nothing but the store. */
  open(): Promise<EventLog>;
  /** A writer that dawdles inside every append, as long as a commit can take. */
  openSlow(delayMs: number): Promise<EventLog>;
  stop(): Promise<void>;
}

/** A record nobody has written yet. */
export function aRecord(id: string, overrides: Partial<NewRecord> = {}): NewRecord {
  return { id, type: 'test.happened', data: { of: id }, meta: {}, ...overrides };
}

export function assertAppended(result: AppendResult): asserts result is Extract<AppendResult, { kind: 'appended' }> {
  if (result.kind !== 'appended') throw new Error(`refused: ${JSON.stringify(result)}`);
}

/** Follows like a projection does: by the last position it has seen, never looking back. */
export async function follow(log: EventLog, upTo: number): Promise<LogRecord[]> {
  const seen: LogRecord[] = [];
  const stop = new AbortController();
  for await (const batch of log.tail(0, { batchSize: 100, signal: stop.signal })) {
    seen.push(...batch);
    if (seen.length >= upTo) stop.abort();
  }
  return seen;
}

/** The commonest bug of event stores: a writer that began first and commits last is passed by. */
export async function slowWriterIsNeverSkipped(harness: EventLogHarness): Promise<void> {
  const [slow, quick, reader] = [await harness.openSlow(150), await harness.open(), await harness.open()];
  const seen: string[] = [];
  let position = 0;
  let writing = true;
  const reading = (async () => {
    for (let last = false; !last;) {
      last = !writing;
      for (const record of await reader.read(position, 100)) {
        seen.push(record.id);
        position = record.position;
      }
    }
  })();
  const slowly = slow.append([{ stream: 'slow', records: [aRecord('began-first')] }]);
  const quickly = Array.from({ length: 10 }, async (_, index) => {
    await new Promise((resolve) => setTimeout(resolve, 20 + 20 * index));
    assertAppended(await quick.append([{ stream: 'quick', records: [aRecord(`quick-${index}`)] }]));
  });
  const written = await Promise.allSettled([slowly, ...quickly]);
  writing = false;
  await reading;
  for (const outcome of written) if (outcome.status === 'rejected') throw outcome.reason;
  expect([...seen].sort()).toEqual(['began-first', ...quickly.map((_, index) => `quick-${index}`)].sort());
}

/** What every adapter of the event log must do; `start` gives an empty log. */
export function describeEventLogContract(name: string, start: () => Promise<EventLogHarness>): void {
  describe(`event log on ${name}`, () => {
    let harness: EventLogHarness;
    let log: EventLog;
    beforeEach(async () => {
      harness = await start();
      log = await harness.open();
    });
    afterEach(() => harness.stop());

    describe('streams and order', () => {
      it('is empty at first', async () => {
        expect(await log.head()).toBe(0);
        expect(await log.read(0, 10)).toEqual([]);
        expect(await log.readStream('any')).toEqual([]);
        expect(await log.find('any')).toBeUndefined();
      });

      it('gives every record a place in its stream and in the whole', async () => {
        const result = await log.append([
          { stream: 'a', records: [aRecord('a0'), aRecord('a1')] },
          { stream: 'b', records: [aRecord('b0')] },
        ]);
        expect(result).toMatchObject({ kind: 'appended', position: 3 });
        await log.append([{ stream: 'a', records: [aRecord('a2')] }]);
        expect((await log.read(0, 10)).map((r) => [r.position, r.stream, r.version, r.id])).toEqual([
          [1, 'a', 0, 'a0'],
          [2, 'a', 1, 'a1'],
          [3, 'b', 0, 'b0'],
          [4, 'a', 2, 'a2'],
        ]);
        expect((await log.readStream('a', 1)).map((r) => r.id)).toEqual(['a1', 'a2']);
        expect(await log.head()).toBe(4);
      });

      it('gives back what was written, whatever characters it holds', async () => {
        const odd = 'tab\t newline\n backslash\\ quote" {comma,} NULL \\N \\. 溯源 \u{1F9FA} \ud800 \u0000';
        const meta = { who: odd, n: 1.5, deep: { list: [null, true, []] } };
        const records = Array.from({ length: 20 }, (_, n) =>
          aRecord(`id\t\\${n}'"{}`, { data: { [odd]: odd }, meta, contentHash: `h\\${n}` }),
        );
        await log.append([{ stream: 's\\\t"', records: records.slice(0, 1) }]);
        await log.append([{ stream: 's\\\t"', records: records.slice(1) }]);
        const back = await log.readStream('s\\\t"');
        expect(back.map(({ id, type, data, meta: m, contentHash }) => ({ id, type, data, meta: m, contentHash }))).toEqual(
          records,
        );
        expect(await log.find('id\t\\7\'"{}')).toMatchObject({ position: 8, contentHash: 'h\\7' });
      });

      it('reads from any position and never more than asked', async () => {
        await log.append([{ stream: 's', records: Array.from({ length: 25 }, (_, n) => aRecord(`r${n}`)) }]);
        expect((await log.read(20, 100)).map((r) => r.position)).toEqual([21, 22, 23, 24, 25]);
        expect((await log.read(3, 2)).map((r) => r.position)).toEqual([4, 5]);
        expect(await log.read(25, 10)).toEqual([]);
        expect(await log.read(99, 10)).toEqual([]);
      });

      it('stamps record times that never go back', async () => {
        for (let n = 0; n < 20; n += 1) await log.append([{ stream: `s${n % 3}`, records: [aRecord(`r${n}`)] }]);
        const times = (await log.read(0, 100)).map((r) => r.recordTime.getTime());
        expect(times).toEqual([...times].sort((a, b) => a - b));
        expect(Math.abs(Date.now() - (times.at(-1) ?? 0))).toBeLessThan(60_000);
      });

      it('takes a large batch at once', async () => {
        const records = Array.from({ length: 5000 }, (_, n) => aRecord(`r${n}`, { data: { text: 'x'.repeat(500) } }));
        expect(await log.append([{ stream: 's', records }])).toMatchObject({ kind: 'appended', position: 5000 });
        expect((await log.read(4999, 10)).map((r) => [r.version, r.id])).toEqual([[4999, 'r4999']]);
      });

      it('refuses names that it could not keep, and keeps serving others', async () => {
        const bad = ['', 'nul\u0000', 'x'.repeat(1501)];
        const attempts = bad.flatMap((name) => [
          log.append([{ stream: 's', records: [aRecord(name)] }]),
          log.append([{ stream: name, records: [aRecord('fine')] }]),
        ]);
        const good = log.append([{ stream: 's', records: [aRecord('good')] }]);
        for (const attempt of attempts) await expect(attempt).rejects.toThrow(RangeError);
        expect(await good).toMatchObject({ kind: 'appended', position: 1 });
        expect(await log.find('nul\u0000')).toBeUndefined();
        expect(await log.readStream('nul\u0000')).toEqual([]);
      });
    });

    describe('expected versions', () => {
      it('appends only to the version the caller knew', async () => {
        assertAppended(await log.append([{ stream: 's', expectedVersion: 'none', records: [aRecord('r0')] }]));
        assertAppended(await log.append([{ stream: 's', expectedVersion: 0, records: [aRecord('r1')] }]));
        expect(await log.append([{ stream: 's', expectedVersion: 0, records: [aRecord('r2')] }])).toEqual({
          kind: 'wrong-version',
          stream: 's',
          expected: 0,
          actual: 1,
        });
        expect(await log.append([{ stream: 's', expectedVersion: 'none', records: [aRecord('r2')] }])).toMatchObject({
          kind: 'wrong-version',
          actual: 1,
        });
        assertAppended(await log.append([{ stream: 't', expectedVersion: -1, records: [aRecord('t0')] }]));
        expect(await log.head()).toBe(3);
      });

      it('writes nothing of a call of which one part is refused', async () => {
        await log.append([{ stream: 'b', records: [aRecord('b0')] }]);
        const result = await log.append([
          { stream: 'a', records: [aRecord('a0')] },
          { stream: 'b', expectedVersion: 'none', records: [aRecord('b1')] },
        ]);
        expect(result).toMatchObject({ kind: 'wrong-version', stream: 'b' });
        expect(await log.find('a0')).toBeUndefined();
        expect(await log.head()).toBe(1);
      });

      it('lets exactly one of many rivals win each version', async () => {
        const [other, third] = [await harness.open(), await harness.open()];
        const wins = await Promise.all(
          [log, other, third].flatMap((rival, r) =>
            Array.from({ length: 5 }, async (_, n) => {
              let won = 0;
              for (let version = -1; version < 9; version += 1) {
                const record = aRecord(`${r}-${n}-${version}`);
                const result = await rival.append([{ stream: 's', expectedVersion: version, records: [record] }]);
                if (result.kind === 'appended') won += 1;
              }
              return won;
            }),
          ),
        );
        expect(wins.reduce((sum, won) => sum + won, 0)).toBe(10);
        expect((await log.readStream('s')).map((r) => r.version)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
      });

      it('answers neighbours in one commit separately', async () => {
        await log.append([{ stream: 's', records: [aRecord('s0', { contentHash: 'one' })] }]);
        const results = await Promise.all([
          log.append([{ stream: 'warm-up', records: [aRecord('w')] }]),
          log.append([{ stream: 's', expectedVersion: 7, records: [aRecord('x')] }]),
          log.append([{ stream: 'p', records: [aRecord('p0')] }]),
          log.append([{ stream: 'q', records: [aRecord('s0', { contentHash: 'two' }), aRecord('q0')] }]),
          log.append([{ stream: 'p', expectedVersion: 0, records: [aRecord('p1')] }]),
        ]);
        expect(results.map((result) => result.kind)).toEqual([
          'appended',
          'wrong-version',
          'appended',
          'id-conflict',
          'appended',
        ]);
        expect((await log.read(0, 10)).map((r) => [r.position, r.id])).toEqual([
          [1, 's0'],
          [2, 'w'],
          [3, 'p0'],
          [4, 'p1'],
        ]);
      });
    });

    describe('ids', () => {
      it('answers a repeat with the first position and writes nothing', async () => {
        await log.append([{ stream: 's', records: [aRecord('r0', { contentHash: 'h' }), aRecord('r1')] }]);
        const again = await log.append([
          {
            stream: 'elsewhere',
            expectedVersion: 5,
            records: [aRecord('r0', { contentHash: 'h' }), aRecord('r1', { contentHash: 'h' })],
          },
        ]);
        expect(again).toEqual({
          kind: 'appended',
          position: 2,
          records: [
            { id: 'r0', outcome: 'duplicate', position: 1 },
            { id: 'r1', outcome: 'duplicate', position: 2 },
          ],
        });
        expect(await log.head()).toBe(2);
      });

      it('refuses an id used again for other content, and with it the whole call', async () => {
        await log.append([{ stream: 's', records: [aRecord('r0', { contentHash: 'one' })] }]);
        const result = await log.append([{ stream: 't', records: [aRecord('new'), aRecord('r0', { contentHash: 'two' })] }]);
        expect(result).toEqual({ kind: 'id-conflict', ids: ['r0'] });
        expect(await log.find('new')).toBeUndefined();
      });

      it('sees repeats and conflicts inside one call', async () => {
        const twice = [aRecord('r', { contentHash: 'h' }), aRecord('other'), aRecord('r', { contentHash: 'h' })];
        expect(await log.append([{ stream: 's', records: twice }])).toMatchObject({
          position: 2,
          records: [{ position: 1 }, { position: 2 }, { position: 1, outcome: 'duplicate' }],
        });
        const torn = [aRecord('x', { contentHash: 'one' }), aRecord('x', { contentHash: 'two' })];
        expect(await log.append([{ stream: 's', records: torn }])).toEqual({ kind: 'id-conflict', ids: ['x'] });
        expect(await log.head()).toBe(2);
      });

      it('keeps one of many that arrive at once', async () => {
        const other = await harness.open();
        const answers = await Promise.all(
          [log, other].flatMap((writer) =>
            Array.from({ length: 10 }, () => writer.append([{ stream: 's', records: [aRecord('same', { contentHash: 'h' })] }])),
          ),
        );
        const outcomes = answers.flatMap((answer) => (answer.kind === 'appended' ? answer.records : []));
        expect(outcomes.map((r) => r.position)).toEqual(Array.from({ length: 20 }, () => 1));
        expect(outcomes.filter((r) => r.outcome === 'appended')).toHaveLength(1);
      });

      it('locates known ids', async () => {
        await log.append([{ stream: 's', records: [aRecord('a', { contentHash: 'h' }), aRecord('b')] }]);
        expect(await log.locate(['a', 'b', 'c', 'nul\u0000'])).toEqual(
          new Map([
            ['a', { position: 1, contentHash: 'h' }],
            ['b', { position: 2 }],
          ]),
        );
      });
    });

    describe('many writers', () => {
      it('hands out contiguous positions to 32 writers in two processes', async () => {
        const writers = [log, await harness.open()];
        const following = follow(await harness.open(), 32 * 20);
        await Promise.all(
          Array.from({ length: 32 }, async (_, w) => {
            for (let n = 0; n < 10; n += 1) {
              const records = [aRecord(`${w}-${n}-a`), aRecord(`${w}-${n}-b`)];
              assertAppended(await (writers[w % 2] ?? log).append([{ stream: `s${w % 5}`, records }]));
            }
          }),
        );
        const all = await log.read(0, 1000);
        expect(all.map((r) => r.position)).toEqual(Array.from({ length: 640 }, (_, n) => n + 1));
        expect((await following).map((r) => r.id)).toEqual(all.map((r) => r.id));
        for (let s = 0; s < 5; s += 1) {
          const stream = await log.readStream(`s${s}`);
          expect(stream.map((r) => r.version)).toEqual(stream.map((_, version) => version));
        }
        const pairs = all.filter((r) => r.id.endsWith('-a'));
        for (const { id, position } of pairs) expect(all[position]?.id).toBe(id.replace('-a', '-b'));
      });

      it('never lets a follower pass by a slow writer that began first', () => slowWriterIsNeverSkipped(harness));
    });

    describe('followers', () => {
      it('get everything from any position on, and what comes later', async () => {
        await log.append([{ stream: 's', records: Array.from({ length: 7 }, (_, n) => aRecord(`old-${n}`)) }]);
        const stop = new AbortController();
        const seen: number[][] = [];
        const reading = (async () => {
          for await (const batch of (await harness.open()).tail(4, { batchSize: 2, signal: stop.signal })) {
            seen.push(batch.map((r) => r.position));
            if (seen.flat().includes(9)) stop.abort();
          }
        })();
        while (seen.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
        await log.append([{ stream: 's', records: [aRecord('new-0'), aRecord('new-1')] }]);
        await reading;
        expect(seen.flat()).toEqual([5, 6, 7, 8, 9]);
        expect(Math.max(...seen.map((batch) => batch.length))).toBe(2);
      });

      it('hear of a new record within a moment', async () => {
        const reader = await harness.open();
        const stop = new AbortController();
        const following = reader.tail(0, { batchSize: 10, signal: stop.signal })[Symbol.asyncIterator]();
        const first = following.next();
        await new Promise((resolve) => setTimeout(resolve, 200));
        const before = performance.now();
        await log.append([{ stream: 's', records: [aRecord('r')] }]);
        await first;
        expect(performance.now() - before).toBeLessThan(500);
        stop.abort();
        expect(await following.next()).toMatchObject({ done: true });
      });

      it('stop when told to, also while waiting', async () => {
        const stop = new AbortController();
        const waiting = countUntilStopped(log, stop.signal);
        await new Promise((resolve) => setTimeout(resolve, 50));
        stop.abort();
        expect(await waiting).toBe(0);
      });
    });

    it('outlives its processes', async () => {
      await log.append([{ stream: 's', records: [aRecord('before', { contentHash: 'h' })] }]);
      const later = await harness.open();
      expect(
        await later.append([{ stream: 's', records: [aRecord('before', { contentHash: 'h' }), aRecord('after')] }]),
      ).toMatchObject({
        position: 2,
        records: [{ outcome: 'duplicate' }, { outcome: 'appended' }],
      });
      expect((await later.readStream('s')).map((r) => r.version)).toEqual([0, 1]);
    });

    describeBulkAppend(() => ({ log, harness }));
  });
}

async function countUntilStopped(log: EventLog, signal: AbortSignal): Promise<number> {
  let count = 0;
  for await (const batch of log.tail(0, { batchSize: 10, signal })) count += batch.length;
  return count;
}
