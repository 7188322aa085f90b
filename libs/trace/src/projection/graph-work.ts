import { Difference } from './table-comparison';

/** How far a long work is. */
export interface WorkProgress {
  readonly phase: 'find' | 'replay' | 'compare' | 'switch';
  readonly done: number;
  readonly total: number;
}

/** What was, as far as some things go: made beside the live graph, for questions about the past that rest on very much. */
export interface PastOrder {
  /** Where to; not there yet. */
  readonly schema: string;
  /** Nodes that will be asked about. */
  readonly seeds: readonly string[];
  readonly asOfMicros: number;
  readonly known: { readonly position: number } | { readonly recordTimeMicros: number } | undefined;
}

/** Long works on the graph, on line. */
export abstract class GraphWork {
  /** Fills a new graph and switches to it; reads go on from the old one until then. @returns position it stands at */
  abstract rebuild(report: (progress: WorkProgress) => void): Promise<{ position: number }>;

  /** Compares the live graph with a fresh replay of the log up to the live position. */
  abstract verify(report: (progress: WorkProgress) => void): Promise<{ position: number; differences: Difference[] }>;

  /** Fills a graph of its own with what was then. @returns position it rests on */
  abstract past(order: PastOrder, report: (progress: WorkProgress) => void): Promise<{ position: number }>;
}
