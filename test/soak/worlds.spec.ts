import { proveAllOrders, proveArrival, proveNoise, proveSupplyChains } from '../../libs/trace/src/oracle/proofs';

const worlds = Number(process.env['SUYUAN_TEST_WORLDS'] ?? 1_000);
const seed = Number(process.env['SUYUAN_TEST_SEED'] ?? Date.now() % 1_000_000_000);
const long = process.env['SUYUAN_TEST_SOAK'] === undefined ? it.skip : it;
const HOURS_10 = 36_000_000;

describe(`The trace engine, in ${worlds} random worlds of a kind (SUYUAN_TEST_SEED=${seed})`, () => {
  beforeAll(() => {
    if (process.env['SUYUAN_TEST_SOAK'] !== undefined) console.info(`SUYUAN_TEST_SEED=${seed} SUYUAN_TEST_WORLDS=${worlds}`);
  });

  long('answers as the oracle does, whatever is said', () => proveNoise({ worlds, seed }), HOURS_10);
  long('answers as the oracle does about supply chains', () => proveSupplyChains({ worlds, seed }), HOURS_10);
  long('answers alike in any order of arrival', () => proveArrival({ worlds, seed }), HOURS_10);
  long('answers alike in all orders of a small world', () => proveAllOrders({ worlds: Math.ceil(worlds / 10), seed }), HOURS_10);
});
