import { fromNano } from '../facts/quantity';
import { cohortName } from '../world/cohort';
import { originsOf } from './ancestry';
import { Drawing, Graph, nodeOfKey } from './graph-drawing';
import { GraphSource, ThingPage } from './graph-source';
import { grouped, Reach, reachForward } from './reach';
import { selectCode } from './selection';
import { drawShipments } from './shipments';

export type Direction = 'forward' | 'backward' | 'both';

const PAGE = 5_000;

/** The whole graph around a code. */
export async function graphOf(source: GraphSource, key: string, direction: Direction): Promise<Graph> {
  return (await drawGraph(source, key, direction)).result();
}

export async function drawGraph(source: GraphSource, key: string, direction: Direction): Promise<Drawing> {
  const drawing = new Drawing();
  drawing.node(nodeOfKey(key));
  const forward = direction === 'backward' ? [] : await drawForward(source, key, drawing);
  const backward = direction === 'forward' ? [] : await drawBackward(source, key, drawing);
  await drawTransformations(source, new Set([...forward, ...backward]), drawing);
  // Backward, only the goods asked for: where else their ancestors went is not how these came to be.
  if (direction === 'backward') await drawShipments(source, await selectCode(source, key), drawing);
  return drawing;
}

/** @returns the transformations on the way */
async function drawForward(source: GraphSource, key: string, drawing: Drawing): Promise<Iterable<string>> {
  const reach = await reachForward(source, await selectCode(source, key));
  const { selection, transformations, derived } = reach;
  for (const { cohort } of selection.cohorts.values()) {
    drawing.node(nodeOfKey(cohort.product));
    if (cohort.kind === 'stock') continue;
    for (let after: string | undefined = ''; after !== undefined;) {
      const page: ThingPage = await source.thingsOf([cohort], after, PAGE);
      for (const thing of page.things) drawing.thing(thing, derived.has(cohortName(cohort)) ? 'named' : 'if drawn');
      after = page.next;
    }
  }
  await drawSingles(source, reach, drawing);
  await drawContainers(source, drawing);
  await drawShipments(source, selection, drawing);
  return transformations.keys();
}

/** What is drawn one by one, however many units a lot has: things picked singly, wholes, containers of class-level goods. */
export async function drawSingles(source: GraphSource, { selection, wholes, derived }: Reach, drawing: Drawing): Promise<void> {
  for (const thing of await source.things([...selection.things.keys()]))
    drawing.thing(thing, derived.has(thing.key) ? 'named' : 'if drawn');
  for (const thing of await source.things([...wholes.keys()])) drawing.thing(thing, 'named');
  const products = [...selection.cohorts.values()]
    .filter(({ cohort }) => cohort.kind === 'stock')
    .map(({ cohort }) => cohort.product);
  for (const { container, cohort, amount, uom } of await source.containersOfStock(products)) {
    drawing.edge({
      from: container,
      to: cohort.product,
      kind: 'contains',
      quantity: fromNano(amount),
      uom,
      certainty: 'certain',
    });
    for (const thing of await source.things([container])) drawing.thing(thing);
  }
}

/** @returns the transformations on the way */
export async function drawBackward(source: GraphSource, key: string, drawing: Drawing): Promise<Iterable<string>> {
  const origins = await originsOf(source, key);
  for (const { state, relation } of origins.things.values()) {
    // A lot's own serials come after it, not before.
    if (state.key === key || relation === 'content' || origins.ancestors.has(state.key)) drawing.thing(state, 'named');
  }
  for (const { cohort } of origins.cohorts.cohorts.values()) drawing.node(nodeOfKey(cohort.product));
  const inside = await source.contentsOf([key]);
  for (const { container, cohort, amount, uom } of inside.quantities) {
    drawing.edge({
      from: container,
      to: cohort.product,
      kind: 'contains',
      quantity: fromNano(amount),
      uom,
      certainty: 'certain',
    });
  }
  return origins.transformations.keys();
}

/** These transformations, each with all that went in and came out. */
export async function drawTransformations(
  source: GraphSource,
  transformations: Iterable<string>,
  drawing: Drawing,
): Promise<void> {
  const lines = await source.linesOf([...transformations]);
  const stocks = new Set(lines.filter(({ cohort }) => cohort.kind === 'stock').map(({ cohort }) => cohort.product));
  const origins = await source.stockOrigins([...stocks]);
  for (const [name, group] of grouped(lines)) drawing.transformation(name, group, origins);
}

/** The containers that the drawn things are in, up to the outermost. */
export async function drawContainers(source: GraphSource, drawing: Drawing): Promise<void> {
  const missing = drawing.missingContainers();
  for (let next = 0; next < missing.length; next += PAGE) {
    for (const thing of await source.things(missing.slice(next, next + PAGE))) drawing.thing(thing);
  }
}
