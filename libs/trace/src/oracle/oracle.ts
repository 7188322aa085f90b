import { describeKey, gtinOf } from '@suyuan/gs1';
import { Fact } from '../domain/facts/fact';
import { NaiveCustodies, NaiveCustody } from './naive-custody';
import { accountText, NaiveLedger } from './naive-ledger';
import { naiveLots, productOf } from './naive-lots';
import { moveOf, naiveSteps } from './naive-order';

export type Balances = Map<string, Map<string, bigint>>;
const ONE = 1_000_000_000n;

/** The world replayed by plain maps. */
export function oracleWorld(
  facts: readonly Fact[],
  asOfMicros: number,
): { lots: Map<string, string[]>; custodies: NaiveCustodies; ledger: NaiveLedger } {
  const steps = naiveSteps(facts, asOfMicros);
  const lots = naiveLots(steps);
  const custodies = new NaiveCustodies();
  const ledger = new NaiveLedger(custodies, (key) => productOf(key, lots));
  for (const step of steps) {
    custodies.prepare(step);
    const isAfter = step.effect === 'unpack' || (step.effect === 'pack' && ['in', 'see'].includes(moveOf(step.event)));
    if (isAfter) custodies.apply(step);
    ledger.apply(step);
    if (!isAfter) custodies.apply(step);
  }
  return { lots, custodies, ledger };
}

/**
 * Balances of every product: its serials one piece each and its class quantities.
 * @param wanted which things and class quantities count, by key and claimed lots; everything when left out
 */
export function oracleBalance(
  facts: readonly Fact[],
  asOfMicros: number,
  wanted: (key: string, lots: readonly string[]) => boolean = () => true,
): Balances {
  const { lots, custodies, ledger } = oracleWorld(facts, asOfMicros);
  const found: Balances = new Map();
  const add = (product: string, uom: string, at: NaiveCustody, amount: bigint): void => {
    const rows = found.get(product) ?? new Map<string, bigint>();
    const name = accountText(uom, at);
    rows.set(name, (rows.get(name) ?? 0n) + amount);
    if (rows.get(name) === 0n) rows.delete(name);
    found.set(product, rows);
  };
  for (const [key, origin] of custodies.origin) {
    const now = custodies.of(key);
    if (now === undefined || !wanted(key, lots.get(key) ?? [])) continue;
    add(productOf(key, lots), 'EA', origin, -ONE);
    add(productOf(key, lots), 'EA', now, ONE);
  }
  for (const { product, uom, at, amount } of ledger.entries()) if (wanted(product, [product])) add(product, uom, at, amount);
  return found;
}

/** What a code's balance must say, as `product` + account text -> nano-units; a lot also covers every serial it is claimed for. */
export function oracleAnswer(facts: readonly Fact[], asOfMicros: number, code: string): Record<string, string> {
  const isClass = describeKey(code).kind === 'class';
  const covers = (key: string, lots: readonly string[]): boolean =>
    key === code || lots.includes(code) || (isClass && gtinOf(key) === gtinOf(code));
  const rows: Record<string, string> = {};
  for (const [product, accounts] of oracleBalance(facts, asOfMicros, covers)) {
    for (const [name, amount] of accounts) rows[`${product} ${name}`] = String(amount);
  }
  return rows;
}
