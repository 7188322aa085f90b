import { CanonicalEvent, ClassQuantity, Item } from '@suyuan/epcis';
import { describeKey, gtinOf, lotKey, lotOf } from '@suyuan/gs1';

/**
 * The ledger node of a lot's (or class's) goods without serials. Things and stocks share one name space in the closure,
 * so a stock's name can't be a key.
 */
export function stockNode(product: string): string {
  return `stock:${product}`;
}

/** A quantity with its product settled: a class with ILMD `lotNumber` in a creating event means that lot. */
export interface ProductQuantity {
  readonly product: string;
  readonly quantity: number | undefined;
  readonly uom: string | undefined;
}

/** Is this the event that brings the listed outputs (or, ADD, the listed things) into being? */
export function isCreating(event: CanonicalEvent): boolean {
  return event.type === 'TransformationEvent' || (event.type === 'ObjectEvent' && event.action === 'ADD');
}

/** Quantities that the event creates or lists, products settled, sorted: equal content in another order acts alike. */
export function productQuantities(event: CanonicalEvent, list: readonly ClassQuantity[], created: boolean): ProductQuantity[] {
  return list
    .map(({ key, quantity, uom }) => ({ product: created ? settledProduct(event, key) : key, quantity, uom }))
    .sort((a, b) => (a.product < b.product ? -1 : a.product > b.product ? 1 : (a.quantity ?? -1) - (b.quantity ?? -1)));
}

function settledProduct(event: CanonicalEvent, key: string): string {
  if (event.lotNumber === undefined) return key;
  const { kind, gtin } = describeKey(key);
  return kind === 'class' && gtin !== undefined ? lotKey(gtin, event.lotNumber) : key;
}

/** The lots that this event claims for one of its items, strongest claim first. */
export function lotClaims(event: CanonicalEvent, item: Item, role: 'created' | 'listed'): string[] {
  const claims: string[] = [];
  if (item.lotKey !== undefined) claims.push(item.lotKey);
  if (role === 'created') {
    const gtin = gtinOf(item.key);
    if (gtin !== undefined) {
      if (event.lotNumber !== undefined) claims.push(lotKey(gtin, event.lotNumber));
      claims.push(...(indexOf(event).lotsMade.get(gtin) ?? []));
    }
  }
  return [...new Set(claims)];
}

const NONE: readonly string[] = [];
/** Up to so many items looking through a list is cheaper than an index of it. */
const LOOKED_THROUGH_MAX = 64;

/** What one of an event's lists says of a thing, undefined where it does not name it. */
export function itemsNaming(
  event: CanonicalEvent,
  role: 'epcs' | 'children' | 'inputs' | 'outputs',
  key: string,
): readonly Item[] | undefined {
  const list = event[role];
  if (list.length > LOOKED_THROUGH_MAX) return indexOf(event)[role].get(key);
  const found = list.filter((item) => item.key === key);
  return found.length === 0 ? undefined : found;
}

/** What one event says of its goods, found by key: events of very many items are asked about each of them. */
interface EventIndex {
  readonly epcs: ReadonlyMap<string, readonly Item[]>;
  readonly children: ReadonlyMap<string, readonly Item[]>;
  readonly inputs: ReadonlyMap<string, readonly Item[]>;
  readonly outputs: ReadonlyMap<string, readonly Item[]>;
  /** Lots that a creating event lists, by GTIN, sorted. */
  readonly lotsMade: ReadonlyMap<string, readonly string[]>;
}

/** Only a memory of what was read: an event never changes. */
const INDEXES = new WeakMap<CanonicalEvent, EventIndex>();

function indexOf(event: CanonicalEvent): EventIndex {
  const known = INDEXES.get(event);
  if (known !== undefined) return known;
  const list = event.type === 'TransformationEvent' ? event.outputQuantities : event.quantities;
  const lots = list.filter(({ key }) => lotOf(key) !== undefined).sort((a, b) => (a.key < b.key ? -1 : 1));
  const index: EventIndex = {
    epcs: groupedBy(event.epcs, ({ key }) => key),
    children: groupedBy(event.children, ({ key }) => key),
    inputs: groupedBy(event.inputs, ({ key }) => key),
    outputs: groupedBy(event.outputs, ({ key }) => key),
    lotsMade: new Map(
      [...groupedBy(lots, ({ key }) => gtinOf(key) ?? '')].map(([gtin, some]) => [gtin, some.map(({ key }) => key)]),
    ),
  };
  INDEXES.set(event, index);
  return index;
}

function groupedBy<Value>(values: readonly Value[], nameOf: (value: Value) => string): Map<string, Value[]> {
  const groups = new Map<string, Value[]>();
  for (const value of values) {
    const name = nameOf(value);
    const known = groups.get(name);
    if (known === undefined) groups.set(name, [value]);
    else known.push(value);
  }
  return groups;
}

/** Only a memory, as `INDEXES`. */
const THINGS = new WeakMap<CanonicalEvent, readonly Item[]>();

/** Every instance and container that the event names, each as often as it does. */
export function thingsOf(event: CanonicalEvent): readonly Item[] {
  const known = THINGS.get(event);
  if (known !== undefined) return known;
  const things = [...event.epcs, ...event.children, ...event.inputs, ...event.outputs];
  if (event.parent !== undefined) things.push(event.parent);
  THINGS.set(event, things);
  return things;
}

/** Every product whose class-level stock the event names. */
export function stocksOf(event: CanonicalEvent): readonly string[] {
  const { quantities, childQuantities, inputQuantities, outputQuantities } = event;
  if (quantities.length + childQuantities.length + inputQuantities.length + outputQuantities.length === 0) return NONE;
  const created = isCreating(event);
  const products = new Set<string>();
  for (const { key } of event.quantities) products.add(created ? settledProduct(event, key) : key);
  for (const { key } of event.childQuantities) products.add(key);
  for (const { key } of event.inputQuantities) products.add(key);
  for (const { key } of event.outputQuantities) products.add(settledProduct(event, key));
  return [...products];
}
