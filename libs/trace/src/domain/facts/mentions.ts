import { CanonicalEvent, ClassQuantity, Item } from '@suyuan/epcis';
import { classKey, describeKey, gtinOf, lotKey } from '@suyuan/gs1';

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
      const list = event.type === 'TransformationEvent' ? event.outputQuantities : event.quantities;
      const beside = list.map(({ key }) => key).filter((key) => key.startsWith(`${classKey(gtin)}/10/`));
      claims.push(...beside.sort());
    }
  }
  return [...new Set(claims)];
}

/** Every instance and container that the event names, each once. */
export function thingsOf(event: CanonicalEvent): Item[] {
  const things = [...event.epcs, ...event.children, ...event.inputs, ...event.outputs];
  if (event.parent !== undefined) things.push(event.parent);
  return things;
}

/** Every product whose class-level stock the event names. */
export function stocksOf(event: CanonicalEvent): string[] {
  const created = isCreating(event);
  const products = new Set<string>();
  for (const { key } of event.quantities) products.add(created ? settledProduct(event, key) : key);
  for (const { key } of event.childQuantities) products.add(key);
  for (const { key } of event.inputQuantities) products.add(key);
  for (const { key } of event.outputQuantities) products.add(settledProduct(event, key));
  return [...products];
}
