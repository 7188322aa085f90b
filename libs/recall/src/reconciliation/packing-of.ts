import { Directory } from '@suyuan/access';
import { describeKey } from '@suyuan/gs1';
import { PackingRule } from './domain/common-unit';

/** Pallet, case, inner pack, item: what is packed deeper is not followed. */
const LEVELS = 4;

/** What master data says is in these products (lot or class keys), and in what they hold in turn. */
export async function packingOf(directory: Directory, products: readonly string[]): Promise<PackingRule[]> {
  const rules: PackingRule[] = [];
  const asked = new Set<string>();
  let next = classesOf(products);
  for (let level = 0; level < LEVELS && next.length > 0; level++) {
    const held: string[] = [];
    for (const product of next) {
      asked.add(product);
      const contains = (await directory.product(product))?.contains;
      if (contains === undefined) continue;
      rules.push({ product, quantity: contains.quantity, of: contains.product });
      held.push(contains.product);
    }
    next = classesOf(held).filter((key) => !asked.has(key));
  }
  return rules;
}

function classesOf(products: readonly string[]): string[] {
  const gtins = products.flatMap((key) => describeKey(key).gtin ?? []);
  return [...new Set(gtins)].map((gtin) => `01/${gtin}`);
}
