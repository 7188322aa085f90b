import { describeKey, gtinOf, lotKey } from '@suyuan/gs1';
import { NaiveStep } from './naive-order';

/** Every lot claimed for every serial; first the one shown: the earliest creation's word, else the earliest Digital Link (7a, "Two lots claimed"). */
export function naiveLots(steps: readonly NaiveStep[]): Map<string, string[]> {
  const created: [string, string][] = [];
  const said: [string, string][] = [];
  for (const { effect, event } of steps) {
    const isTransformation = event.type === 'TransformationEvent';
    const items = effect === 'create' ? (isTransformation ? event.outputs : event.epcs) : [];
    const quantities = isTransformation ? event.outputQuantities : event.quantities;
    for (const item of items) {
      const gtin = describeKey(item.key).kind === 'instance' ? gtinOf(item.key) : undefined;
      if (gtin === undefined) continue;
      const named = quantities.map(({ key }) => key).filter((key) => describeKey(key).kind === 'lot' && gtinOf(key) === gtin);
      if (item.lotKey !== undefined) created.push([item.key, item.lotKey]);
      if (event.lotNumber !== undefined) created.push([item.key, lotKey(gtin, event.lotNumber)]);
      for (const lot of named.sort()) created.push([item.key, lot]);
    }
    const mentioned = [
      ...event.epcs,
      ...event.children,
      ...event.inputs,
      ...event.outputs,
      ...(event.parent ? [event.parent] : []),
    ];
    for (const item of mentioned) if (item.lotKey !== undefined) said.push([item.key, item.lotKey]);
  }
  const lots = new Map<string, string[]>();
  for (const [key, lot] of [...created, ...said]) lots.set(key, [...new Set([...(lots.get(key) ?? []), lot])]);
  return lots;
}

/** The product a thing is counted under: its lot, else its class, else itself. */
export function productOf(key: string, lots: ReadonlyMap<string, readonly string[]>): string {
  const gtin = gtinOf(key);
  return lots.get(key)?.[0] ?? (gtin === undefined ? key : `01/${gtin}`);
}
