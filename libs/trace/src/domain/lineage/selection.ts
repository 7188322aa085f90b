import { describeKey } from '@suyuan/gs1';
import { GraphSource } from './graph-source';
import { Selection } from './reach';

/** The goods that a code names: a lot or class by cohorts, everything else one by one. */
export async function selectCode(source: GraphSource, key: string): Promise<Selection> {
  const selection = new Selection();
  const { kind, gtin } = describeKey(key);
  if (kind === 'lot' || kind === 'class') {
    await selectProducts(source, kind === 'lot' ? [key] : await source.productsOfClass(gtin ?? ''), selection, kind === 'lot');
  } else {
    for (const { key: known } of await source.things([key])) selection.addThing(known, 'certain');
  }
  return selection;
}

/** Whole lots. A serial for which two lots are claimed is reached by a question about either, `possible`. */
async function selectProducts(
  source: GraphSource,
  products: readonly string[],
  selection: Selection,
  isLot: boolean,
): Promise<void> {
  for (const cohort of await source.cohortsOf(products))
    selection.addCohort(cohort, cohort.conflicted && isLot ? 'possible' : 'certain');
  const chosen = new Set(products);
  for (const thing of await source.conflicted(products))
    if (!chosen.has(thing.cohort.product)) selection.addThing(thing.key, 'possible');
}
