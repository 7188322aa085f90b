import { balanceRows, formerHolders, holderRows, OracleRow, production, totals } from './answers';
import { exceptionRows } from './exceptions';
import { Forward } from './forward';
import { graphAnswer } from './graph';
import { Lineage } from './lineage';
import { replayed } from './replay';
import { Captured, Viewpoint } from './steps';
import { OracleWorld } from './world';

/** What the graph must answer, worked out the slow and plain way. */
export interface Oracle {
  readonly world: OracleWorld;
  holders(code: string): { rows: OracleRow[]; produced: object[]; producers: string[]; former: object[]; totals: object[] };
  graph(code: string, direction: 'forward' | 'backward' | 'both'): { nodes: object[]; edges: object[] };
  balance(code: string): object[];
  exceptions(): object[];
}

/**
 * A second reading of TRACE.md that shares no code with the engine (GS1 keys and the canonical event apart): everything
 * known is replayed from nothing into plain maps, and answers are read off the end and off each event time's end.
 */
export function oracle(all: readonly Captured[], view: Viewpoint): Oracle {
  const world = replayed(all, view);
  const lineage = new Lineage(world);
  return {
    world,
    holders: (code) => {
      const forward = new Forward(lineage, code);
      const rows = holderRows(world, forward);
      const made = production(world, forward);
      return { rows, ...made, former: formerHolders(world, forward, rows), totals: totals(made.produced, rows) };
    },
    graph: (code, direction) => graphAnswer(lineage, code, direction),
    balance: (code) => balanceRows(lineage, code),
    exceptions: () => exceptionRows(world, all, view),
  };
}
