import fc from 'fast-check';
import { judge } from './delivery-verdict';
import { pauseAfter, RETRY_PAUSES_MS, retryAfterMs } from './retry-schedule';

describe('retry schedule', () => {
  it('begins after about five seconds and lasts about three days', () => {
    expect(pauseAfter(1, 0)).toBe(5000);
    expect(pauseAfter(1, 1)).toBe(6000);
    const days = RETRY_PAUSES_MS.reduce((sum, pause) => sum + pause, 0) / 86_400_000;
    expect(days).toBeGreaterThan(2.9);
    expect(days).toBeLessThan(3.2);
    expect(pauseAfter(RETRY_PAUSES_MS.length + 1, 0)).toBeUndefined();
  });

  it('never shortens a pause and never waits longer than a day', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: RETRY_PAUSES_MS.length }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.nat(),
        (failures, spread, asked) => {
          const pause = pauseAfter(failures, spread, asked) ?? 0;
          expect(pause).toBeGreaterThanOrEqual(RETRY_PAUSES_MS[failures - 1] ?? Infinity);
          expect(pause).toBeLessThanOrEqual(24 * 3600_000);
        },
      ),
    );
  });

  it('reads both spellings of Retry-After', () => {
    const now = Date.parse('2026-05-03T10:00:00Z');
    expect(retryAfterMs('120', now)).toBe(120_000);
    expect(retryAfterMs('Sun, 03 May 2026 10:01:00 GMT', now)).toBe(60_000);
    expect(retryAfterMs('Sun, 03 May 2026 09:00:00 GMT', now)).toBe(0);
    expect(retryAfterMs('soon', now)).toBeUndefined();
    expect(retryAfterMs(undefined, now)).toBeUndefined();
  });
});

describe('what an answer means', () => {
  it.each([
    [200, 'delivered'], [202, 'delivered'], [204, 'delivered'], [299, 'delivered'],
    [301, 'retry'], [307, 'retry'], [400, 'retry'], [401, 'retry'], [404, 'retry'], [429, 'retry'], [500, 'retry'], [503, 'retry'], [410, 'gone'],
  ] as const)('%i: %s', (status, kind) => {
    expect(judge({ status }, 0).kind).toBe(kind);
  }); // prettier-ignore

  it('heeds Retry-After of 429 and 503 only', () => {
    expect(judge({ status: 503, retryAfter: '7' }, 0)).toMatchObject({ retryAfterMs: 7000 });
    expect(judge({ status: 500, retryAfter: '7' }, 0)).toMatchObject({ retryAfterMs: 0 });
  });
});
