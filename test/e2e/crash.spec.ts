import { crashRounds, seeded } from '../support/crash-rounds';

it('killed five times during capture, it has every acknowledged event exactly once, and a graph that equals its replay', async () => {
  const seed = Number(process.env['SUYUAN_TEST_SEED'] ?? Date.now() % 1_000_000);
  console.info(`SUYUAN_TEST_SEED=${seed}`);
  await crashRounds(5, seeded(seed));
}, 180_000);
