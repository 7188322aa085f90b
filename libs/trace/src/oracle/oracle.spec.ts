import { worldSeed } from '../testing/random-world';
import { proveAllOrders, proveArrival, proveNoise, proveSupplyChains } from './proofs';

const worlds = Number(process.env['SUYUAN_TEST_WORLDS'] ?? 150);
const seed = worldSeed();

describe('The engine', () => {
  it('answers as the oracle does in worlds of noise', () => proveNoise({ worlds, seed }), 3_600_000);

  it(
    'answers as the oracle does in supply chains, as of any time and as known at any position',
    () => proveSupplyChains({ worlds, seed }),
    3_600_000,
  );

  it('gives the same bytes in any order of arrival', () => proveArrival({ worlds: Math.ceil(worlds / 3), seed }), 3_600_000);

  it(
    'gives the same bytes in all orders of a small world',
    () => proveAllOrders({ worlds: Math.ceil(worlds / 12), seed }),
    3_600_000,
  );
});
