import { describeKey, gtinOf } from '@suyuan/gs1';
import { Fact } from '../domain/facts/fact';
import { NaiveCustodies, NaiveCustody } from './naive-custody';
import { accountText, NaiveLedger } from './naive-ledger';
import { naiveLots, productOf } from './naive-lots';
import { naiveSteps } from './naive-order';

export type Balances = Map<string, Map<string, bigint>>;
const ONE = 1_000_000_000n;

/** The world replayed by plain maps. */
export function oracleWorld(
  facts: readonly Fact[],
  asOfMicros: number,
): { lots: Map<string, string>; custodies: NaiveCustodies; ledger: NaiveLedger } {
  const steps = naiveSteps(facts, asOfMicros);
  const custodies = new NaiveCustodies();
  const ledger = new NaiveLedger(custodies);
  for (const step of steps) {
    if (step.effect === 'unpack') custodies.apply(step);
    ledger.apply(step);
    if (step.effect !== 'unpack') custodies.apply(step);
  }
  return { lots: naiveLots(steps), custodies, ledger };
}

/** Balances of every product: its serials one piece each and its class quantities. */
export function oracleBalance(facts: readonly Fact[], asOfMicros: number, only?: string): Balances {
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
    if (only !== undefined && only !== key) continue;
    const now = custodies.of(key);
    if (now === undefined) continue;
    add(productOf(key, lots), 'EA', origin, -ONE);
    add(productOf(key, lots), 'EA', now, ONE);
  }
  if (only === undefined) for (const { product, uom, at, amount } of ledger.entries()) add(product, uom, at, amount);
  return found;
}

/** What a code's balance must say, as `product` + account text -> nano-units. */
export function oracleAnswer(facts: readonly Fact[], asOfMicros: number, code: string): Record<string, string> {
  const { kind } = describeKey(code);
  const isStock = kind === 'lot' || kind === 'class';
  const rows: Record<string, string> = {};
  for (const [product, accounts] of oracleBalance(facts, asOfMicros, isStock ? undefined : code)) {
    if (isStock && product !== code && !(kind === 'class' && gtinOf(product) === gtinOf(code))) continue;
    for (const [name, amount] of accounts) if (amount !== 0n) rows[`${product} ${name}`] = String(amount);
  }
  return rows;
}
