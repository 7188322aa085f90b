import { describeKey, gtinOf } from '@suyuan/gs1';
import { Certainty } from '../trace-reader';
import { fromNano } from '../facts/quantity';
import { microsToTime } from '../facts/time';
import { cohortName } from '../world/cohort';
import { TransformationLine } from '../world/world';
import { originsOf } from './ancestry';
import { GraphSource, ThingPage, ThingState } from './graph-source';
import { edgeCertainty, isSoleOrigin, reachForward } from './reach';
import { selectCode } from './selection';

export type Direction = 'forward' | 'backward' | 'both';

export interface GraphNode {
  /** Canonical key. */
  readonly id: string;
  readonly kind: 'lot' | 'instance' | 'container' | 'class';
  readonly party?: string | null;
  readonly state?: string;
}

export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  /** `member`: lot → its serial; `contains`: container → content; `input`: what was used → what was made of it. */
  readonly kind: 'member' | 'contains' | 'input';
  readonly eventId?: string;
  /** RFC 3339. */
  readonly at?: string;
  readonly quantity?: number;
  readonly uom?: string;
  readonly certainty: Certainty;
}

/** Nodes and edges in a stable order: the same question to the same facts gives the same pages. */
export interface Graph {
  readonly nodes: GraphNode[];
  readonly edges: GraphEdge[];
}

const PAGE = 5_000;

export async function graphOf(source: GraphSource, key: string, direction: Direction): Promise<Graph> {
  const drawing = new Drawing();
  drawing.node(nodeOfKey(key));
  if (direction !== 'backward') await drawForward(source, key, drawing);
  if (direction !== 'forward') await drawBackward(source, key, drawing);
  return drawing.result();
}

async function drawForward(source: GraphSource, key: string, drawing: Drawing): Promise<void> {
  const reach = await reachForward(source, await selectCode(source, key));
  const { selection, wholes, transformations, derived } = reach;
  for (const { cohort } of selection.cohorts.values()) {
    drawing.node(nodeOfKey(cohort.product));
    if (cohort.kind === 'stock') continue;
    for (let after: string | undefined = ''; after !== undefined;) {
      const page: ThingPage = await source.thingsOf([cohort], after, PAGE);
      for (const thing of page.things) drawing.thing(thing, derived.has(cohortName(cohort)) ? 'named' : 'if drawn');
      after = page.next;
    }
  }
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
  await drawContainers(source, drawing);
  await drawTransformations(source, transformations, drawing);
}

async function drawBackward(source: GraphSource, key: string, drawing: Drawing): Promise<void> {
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
  await drawTransformations(source, origins.transformations, drawing);
}

async function drawTransformations(
  source: GraphSource,
  transformations: ReadonlyMap<string, readonly TransformationLine[]>,
  drawing: Drawing,
): Promise<void> {
  const all = [...transformations.values()];
  const stocks = new Set(all.flat().flatMap((line) => (line.thing === undefined ? [line.cohort.product] : [])));
  const origins = await source.stockOrigins([...stocks]);
  for (const lines of all) drawing.transformation(lines, origins);
}

/** The containers that the drawn things are in, up to the outermost. */
async function drawContainers(source: GraphSource, drawing: Drawing): Promise<void> {
  const missing = drawing.missingContainers();
  for (let next = 0; next < missing.length; next += PAGE) {
    for (const thing of await source.things(missing.slice(next, next + PAGE))) drawing.thing(thing);
  }
}

class Drawing {
  private readonly nodes = new Map<string, GraphNode>();
  private readonly edges = new Map<string, GraphEdge>();
  private readonly containers = new Set<string>();

  node(node: GraphNode): void {
    if (!this.nodes.has(node.id)) this.nodes.set(node.id, node);
  }

  /** @param lots `named`: its lots are part of the answer; else they are shown only where they are drawn anyway */
  thing(thing: ThingState, lots: 'named' | 'if drawn' = 'if drawn'): void {
    this.nodes.set(thing.key, { ...nodeOfKey(thing.key), party: thing.effective.party, state: thing.effective.state });
    for (const lot of thing.lots) {
      if (lots === 'named') this.node(nodeOfKey(lot));
      this.edge({ from: lot, to: thing.key, kind: 'member', certainty: thing.lots.length > 1 ? 'possible' : 'certain' });
    }
    for (const container of thing.containers) this.containers.add(container);
    if (thing.parent !== undefined) {
      this.edge({
        from: thing.parent,
        to: thing.key,
        kind: 'contains',
        eventId: thing.parentEventId,
        at: microsToTime(thing.parentSinceMicros),
        certainty: 'certain',
      });
    }
  }

  edge(edge: GraphEdge): void {
    this.edges.set([edge.kind, edge.from, edge.to, edge.eventId ?? '', edge.uom ?? ''].join('\n'), edge);
  }

  /** Only edges between drawn goods: a transformation of many inputs into many outputs has their product of edges. */
  transformation(lines: readonly TransformationLine[], stockOrigins: ReadonlyMap<string, readonly string[]>): void {
    const drawn = lines.filter((line) => this.nodes.has(nameOf(line)));
    const inputs = summed(drawn.filter(({ side }) => side === 'input'));
    for (const output of drawn.filter(({ side }) => side === 'output')) {
      const sole = output.thing !== undefined || isSoleOrigin(lines, output.cohort.product, stockOrigins);
      for (const input of inputs) {
        if (nameOf(input) === nameOf(output)) continue;
        this.edge({
          from: nameOf(input),
          to: nameOf(output),
          kind: 'input',
          eventId: output.eventId,
          at: microsToTime(output.atMicros),
          ...(input.amount === undefined ? {} : { quantity: fromNano(input.amount), uom: input.uom }),
          certainty: sole ? edgeCertainty(lines, input, output) : 'possible',
        });
      }
    }
  }

  missingContainers(): string[] {
    return [...this.containers].filter((key) => !this.nodes.has(key)).sort();
  }

  /** Edges whose ends are both drawn: what a transformation did with goods that are not in question is not shown. */
  result(): Graph {
    const edges = [...this.edges].filter(([, { from, to }]) => this.nodes.has(from) && this.nodes.has(to));
    return {
      nodes: [...this.nodes.values()].sort((a, b) => (a.id < b.id ? -1 : 1)),
      edges: edges.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, edge]) => edge),
    };
  }
}

const nameOf = (line: TransformationLine): string => line.thing ?? line.cohort.product;

/** One line per input and unit: several events of a transformation may each have used some. An unknown amount adds nothing. */
function summed(inputs: readonly TransformationLine[]): TransformationLine[] {
  const sums = new Map<string, TransformationLine>();
  for (const input of inputs) {
    const name = `${nameOf(input)}\n${input.uom}`;
    const known = sums.get(name)?.amount;
    sums.set(name, { ...input, amount: known === undefined ? input.amount : known + (input.amount ?? 0n) });
  }
  return [...sums.values()];
}

function nodeOfKey(key: string): GraphNode {
  const { kind } = describeKey(key);
  if (kind === 'lot' || kind === 'class' || kind === 'instance') return { id: key, kind };
  if (kind === 'logistic-unit' || kind === 'returnable') return { id: key, kind: 'container' };
  return { id: key, kind: gtinOf(key) === undefined ? 'instance' : 'class' };
}
