import { Difference } from './table-comparison';

/** How far a long work is. */
export interface WorkProgress {
  readonly phase: 'replay' | 'compare' | 'switch';
  readonly done: number;
  readonly total: number;
}

/** Long works on the whole graph, on line. */
export abstract class GraphWork {
  /** Fills a new graph and switches to it; reads go on from the old one until then. @returns position it stands at */
  abstract rebuild(report: (progress: WorkProgress) => void): Promise<{ position: number }>;

  /** Compares the live graph with a fresh replay of the log up to the live position. */
  abstract verify(report: (progress: WorkProgress) => void): Promise<{ position: number; differences: Difference[] }>;
}
