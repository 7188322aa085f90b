import { gtinOf } from '@suyuan/gs1';
import { Sql } from '@suyuan/platform';
import { Fact } from '../domain/facts/fact';
import { isCreating, lotClaims, stockNode, stocksOf, thingsOf } from '../domain/facts/mentions';
import { FactStore, gtinNode, lotNode, transformationNode } from './fact-store';

const NAMES_AT_ONCE = 500;
const FACTS_AT_ONCE = 1_000;
const BYTES_AT_ONCE = 8_000_000;

/** Where a universe's facts stand, in order of position, each with the length of its text. */
export type Universe = readonly { readonly position: number; readonly bytes: number }[];

/**
 * Where all facts stand that an answer about the seeds may rest on, at any time and in any state of knowledge: everything
 * linked by containment, transformation or lot, both ways. Wider than a closure; asked only for questions about the past.
 * Facts are looked at some at a time, however many there are.
 * @param most undefined is the answer where there are more facts, or more bytes of them, than this
 */
export async function universeOf(
  sql: Sql,
  store: FactStore,
  seeds: Iterable<string>,
  most: { readonly facts: number; readonly bytes: number } = { facts: Infinity, bytes: Infinity },
): Promise<Universe | undefined> {
  const seen = new Set<string>();
  const found = new Map<number, number>();
  let bytes = 0;
  let wave = [...new Set(seeds)];
  while (wave.length > 0) {
    const next = new Set<string>();
    for (const names of inChunks(wave, NAMES_AT_ONCE)) {
      for (const name of names) seen.add(name);
      const asked = new Set(names);
      const places = await store.positionsNaming(sql, names, Number.isFinite(most.facts) ? most.facts + 1 : 2 ** 31);
      for (const place of places) {
        if (!found.has(place.position)) bytes += place.bytes;
        found.set(place.position, place.bytes);
      }
      if (found.size > most.facts || bytes > most.bytes) return undefined;
      for await (const facts of factsAt(sql, store, places))
        for (const fact of facts) for (const node of linked(fact, asked)) if (!seen.has(node)) next.add(node);
    }
    wave = [...next];
  }
  return [...found].map(([position, length]) => ({ position, bytes: length })).sort((a, b) => a.position - b.position);
}

/** The facts at these places, some at a time. */
export async function* factsAt(sql: Sql, store: FactStore, places: Universe): AsyncGenerator<Fact[]> {
  for (let from = 0; from < places.length;) {
    let to = from;
    for (let bytes = 0; to < places.length && to - from < FACTS_AT_ONCE && (to === from || bytes < BYTES_AT_ONCE); to++)
      bytes += places[to]?.bytes ?? 0;
    yield await store.passing(
      sql,
      places.slice(from, to).map(({ position }) => position),
    );
    from = to;
  }
}

function* inChunks<Item>(items: readonly Item[], size: number): Generator<Item[]> {
  for (let from = 0; from < items.length; from += size) yield items.slice(from, from + size);
}

function* linked({ event }: Fact, asked: ReadonlySet<string>): Generator<string> {
  const role = isCreating(event) ? 'created' : 'listed';
  for (const item of thingsOf(event)) {
    const gtin = gtinOf(item.key);
    if (gtin !== undefined && asked.has(gtinNode(gtin))) yield item.key;
    if (lotClaims(event, item, role).some((lot) => asked.has(lotNode(lot)))) yield item.key;
  }
  for (const product of stocksOf(event)) {
    const gtin = gtinOf(product);
    if ((gtin !== undefined && asked.has(gtinNode(gtin))) || asked.has(lotNode(product))) yield stockNode(product);
  }
  if (event.type === 'TransformationEvent') {
    if (event.transformationId !== undefined) yield transformationNode(event.transformationId);
    for (const { key } of [...event.inputs, ...event.outputs]) yield key;
    // Class-level goods of a lot can't be told from its serials: the lot comes along.
    for (const product of stocksOf(event)) {
      yield stockNode(product);
      yield lotNode(product);
    }
    return;
  }
  if (event.type !== 'AggregationEvent' && event.type !== 'AssociationEvent') {
    // A quantity listed beside containers may name their contents.
    if (event.epcs.length > 0 && event.quantities.length > 0) {
      for (const { key } of event.epcs) yield key;
      for (const product of stocksOf(event)) yield stockNode(product);
    }
    return;
  }
  if (event.parent !== undefined) yield event.parent.key;
  for (const { key } of event.children) yield key;
  for (const { key } of event.childQuantities) yield stockNode(key);
}
