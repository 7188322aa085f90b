import { CanonicalEvent, ClassQuantity } from '@suyuan/epcis';
import { describeKey, gtinOf, lotKey } from '@suyuan/gs1';

/** Billionths. */
export const ONE = 1_000_000_000n;

export interface Amount {
  readonly product: string;
  readonly uom: string;
  /** Undefined: some, unknown how many. */
  readonly nano: bigint | undefined;
}

const BASE: Readonly<Record<string, readonly [uom: string, times: bigint, over: bigint]>> = {
  EA: ['EA', 1n, 1n],
  C62: ['EA', 1n, 1n],
  H87: ['EA', 1n, 1n],
  KGM: ['KGM', 1n, 1n],
  GRM: ['KGM', 1n, 1000n],
  LTR: ['LTR', 1n, 1n],
  MLT: ['LTR', 1n, 1000n],
};

function amountOf({ quantity, uom = 'EA' }: ClassQuantity, product: string): Amount {
  const [base, times, over] = BASE[uom] ?? [uom, 1n, 1n];
  return { product, uom: base, nano: quantity === undefined ? undefined : (BigInt(Math.round(quantity * 1e9)) * times) / over };
}

/** A list in one order, whoever wrote it how; in a creation a bare class with an ILMD lot means the lot. */
export function amountsOf(event: CanonicalEvent, list: readonly ClassQuantity[], created: boolean): Amount[] {
  const product = (key: string): string => {
    const gtin = gtinOf(key);
    const isBare = created && gtin !== undefined && describeKey(key).kind === 'class';
    return isBare && event.lotNumber !== undefined ? lotKey(gtin, event.lotNumber) : key;
  };
  const said = list.map((line) => ({ given: line.quantity ?? -1, amount: amountOf(line, product(line.key)) }));
  return said
    .sort((a, b) => (a.amount.product < b.amount.product ? -1 : a.amount.product > b.amount.product ? 1 : a.given - b.given))
    .map(({ amount }) => amount);
}
