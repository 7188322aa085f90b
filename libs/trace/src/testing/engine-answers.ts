import { Fact } from '../domain/facts/fact';
import { PlaceParties } from '../domain/facts/parties';
import { balanceOf } from '../domain/lineage/balance';
import { exceptionsIn } from '../domain/lineage/exceptions';
import { graphOf } from '../domain/lineage/graph-answer';
import { holdingsOf, totalsOf } from '../domain/lineage/holders';
import { MemorySource } from '../domain/lineage/memory-source';
import { reachForward } from '../domain/lineage/reach';
import { selectCode } from '../domain/lineage/selection';

/** Members of an object have no order; everything else of an answer has. */
export function answerText(answers: unknown): string {
  const ordered = (_: string, value: unknown): unknown =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value;
  return JSON.stringify(answers, ordered, 1);
}

/** Every answer of the engine about these codes, byte for byte. */
export async function engineAnswers(
  facts: readonly Fact[],
  asOfMicros: number,
  places: PlaceParties,
  codes: readonly string[],
): Promise<string> {
  const source = new MemorySource(facts, asOfMicros, places);
  const all: unknown[] = [];
  for (const code of codes) {
    const holdings = await holdingsOf(source, await reachForward(source, await selectCode(source, code)));
    all.push({
      code,
      balance: await balanceOf(source, code),
      holders: { ...holdings, totals: totalsOf(holdings) },
      forward: await graphOf(source, code, 'forward'),
      backward: await graphOf(source, code, 'backward'),
      both: await graphOf(source, code, 'both'),
    });
  }
  return answerText([all, await exceptionsIn(source, undefined)]);
}
