import fc from 'fast-check';
import { codes } from '../testing/alphabet';
import { arbitraryFacts, capturedInOrder, CODES, worldSeed } from '../testing/random-world';
import { arbitrarySupplyChain } from '../testing/supply-chain';
import { Fact } from './facts/fact';
import { originsOf } from './lineage/ancestry';
import { balanceOf } from './lineage/balance';
import { graphOf } from './lineage/graph-answer';
import { holdingsOf } from './lineage/holders';
import { MemorySource } from './lineage/memory-source';
import { reachForward } from './lineage/reach';
import { selectCode } from './lineage/selection';
import { cohortName } from './world/cohort';

const NOW = 1_000_000_000;
const RUNS = Number(process.env['SUYUAN_TEST_WORLDS'] ?? 60);
const inOrder = (facts: readonly Fact[]): Fact[] =>
  capturedInOrder(
    facts,
    facts.map((_, index) => index),
  );
const known = (facts: readonly Fact[]): MemorySource => new MemorySource(facts, NOW, new Map());

async function answers(source: MemorySource): Promise<string> {
  const all: unknown[] = [];
  for (const code of CODES) {
    all.push(
      code,
      await holdingsOf(source, await reachForward(source, await selectCode(source, code))),
      await balanceOf(source, code),
    );
  }
  const exceptions = (await source.exceptions({}))
    .map((row) => JSON.stringify({ ...row, amount: row.amount?.toString() }))
    .sort();
  return JSON.stringify([all, exceptions]);
}

/** Of lots, things and containers; a class stands for all of its lots. */
async function mirrors(source: MemorySource, asked: readonly string[]): Promise<void> {
  const named = asked.filter((code) => !/^01\/\d{14}$/.test(code));
  const pairs = async (direction: 'forward' | 'backward'): Promise<Set<string>> => {
    const found = new Set<string>();
    for (const code of named) {
      for (const { id } of (await graphOf(source, code, direction)).nodes) {
        if (id !== code && named.includes(id)) found.add(direction === 'forward' ? `${code} → ${id}` : `${id} → ${code}`);
      }
    }
    return found;
  };
  const [forward, backward] = [await pairs('forward'), await pairs('backward')];
  expect([...forward].sort()).toEqual([...backward].sort());
}

/** What is inside a thing comes before it, too: that is another question. */
async function isEmpty(source: MemorySource, key: string): Promise<boolean> {
  const { things, quantities } = await source.contentsOf([key]);
  return things.length + quantities.length === 0;
}

describe('In every world', () => {
  it('the entries of a product sum to zero, and a serial is in exactly one state', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryFacts(14), async (facts) => {
        const source = known(inOrder(facts));
        for (const code of CODES) {
          const sums = new Map<string, number>();
          for (const { product, uom, quantity } of await balanceOf(source, code))
            sums.set(`${product} ${uom}`, (sums.get(`${product} ${uom}`) ?? 0) + quantity);
          for (const [name, sum] of sums) expect([code, name, Math.round(sum * 1e6) / 1e6 + 0]).toEqual([code, name, 0]);
          if (!code.includes('/21/') || (await source.things([code])).length === 0) continue;
          const states = (await balanceOf(source, code)).filter(
            ({ account }) => account !== 'created' && account !== 'unexplained',
          );
          expect(states.map(({ quantity }) => quantity)).toEqual([1]);
        }
      }),
      { numRuns: RUNS, seed: worldSeed() },
    );
  });

  it('B comes after A exactly when A comes before B', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryFacts(12), async (facts) => {
        await mirrors(known(inOrder(facts)), CODES);
      }),
      { numRuns: RUNS, seed: worldSeed() },
    );
  });

  it('B comes after A exactly when A comes before B, where nearly everything is made of something', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryFacts(12, { transformations: 12 }), async (facts) => {
        await mirrors(known(inOrder(facts)), CODES);
      }),
      { numRuns: RUNS, seed: worldSeed() },
    );
  });

  it('B comes after A exactly when A comes before B, in supply chains', async () => {
    await fc.assert(
      fc.asyncProperty(arbitrarySupplyChain(20), async ({ facts, places, asOf }) => {
        await mirrors(new MemorySource(facts, asOf.at(-1) ?? 0, places), codes);
      }),
      { numRuns: RUNS, seed: worldSeed() },
    );
  });

  it('B comes as certainly after A as A before B, thing by thing', async () => {
    const things = CODES.filter((code) => code.includes('/21/') || !code.startsWith('01/'));
    await fc.assert(
      fc.asyncProperty(arbitraryFacts(12), async (facts) => {
        const source = known(inOrder(facts));
        const [forward, backward] = [new Set<string>(), new Set<string>()];
        for (const code of things) {
          const { selection, derived } = await reachForward(source, await selectCode(source, code));
          for (const { key, cohort } of await source.things(things)) {
            const ways = [selection.things.get(key), selection.cohorts.get(cohortName(cohort))?.certainty];
            const certainty = ways.includes('certain') ? 'certain' : 'possible';
            const isDerived = derived.has(cohortName(cohort)) || derived.has(key);
            if (isDerived && key !== code && (await isEmpty(source, key))) forward.add(`${code} → ${key} ${certainty}`);
          }
          const origins = await originsOf(source, code);
          for (const key of origins.ancestors)
            if (key !== code && (await isEmpty(source, code)))
              backward.add(`${key} → ${code} ${origins.things.get(key)?.certainty}`);
        }
        expect([...forward].sort()).toEqual([...backward].sort());
      }),
      { numRuns: RUNS, seed: worldSeed() },
    );
  });

  it('a void event is as if it had never been captured, and before its declaration it counted', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryFacts(12), fc.nat(), async (facts, which) => {
        const originals = inOrder(facts.filter(({ declaration }) => !declaration));
        const target = originals[which % originals.length];
        if (target === undefined) return;
        const declaration: Fact = { ...target, declaration: true, byAuthority: true, position: originals.length + 1 };
        expect(await answers(known([...originals, declaration]))).toBe(
          await answers(known(originals.filter((fact) => fact !== target))),
        );
        expect(await answers(known([...originals, declaration].filter(({ position }) => position <= originals.length)))).toBe(
          await answers(known(originals)),
        );
      }),
      { numRuns: RUNS, seed: worldSeed() },
    );
  });
});
