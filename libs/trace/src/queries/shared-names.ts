import { GraphNames } from '../projection/graph-names';

const KEPT_MAX = 100_000;

/**
 * The names of the live graph for all its readers: what one has looked up the next one finds. A graph filled anew gives its
 * ids anew, and is known by its generation. When there are too many, new readers begin with none; whoever still reads with
 * the old ones keeps them.
 */
export class SharedNames {
  private generation = '';
  private names: GraphNames;

  constructor(private readonly schema: string) {
    this.names = new GraphNames(schema);
  }

  /** @param generation of the graph in the reader's snapshot */
  of(generation: string): GraphNames {
    if (generation !== this.generation || this.names.size > KEPT_MAX) this.names = new GraphNames(this.schema);
    this.generation = generation;
    return this.names;
  }
}
