import { CanonicalEvent } from '@suyuan/epcis';
import { Fact } from '../domain/facts/fact';
import { stockNode } from '../domain/facts/mentions';

/** The part of the world that a change can reach, and the facts it takes to live it through. */
export interface Closure {
  readonly nodes: ReadonlySet<string>;
  readonly facts: readonly Fact[];
}

/**
 * Finds everything whose state may depend on the given nodes (TRACE.md section 9: "the connected containment component"),
 * and no more. A child is looked at without its siblings: what happens to one unit of a pallet says nothing of the others.
 *
 * `targets` may change: the nodes themselves and whatever was ever inside them. `context` is only read: containers a
 * target was ever in, without their other contents.
 *
 * @param naming as `FactStore.naming`
 */
export async function closureOf(
  naming: (names: readonly string[]) => Promise<readonly Fact[]>,
  seeds: Iterable<string>,
): Promise<Closure> {
  const targets = new Set<string>();
  const context = new Set<string>();
  const facts = new Map<number, Fact>();
  let news: { node: string; target: boolean }[] = [...new Set(seeds)].map((node) => ({ node, target: true }));
  while (news.length > 0) {
    const wave = news.filter(({ node, target }) => (target ? !targets.has(node) : !targets.has(node) && !context.has(node)));
    news = [];
    const waveTargets = new Set(wave.filter(({ target }) => target).map(({ node }) => node));
    for (const { node, target } of wave) (target ? targets : context).add(node);
    const names = new Set(wave.map(({ node }) => node));
    for (const fact of await naming([...names])) {
      facts.set(fact.position, fact);
      for (const link of linksOf(fact.event, names, waveTargets)) {
        if (link.target ? !targets.has(link.node) : !targets.has(link.node) && !context.has(link.node)) news.push(link);
      }
    }
  }
  return { nodes: new Set([...targets, ...context]), facts: [...facts.values()] };
}

function* linksOf(
  event: CanonicalEvent,
  names: ReadonlySet<string>,
  targets: ReadonlySet<string>,
): Generator<{ node: string; target: boolean }> {
  if (event.parent !== undefined && (event.type === 'AggregationEvent' || event.type === 'AssociationEvent'))
    yield* containmentLinks(event, event.parent.key, names, targets);
  yield* listedQuantityLinks(event, names);
}

function* containmentLinks(
  event: CanonicalEvent,
  parent: string,
  names: ReadonlySet<string>,
  targets: ReadonlySet<string>,
): Generator<{ node: string; target: boolean }> {
  if (!names.has(parent) && !event.children.some(({ key }) => names.has(key)) && event.childQuantities.length === 0) return;
  const children = [...event.children.map(({ key }) => key), ...event.childQuantities.map(({ key }) => stockNode(key))];
  // Without a place the container takes the custody of its first child: then they depend on one another.
  const silent = event.readPoint === undefined && event.bizLocation === undefined && event.sources.length === 0;
  if (targets.has(parent)) for (const child of children) yield { node: child, target: true };
  const named = children.filter((child) => names.has(child));
  if (named.length > 0) yield { node: parent, target: silent && named.some((child) => targets.has(child)) };
  if (silent && (names.has(parent) || named.length > 0))
    for (const child of children) yield { node: child, target: targets.has(parent) };
}

/** A quantity listed beside containers may only name their contents: then the stock depends on what is inside them. */
function* listedQuantityLinks(event: CanonicalEvent, names: ReadonlySet<string>): Generator<{ node: string; target: boolean }> {
  const [items, quantities] =
    event.type === 'TransformationEvent' ? [event.inputs, event.inputQuantities] : [event.epcs, event.quantities];
  // What a creating event says beside its serials is settled within the event.
  if (items.length === 0 || quantities.length === 0 || (event.type === 'ObjectEvent' && event.action === 'ADD')) return;
  const stocks = quantities.map(({ key }) => stockNode(key));
  if (items.some(({ key }) => names.has(key))) for (const stock of stocks) yield { node: stock, target: true };
  // As targets, so that the listed containers are followed down to their contents.
  if (stocks.some((stock) => names.has(stock))) for (const { key } of items) yield { node: key, target: true };
}
