import { crashRounds, seeded } from '../support/crash-rounds';

const rounds = Number(process.env['SUYUAN_TEST_ROUNDS'] ?? 25);
const long = process.env['SUYUAN_TEST_SOAK'] === undefined ? it.skip : it;

long(
  `killed ${rounds} times during capture, it loses and doubles nothing`,
  async () => {
    const seed = Number(process.env['SUYUAN_TEST_SEED'] ?? Date.now() % 1_000_000);
    console.info(`SUYUAN_TEST_SEED=${seed}`);
    await crashRounds(rounds, seeded(seed));
  },
  3_600_000,
);
