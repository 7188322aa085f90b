import fc from 'fast-check';
import { Fact } from '../domain/facts/fact';
import { balanceOf } from '../domain/lineage/balance';
import { MemorySource } from '../domain/lineage/memory-source';
import { arbitraryFacts, capturedInOrder, CODES } from '../testing/random-world';
import { oracleAnswer } from './oracle';

const NOW = 1_000_000_000;

async function engineAnswer(facts: readonly Fact[], code: string): Promise<Record<string, string>> {
  const rows: Record<string, string> = {};
  for (const { account, party, place, from, product, uom, quantity } of await balanceOf(
    new MemorySource(facts, NOW, new Map()),
    code,
  )) {
    rows[`${product} ${JSON.stringify([uom, account, party, place, from ?? null])}`] = String(Math.round(quantity * 1e9));
  }
  return rows;
}

describe('the oracle and the engine', () => {
  it('agree on every balance of every code', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryFacts(8), async (facts) => {
        const captured = capturedInOrder(
          facts,
          facts.map((_, index) => index),
        );
        for (const code of CODES)
          expect([code, await engineAnswer(captured, code)]).toEqual([code, oracleAnswer(captured, NOW, code)]);
      }),
      { numRuns: 300 },
    );
  }, 120_000);
});
