import { Fact } from '../../domain/facts/fact';
import { stockNode, stocksOf, thingsOf } from '../../domain/facts/mentions';
import { PlaceParties } from '../../domain/facts/parties';
import { Cohort } from '../../domain/world/cohort';
import { replay } from '../../domain/world/replay';
import { Counted, rowsOf, WorldRows } from '../../domain/world/rows';
import { TransformationLine } from '../../domain/world/world';
import { closureOf } from '../closure';

/** What one partition lived through, and what it has to say of it. */
export interface PartitionRows {
  readonly rows: WorldRows;
  /** Facts that it had to live through: those of its own things, and those that these depend on. */
  readonly facts: number;
}

/** Facts by the things and stocks they name, and by event id: what `closureOf` asks of a store. */
export class FactIndex {
  private readonly byNode = new Map<string, Fact[]>();
  private readonly byEvent = new Map<string, Fact[]>();

  constructor(facts: Iterable<Fact>) {
    for (const fact of facts) {
      push(this.byEvent, fact.event.eventId, fact);
      for (const node of nodesOf(fact)) push(this.byNode, node, fact);
    }
  }

  get nodes(): Iterable<string> {
    return this.byNode.keys();
  }

  /** As `FactStore.naming`. */
  readonly naming = (names: readonly string[]): Promise<readonly Fact[]> => {
    const found = new Set<Fact>();
    for (const name of names)
      for (const fact of this.byNode.get(name) ?? [])
        for (const said of this.byEvent.get(fact.event.eventId) ?? []) found.add(said);
    return Promise.resolve([...found]);
  };
}

/**
 * The rows that belong to one partition. Every thing and every stock has one owner, by its name; the owner lives through
 * whatever it depends on, wherever that belongs, and keeps only the rows of its own. Rows are counted, so those of all
 * partitions add up to the rows of the whole, exactly, whichever way the names are given out.
 * @param owns whether a name is this partition's; a stock goes where its product's key does
 */
export async function partitionRows(
  index: FactIndex,
  owns: (name: string) => boolean,
  placeParties: PlaceParties,
): Promise<PartitionRows> {
  const { nodes, facts } = await closureOf(index.naming, [...index.nodes].filter(owns));
  const world = replay(facts, { placeParties, includes: (node) => nodes.has(node), books: owns });
  const ownsLine = ({ thing, cohort }: TransformationLine): boolean => owns(thing ?? cohort.product);
  // Units are booked by whoever owns them; a quantity goes with its stock, whatever container it is in.
  const ownsQuantity = ({ cohort }: { readonly cohort: Cohort }): boolean => cohort.kind !== 'stock' || owns(cohort.product);
  const all = rowsOf(world, owns, world.transformationLines.filter(ownsLine));
  const rows: WorldRows = {
    ...all,
    postings: kept(all.postings, ownsQuantity),
    weights: kept(all.weights, ownsQuantity),
    contents: kept(all.contents, ownsQuantity),
    loose: kept(all.loose, ownsQuantity),
    parts: kept(all.parts, ({ part, partCohort }) => owns(part ?? partCohort.product)),
    // An objection is to a thing or, where a quantity does not fit, to a product.
    exceptions: kept(all.exceptions, ({ key }) => owns(key)),
  };
  return { rows, facts: facts.length };
}

function nodesOf({ event }: Fact): Set<string> {
  return new Set([...thingsOf(event).map(({ key }) => key), ...stocksOf(event).map(stockNode)]);
}

function kept<Row>(rows: Map<string, Counted<Row>>, wants: (row: Row) => boolean): Map<string, Counted<Row>> {
  return new Map([...rows].filter(([, { row }]) => wants(row)));
}

function push<Value>(into: Map<string, Value[]>, name: string, value: Value): void {
  const known = into.get(name);
  if (known === undefined) into.set(name, [value]);
  else known.push(value);
}
