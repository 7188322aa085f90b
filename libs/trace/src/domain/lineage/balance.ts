import { fromNano } from '../facts/quantity';
import { Account, accountName } from '../world/account';
import { Cohort } from '../world/cohort';
import { GraphSource } from './graph-source';
import { selectCode } from './selection';

/** One ledger account of a product with its balance; over all accounts of a product and unit the balances sum to zero. */
export interface BalanceRow {
  readonly account: string;
  readonly party: string | null;
  readonly place: string | null;
  readonly from?: string | null;
  readonly product: string;
  readonly uom: string;
  readonly quantity: number;
}

/** The ledger of what a code covers, serials counted one each, without anything made from it. */
export async function balanceOf(source: GraphSource, key: string): Promise<BalanceRow[]> {
  const selection = await selectCode(source, key);
  const entries: { cohort: Cohort; account: Account; uom: string; amount: bigint }[] = await source.balances(
    [...selection.cohorts.values()].map(({ cohort }) => cohort),
  );
  if (selection.things.size > 0) {
    const keys = [...selection.things.keys()];
    const world = await source.worldOf(keys);
    const wanted = new Set(keys.map((thing) => world.things.get(thing)?.cohort));
    for (const posting of world.ledger.postings)
      if (wanted.has(posting.cohort)) entries.push({ ...posting, amount: posting.delta });
  }
  const sums = new Map<string, { row: BalanceRow; total: bigint }>();
  for (const { cohort, account, uom, amount } of entries) {
    const name = [cohort.product, uom, accountName(account)].join('\n');
    const known = sums.get(name);
    if (known !== undefined) known.total += amount;
    else {
      const { state, party, place, from } = account;
      const row = {
        account: state,
        party,
        place,
        ...(state === 'in_transit' ? { from } : {}),
        product: cohort.product,
        uom,
        quantity: 0,
      };
      sums.set(name, { row, total: amount });
    }
  }
  return [...sums]
    .filter(([, { total }]) => total !== 0n)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { row, total }]) => ({ ...row, quantity: fromNano(total) }));
}
