import { describeKey, gtinOf } from '@suyuan/gs1';
import { Certainty } from '../trace-reader';
import { fromNano, ONE } from '../facts/quantity';
import { microsToTime } from '../facts/time';
import { cohortName, isMadeBy, transformationsOf } from '../world/cohort';
import { LineageLine, ThingState } from './graph-source';
import { edgeCertainty, inputFamilies, isSoleOrigin } from './reach';

export interface GraphNode {
  /** Canonical key. */
  readonly id: string;
  /**
   * `transformation`: between very many inputs and outputs; its id is the transformationID, else the event's.
   * `party`, `place`: an end of a shipment.
   */
  readonly kind: 'lot' | 'instance' | 'container' | 'class' | 'transformation' | 'party' | 'place';
  readonly party?: string | null;
  readonly state?: string;
}

export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  /**
   * `member`: lot → its serial; `contains`: container → content; `input`: what was used → what was made of it;
   * `ships`: who had the goods → whom they went to, by party, else by place; `product` says which goods.
   */
  readonly kind: 'member' | 'contains' | 'input' | 'ships';
  readonly product?: string;
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

/** Edges that one transformation may have before it is drawn as a node. */
const EDGES_MAX = 10_000;

/** A graph while it is drawn. */
export class Drawing {
  private readonly nodes = new Map<string, GraphNode>();
  private readonly edges = new Map<string, GraphEdge>();
  private readonly containers = new Set<string>();
  private readonly drawn = new Set<string>();
  /** Drawn things by the transformations that made them. */
  private readonly made = new Map<string, ThingState[]>();

  node(node: GraphNode): void {
    if (!this.nodes.has(node.id)) this.nodes.set(node.id, node);
  }

  /** @param lots `named`: its lots are part of the answer; else they are shown only where they are drawn anyway */
  thing(thing: ThingState, lots: 'named' | 'if drawn' = 'if drawn'): void {
    if (!this.drawn.has(thing.key)) {
      this.drawn.add(thing.key);
      for (const name of transformationsOf(thing.cohort)) {
        const known = this.made.get(name);
        if (known === undefined) this.made.set(name, [thing]);
        else known.push(thing);
      }
    }
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

  edge(edge: GraphEdge, transformation = ''): void {
    this.edges.set(
      [edge.kind, edge.from, edge.to, edge.eventId ?? '', edge.uom ?? '', edge.product ?? '', transformation].join('\n'),
      edge,
    );
  }

  /**
   * Edges between drawn goods only. A transformation of very many inputs into very many outputs has their product of
   * edges: then it is drawn as a node that the inputs lead to and the outputs come from.
   */
  transformation(name: string, lines: readonly LineageLine[], stockOrigins: ReadonlyMap<string, readonly string[]>): void {
    const inputs = summed(lines.filter((line) => line.side === 'input' && this.nodes.has(nameOf(line))));
    const outputs = this.outputsOf(name, lines);
    const families = inputFamilies(lines);
    const sole = (output: LineageLine): boolean =>
      output.cohort.kind === 'units' || isSoleOrigin(lines, output.cohort.product, stockOrigins);
    if (inputs.length * outputs.length > EDGES_MAX) return this.hub(name, [...inputs, ...outputs]);
    for (const output of outputs) {
      const certain = sole(output);
      for (const input of inputs) {
        if (nameOf(input) === nameOf(output)) continue;
        const edge: GraphEdge = {
          ...amountOf(input),
          from: nameOf(input),
          to: nameOf(output),
          kind: 'input',
          ...eventOf(output),
          certainty: certain ? edgeCertainty(families, input, output) : 'possible',
        };
        this.edge(edge, name);
      }
    }
  }

  /** Draws a transformation as a node between what went in and what came out. */
  hub(name: string, lines: readonly LineageLine[]): void {
    this.node({ id: name, kind: 'transformation' });
    for (const line of lines) {
      const ends = line.side === 'input' ? { from: nameOf(line), to: name } : { from: name, to: nameOf(line) };
      this.edge({ ...amountOf(line), ...eventOf(line), ...ends, kind: 'input', certainty: 'possible' });
    }
  }

  /** What came out, serials one by one: those drawn that are of a cohort which came out, by the event that made them. */
  private outputsOf(name: string, lines: readonly LineageLine[]): LineageLine[] {
    const outputs = lines.filter((line) => line.side === 'output');
    const found = outputs.filter((line) => line.cohort.kind === 'stock' && this.nodes.has(nameOf(line)));
    const units = outputs.filter(({ cohort }) => cohort.kind === 'units');
    const byCohort = new Map(units.map((line) => [cohortName(line.cohort), line]));
    for (const thing of this.made.get(name) ?? []) {
      const line = byCohort.get(cohortName(thing.cohort));
      if (line === undefined) continue;
      const isMade = isMadeBy(thing.cohort, name);
      const made = isMade ? { eventId: thing.creationEventId ?? '', atMicros: thing.createdMicros ?? 0 } : UNTOLD;
      found.push({ ...line, ...made, thing: thing.key, amount: ONE, count: 1 });
    }
    return found;
  }

  missingContainers(): string[] {
    return [...this.containers].filter((key) => !this.nodes.has(key)).sort();
  }

  /**
   * Edges whose ends are both drawn: what a transformation did with goods that are not in question is not shown.
   * @param elsewhere nodes that another page of the same graph has
   */
  result(elsewhere: ReadonlySet<string> = new Set()): Graph {
    return {
      nodes: [...this.nodes.values()].sort((a, b) => (a.id < b.id ? -1 : 1)),
      edges: this.namedEdges(elsewhere).map(([, edge]) => edge),
    };
  }

  /** The edges of `result`, in its order, each with a name that no other has. */
  namedEdges(elsewhere: ReadonlySet<string> = new Set()): [string, GraphEdge][] {
    const drawn = (id: string): boolean => this.nodes.has(id) || elsewhere.has(id);
    const edges = [...this.edges].filter(([, { from, to }]) => drawn(from) && drawn(to));
    return edges.sort(([a], [b]) => (a < b ? -1 : 1));
  }
}

const amountOf = ({ amount, uom }: LineageLine): { quantity?: number; uom?: string } =>
  amount === undefined ? {} : { quantity: fromNano(amount), uom };

/** Of goods that several events may have brought, as of reworked serials, no event is named. */
const UNTOLD = { eventId: '', atMicros: 0 };
const eventOf = ({ eventId, atMicros }: LineageLine): { eventId?: string; at?: string } =>
  eventId === '' ? {} : { eventId, at: microsToTime(atMicros) };

const nameOf = (line: LineageLine): string => line.thing ?? line.cohort.product;

/** One line per input and unit: several events of a transformation may each have used some. An unknown amount adds nothing. */
function summed(inputs: readonly LineageLine[]): LineageLine[] {
  const sums = new Map<string, LineageLine>();
  for (const input of inputs) {
    const name = `${nameOf(input)}\n${input.uom}`;
    const known = sums.get(name)?.amount;
    sums.set(name, { ...input, amount: known === undefined ? input.amount : known + (input.amount ?? 0n) });
  }
  return [...sums.values()];
}

/** The node of a code about which nothing else is known. */
export function nodeOfKey(key: string): GraphNode {
  const { kind } = describeKey(key);
  if (kind === 'lot' || kind === 'class' || kind === 'instance') return { id: key, kind };
  if (kind === 'logistic-unit' || kind === 'returnable') return { id: key, kind: 'container' };
  return { id: key, kind: gtinOf(key) === undefined ? 'instance' : 'class' };
}
