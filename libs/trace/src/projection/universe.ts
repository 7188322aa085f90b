import { gtinOf } from '@suyuan/gs1';
import { Sql } from '@suyuan/platform';
import { Fact } from '../domain/facts/fact';
import { isCreating, lotClaims, stockNode, stocksOf, thingsOf } from '../domain/facts/mentions';
import { FactStore, gtinNode, lotNode, transformationNode } from './fact-store';

/**
 * All facts that an answer about the seeds may rest on, at any time and in any state of knowledge: everything linked by
 * containment, transformation or lot, both ways. Wider than a closure; asked only for questions about the past.
 */
export async function universeOf(sql: Sql, store: FactStore, seeds: Iterable<string>): Promise<Fact[]> {
  const seen = new Set<string>();
  const facts = new Map<number, Fact>();
  let wave = [...new Set(seeds)];
  while (wave.length > 0) {
    for (const node of wave) seen.add(node);
    const next = new Set<string>();
    const asked = new Set(wave);
    for (const fact of await store.naming(sql, wave)) {
      facts.set(fact.position, fact);
      for (const node of linked(fact, asked)) if (!seen.has(node)) next.add(node);
    }
    wave = [...next];
  }
  return [...facts.values()];
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
