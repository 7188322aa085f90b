import { describeKey, gtinOf, lotKey } from '@suyuan/gs1';
import { NaiveStep } from './naive-order';

/** The lot of every serial: the earliest creation's word, else the earliest Digital Link that carries both (7a, "Two lots claimed"). */
export function naiveLots(steps: readonly NaiveStep[]): Map<string, string> {
  const created = new Map<string, string>();
  const said = new Map<string, string>();
  for (const { effect, event } of steps) {
    const items = effect === 'create' ? (event.type === 'TransformationEvent' ? event.outputs : event.epcs) : [];
    const quantities = event.type === 'TransformationEvent' ? event.outputQuantities : event.quantities;
    for (const item of items) {
      const gtin = describeKey(item.key).kind === 'instance' ? gtinOf(item.key) : undefined;
      if (gtin === undefined || created.has(item.key)) continue;
      const named = quantities.map(({ key }) => key).filter((key) => describeKey(key).kind === 'lot' && gtinOf(key) === gtin);
      const lot = item.lotKey ?? (event.lotNumber === undefined ? [...named].sort()[0] : lotKey(gtin, event.lotNumber));
      if (lot !== undefined) created.set(item.key, lot);
    }
    const mentioned = [
      ...event.epcs,
      ...event.children,
      ...event.inputs,
      ...event.outputs,
      ...(event.parent ? [event.parent] : []),
    ];
    for (const item of mentioned) if (item.lotKey !== undefined && !said.has(item.key)) said.set(item.key, item.lotKey);
  }
  return new Map([...said, ...created]);
}

/** The product a thing is counted under: its lot, else its class, else itself. */
export function productOf(key: string, lots: ReadonlyMap<string, string>): string {
  const gtin = gtinOf(key);
  return lots.get(key) ?? (gtin === undefined ? key : `01/${gtin}`);
}
