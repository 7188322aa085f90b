import { describeKey, gtinOf } from '@suyuan/gs1';
import { MemorySource } from '../../libs/trace/src/domain/lineage/memory-source';
import { CODES } from '../../libs/trace/src/testing/random-world';

/** `TraceReader`'s questions about products and their units, out of a replayed world. */
export function productUnitsOf(source: MemorySource): {
  productsOf(gtin: string): Promise<readonly string[]>;
  contradictedLots(): Promise<readonly string[]>;
  unitsOf(products: readonly string[], most: number): Promise<readonly string[] | undefined>;
} {
  const units = CODES.filter((code) => describeKey(code).kind === 'instance');
  return {
    productsOf: async (gtin) => (await source.productsOfClass(gtin)).filter((product) => gtinOf(product) === gtin),
    contradictedLots: async () => [
      ...new Set((await source.things(units)).filter(({ lots }) => lots.length > 1).flatMap(({ lots }) => lots)),
    ],
    unitsOf: async (products, most) => {
      const wanted = new Set(products);
      const found = (await source.things(units)).filter(
        ({ cohort, lots }) => wanted.has(cohort.product) || lots.some((lot) => wanted.has(lot)),
      );
      return found.length > most ? undefined : found.map(({ key }) => key);
    },
  };
}
