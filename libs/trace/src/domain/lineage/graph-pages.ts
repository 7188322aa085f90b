import { EACH, ONE } from '../facts/quantity';
import { Cohort, cohortName } from '../world/cohort';
import { drawBackward, drawContainers, drawGraph, drawSingles, drawTransformations, Direction } from './graph-answer';
import { Drawing, Graph, nodeOfKey } from './graph-drawing';
import { ENTRY_PLACE, GraphSource, sortedBy } from './graph-source';
import { grouped, Reach, reachForward, Selection } from './reach';
import { selectCode } from './selection';
import { drawShipmentsPage, drawSingleShipments } from './shipments';

/** About how large the whole graph is; exact where it is given whole. */
export interface GraphSize {
  readonly nodes: number;
  readonly edges: number;
  readonly exact: boolean;
}

export interface GraphPage extends Graph {
  readonly size: GraphSize;
  /** Where the next page begins; absent on the last. */
  readonly next?: string;
}

/** A larger graph is never built whole: it comes a page at a time, its transformations as nodes. */
const WHOLE_UNITS_MAX = 20_000;

/** The form of a page's `next`. */
export const GRAPH_PLACE = /^(n[^\n]{1,500}|e[^]{0,3000}|s[^\n]{0,200}|u\d{1,9}:[0-9.]{0,40})$/;

/**
 * A page of the graph around a code. Small graphs are cut by count, in a stable order; of a large one the first page has
 * everything but the units of its lots, and those follow lot by lot.
 * @param place the `next` of the page before; '' for the first
 * @param wholeUnitsMax serials in a graph that is still built whole
 */
export async function graphPage(
  source: GraphSource,
  key: string,
  direction: Direction,
  place: string,
  limit: number,
  wholeUnitsMax = WHOLE_UNITS_MAX,
): Promise<GraphPage> {
  const own = await selectCode(source, key);
  const reach = direction === 'backward' ? undefined : await reachForward(source, own);
  const goods = reach?.selection ?? own;
  const cohorts = unitCohorts(goods);
  const units = await unitsIn(source, cohorts);
  if (units <= wholeUnitsMax) return slice(await drawGraph(source, key, direction), place, limit);
  const lanes = await lanesOf(source, goods);
  if (reach === undefined) return backwardPage(source, key, place, limit, own, lanes);
  const singles = reach.selection.things.size + reach.wholes.size + reach.transformations.size;
  const size = {
    nodes: units + singles + reach.selection.cohorts.size + lanes.parties,
    edges: 2 * units + singles + lanes.shipments,
    exact: false,
  };
  if (place.startsWith('s')) {
    const { next = 'u0:', ...page } = await shipmentPage(source, place, limit, reach.selection);
    return { ...page, size, next };
  }
  if (!place.startsWith('u')) return { ...(await skeleton(source, key, direction, reach)), size, next: 's' };
  return { ...(await unitPage(source, key, cohorts, place, limit, reach)), size };
}

/**
 * Nodes come by id and then edges by name; a place is the last that was given, not its number: what is captured between
 * two pages neither moves what follows nor is anything given twice for it.
 */
function slice(drawing: Drawing, place: string, limit: number): GraphPage {
  const { nodes } = drawing.result();
  const edges = drawing.namedEdges();
  const last = place.slice(1);
  const nodesLeft = place.startsWith('e') ? [] : nodes.filter(({ id }) => !place.startsWith('n') || id > last);
  const someNodes = nodesLeft.slice(0, limit);
  const edgesLeft = place.startsWith('e') ? edges.filter(([name]) => name > last) : edges;
  const someEdges = edgesLeft.slice(0, limit - someNodes.length);
  const [lastNode, lastEdge] = [someNodes.at(-1)?.id, someEdges.at(-1)?.[0]];
  const isLast = someNodes.length === nodesLeft.length && someEdges.length === edgesLeft.length;
  const next = lastEdge === undefined ? `n${lastNode ?? last}` : `e${lastEdge}`;
  return {
    nodes: someNodes,
    edges: someEdges.map(([, edge]) => edge),
    size: { nodes: nodes.length, edges: edges.length, exact: true },
    ...(isLast ? {} : { next }),
  };
}

/** Lots, transformations and everything else that does not grow with the units. */
async function skeleton(source: GraphSource, key: string, direction: Direction, reach: Reach): Promise<Graph> {
  const drawing = new Drawing();
  drawing.node(nodeOfKey(key));
  for (const { cohort } of reach.selection.cohorts.values()) drawing.node(nodeOfKey(cohort.product));
  await drawSingles(source, reach, drawing);
  await drawSingleShipments(source, reach.selection, drawing);
  await drawContainers(source, drawing);
  const behind = direction === 'both' ? [...(await drawBackward(source, key, drawing))] : [];
  for (const [name, group] of grouped(await source.linesOf(behind))) drawing.hub(name, group);
  const lines = await source.consumers(
    [...reach.selection.cohorts.values()].map(({ cohort }) => cohort),
    [...reach.selection.things.keys()],
  );
  for (const [name, group] of grouped(lines)) drawing.hub(name, group);
  return drawing.result();
}

/** Backward there are no units: what a large lot was made from comes at once, and then how its goods went. */
async function backwardPage(
  source: GraphSource,
  key: string,
  place: string,
  limit: number,
  own: Selection,
  lanes: Lanes,
): Promise<GraphPage> {
  const drawing = new Drawing();
  drawing.node(nodeOfKey(key));
  await drawTransformations(source, await drawBackward(source, key, drawing), drawing);
  await drawSingleShipments(source, own, drawing);
  const { nodes, edges } = drawing.result();
  const size = { nodes: nodes.length + lanes.parties, edges: edges.length + lanes.shipments, exact: false };
  if (!place.startsWith('s')) return { nodes, edges, size, next: 's' };
  return { ...(await shipmentPage(source, place, limit, own)), size };
}

/** Shipments of whole lots, oldest first. */
async function shipmentPage(
  source: GraphSource,
  place: string,
  limit: number,
  selection: Selection,
): Promise<Omit<GraphPage, 'size'>> {
  const drawing = new Drawing();
  const after = ENTRY_PLACE.test(place.slice(1)) ? place.slice(1) : '';
  const next = await drawShipmentsPage(source, selection, drawing, after, limit);
  return { ...drawing.result(), ...(next === undefined ? {} : { next: `s${next}` }) };
}

interface Lanes {
  readonly shipments: number;
  readonly parties: number;
}

/** Every lane that goods ever went is at least one shipment. */
async function lanesOf(source: GraphSource, { cohorts }: Selection): Promise<Lanes> {
  const balances = await source.balances([...cohorts.values()].map(({ cohort }) => cohort));
  const lanes = balances.filter(({ account }) => account.state === 'in_transit');
  return { shipments: lanes.length, parties: new Set(lanes.flatMap(({ account }) => [account.from, account.party])).size };
}

async function unitPage(
  source: GraphSource,
  key: string,
  cohorts: readonly Cohort[],
  place: string,
  limit: number,
  reach: Reach,
): Promise<Omit<GraphPage, 'size'>> {
  const { derived } = reach;
  const [index = 0, after = ''] = [Number(place.slice(1, place.indexOf(':'))), place.slice(place.indexOf(':') + 1)];
  const cohort = cohorts[index];
  const drawing = new Drawing();
  // A thing comes with its node, the edge from its lot and the one from its container.
  const page = cohort === undefined ? { things: [] } : await source.thingsOf([cohort], after, Math.ceil(limit / 3));
  for (const thing of page.things)
    drawing.thing(thing, cohort !== undefined && derived.has(cohortName(cohort)) ? 'named' : 'if drawn');
  await drawContainers(source, drawing);
  const next = page.next !== undefined ? `u${index}:${page.next}` : index + 1 < cohorts.length ? `u${index + 1}:` : undefined;
  return { ...drawing.result(await drawnFirst(source, key, reach)), ...(next === undefined ? {} : { next }) };
}

/** Lots that the first page has. */
async function drawnFirst(source: GraphSource, key: string, { selection, wholes, derived }: Reach): Promise<Set<string>> {
  const named = new Set([key, ...[...selection.cohorts.values()].map(({ cohort }) => cohort.product)]);
  const singles = [...wholes.keys(), ...[...selection.things.keys()].filter((thing) => derived.has(thing))];
  for (const { lots } of await source.things(singles)) for (const lot of lots) named.add(lot);
  return named;
}

function unitCohorts({ cohorts }: Selection): Cohort[] {
  const units = [...cohorts.values()].map(({ cohort }) => cohort).filter(({ kind }) => kind === 'units');
  return sortedBy(units, cohortName);
}

/** How many serials these cohorts have: all came from somewhere, each as one. */
async function unitsIn(source: GraphSource, cohorts: readonly Cohort[]): Promise<number> {
  let units = 0n;
  for (const { account, amount, uom } of await source.balances(cohorts))
    if (uom === EACH && (account.state === 'created' || account.state === 'unexplained')) units -= amount;
  return Number(units / ONE);
}
