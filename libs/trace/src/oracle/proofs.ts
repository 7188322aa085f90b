import fc from 'fast-check';
import { Fact } from '../domain/facts/fact';
import { PlaceParties } from '../domain/facts/parties';
import { codes } from '../testing/alphabet';
import { answerText, engineAnswers } from '../testing/engine-answers';
import { arbitraryFacts, capturedInOrder } from '../testing/random-world';
import { arbitrarySupplyChain, numbered, SupplyChain } from '../testing/supply-chain';
import { oracle } from './oracle';

/** How many worlds to try, and from which seed. A failure names the world; the same seed makes the same worlds. */
export interface Trial {
  readonly worlds: number;
  readonly seed: number;
}

/** Arrival orders that every world is replayed in. */
const ORDERS = 20;

const runs = ({ worlds, seed }: Trial): { numRuns: number; seed: number } => ({ numRuns: worlds, seed });

/** Codes that a world says something about; all others have the same empty answers. */
function asked(facts: readonly Fact[]): string[] {
  const said = facts.map(({ event }) => JSON.stringify(event)).join('\n');
  return codes.filter((code) => said.includes(/^01\/\d{14}/.exec(code)?.[0] ?? code));
}

function oracleAnswers(
  facts: readonly Fact[],
  view: { asOfMicros: number; knownAt?: number; places: PlaceParties },
  about: readonly string[],
): string {
  const answers = oracle(facts, view);
  const all = about.map((code) => ({
    code,
    balance: answers.balance(code),
    holders: answers.holders(code),
    forward: answers.graph(code, 'forward'),
    backward: answers.graph(code, 'backward'),
    both: answers.graph(code, 'both'),
  }));
  return answerText([all, answers.exceptions()]);
}

/** TRACE.md section 8, 2: the engine answers as a replay written apart from it, in worlds of contradictory noise. */
export async function proveNoise(trial: Trial): Promise<void> {
  const places = new Map<string, string>();
  const property = fc.asyncProperty(arbitraryFacts(12), async (drawn) => {
    const facts = capturedInOrder(drawn, [...drawn.keys()]);
    const about = [
      ...new Set(
        drawn.flatMap(({ event }) => JSON.stringify(event).match(/(01\/\d{14}(\/(10|21)\/\w+)?|00\/\d+|8003\/\w+)/g) ?? []),
      ),
    ];
    const view = { asOfMicros: 1_000_000_000, places };
    expect(await engineAnswers(facts, view.asOfMicros, places, about)).toBe(oracleAnswers(facts, view, about));
  });
  await fc.assert(property, runs(trial));
}

/** The same in supply chains, at an instant within and one after everything, and as known at every log position asked. */
export async function proveSupplyChains(trial: Trial): Promise<void> {
  const property = fc.asyncProperty(arbitrarySupplyChain(24), fc.nat(), async ({ facts, places, asOf }, which) => {
    const about = asked(facts);
    for (const asOfMicros of asOf)
      expect(await engineAnswers(facts, asOfMicros, places, about)).toBe(oracleAnswers(facts, { asOfMicros, places }, about));
    // Section 8, 5: what a system that stopped there would have answered.
    const knownAt = which % (facts.length + 1);
    const asOfMicros = asOf[1] ?? 0;
    const stopped = facts.filter(({ position }) => position <= knownAt);
    expect(await engineAnswers(stopped, asOfMicros, places, about)).toBe(
      oracleAnswers(facts, { asOfMicros, knownAt, places }, about),
    );
  });
  await fc.assert(property, runs(trial));
}

/** Section 8, 1: any order of arrival and any repetition give byte-identical answers. */
export async function proveArrival(trial: Trial): Promise<void> {
  const property = fc.asyncProperty(
    arbitrarySupplyChain(20).chain((chain) =>
      fc.tuple(fc.constant(chain), fc.array(arrivalOf(chain), { minLength: ORDERS, maxLength: ORDERS })),
    ),
    async ([{ facts, places, asOf }, arrivals]) => {
      const about = asked(facts);
      const [, at = 0] = asOf;
      const first = await engineAnswers(facts, at, places, about);
      for (const arrival of arrivals) expect(await engineAnswers(arrival, at, places, about)).toBe(first);
    },
  );
  await fc.assert(property, runs(trial));
}

/** The same in all orders there are, for worlds of up to six captures. */
export async function proveAllOrders(trial: Trial): Promise<void> {
  const property = fc.asyncProperty(arbitrarySupplyChain(5), async ({ facts, places, asOf }) => {
    const about = asked(facts);
    const [, at = 0] = asOf;
    const first = await engineAnswers(facts, at, places, about);
    for (const order of permutations(facts)) expect(await engineAnswers(numbered(order), at, places, about)).toBe(first);
  });
  await fc.assert(property, runs(trial));
}

/** Any order, some captured twice. */
function arrivalOf({ facts }: SupplyChain): fc.Arbitrary<Fact[]> {
  const all = fc.shuffledSubarray([...facts], { minLength: facts.length });
  const again = fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 4 });
  return fc.tuple(all, again).map(([order, repeats]) => {
    const captures = [...order];
    for (const [which, to] of repeats) captures.splice(to % (captures.length + 1), 0, facts[which % facts.length] as Fact);
    return numbered(captures);
  });
}

function* permutations<Item>(items: readonly Item[]): Generator<Item[]> {
  const [first, ...rest] = items;
  if (first === undefined) return yield [];
  for (const order of permutations(rest))
    for (let at = 0; at <= order.length; at++) yield [...order.slice(0, at), first, ...order.slice(at)];
}
