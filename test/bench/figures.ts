/** One measured figure; `must` and `aim` are what it is held against. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly must?: string;
}

export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

/**
 * Asks `rounds` times, `together` at once, and gives each time in milliseconds, from the question to the last byte of the
 * answer. What a client then does with it is not counted; `check` throws for a wrong answer.
 */
export async function timed(
  rounds: number,
  together: number,
  ask: (round: number) => Promise<string>,
  check: (answer: string, round: number) => void,
): Promise<number[]> {
  const times: number[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let round = next++; round < rounds; round = next++) {
      const began = performance.now();
      const answer = await ask(round);
      times.push(performance.now() - began);
      check(answer, round);
    }
  };
  await Promise.all(Array.from({ length: together }, worker));
  return times;
}

/** A fast wrong answer is a failure. */
export function expectEqual(what: string, found: unknown, expected: unknown): void {
  if (found !== expected) throw new Error(`${what}: found ${String(found)}, expected ${String(expected)}`);
}
