import { createTestDatabase } from '@suyuan/testkit';
import { crashRounds } from './testing/crash-rounds';
import { DeliveryBench } from './testing/delivery-bench';

const ROUNDS = Number(process.env['SUYUAN_TEST_ROUNDS'] ?? 5);
const SEED = Number(process.env['SUYUAN_TEST_SEED'] ?? Date.now() % 1_000_000);

/** mulberry32: small, good enough to spread crashes, and the same again from the same seed. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

describe(`${ROUNDS} processes die while they send notices (seed ${SEED})`, () => {
  it(
    'no notice is lost, none goes out under two ids',
    async () => {
      const test = await createTestDatabase();
      const bench = await DeliveryBench.on(test.database);
      try {
        const { queued, crashes, got, accepted, states } = await crashRounds(bench, ROUNDS, randomFrom(SEED));
        expect(crashes).toBe(ROUNDS);
        expect(states).toHaveLength(queued);
        const ids = new Map<string, Set<string>>();
        for (const { webhookId, notice } of got) ids.set(notice, (ids.get(notice) ?? new Set()).add(webhookId));
        for (const [notice, used] of ids) expect([...used]).toEqual([notice.replace(' ', '-v')]);
        // The newest version of each has arrived; an older one may have been overtaken.
        const newest = new Map(states.map((state) => [state.split(' ')[0], state] as const));
        for (const state of newest.values()) {
          expect(state).toMatch(/delivered$/);
          expect(accepted).toContain(state.split(' ').slice(0, 2).join('-v'));
        }
      } finally {
        await bench.stop();
        await test.drop();
      }
    },
    60_000 + ROUNDS * 2_000,
  );
});
