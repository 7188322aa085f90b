import { exact, sum } from '../domain/sums';
import { Directory } from '@suyuan/access';
import { PartyThroughput, TraceReader } from '@suyuan/trace';
import { HolderTaskState } from '../domain/holder-task.state';
import { RecallReads } from '../http/recall-reads';
import { balancesOf, HolderBalance } from './domain/balance';
import { commonUnits, grouped, nameOf, PackingRule, Unit } from './domain/common-unit';
import { packingOf } from './packing-of';

export interface HolderReconciliation {
  readonly task: HolderTaskState;
  readonly balances: readonly HolderBalance[];
}

/** The whole recall's figures of one product: what was made is somewhere, or it is unaccounted for. */
export interface RecallTotal {
  readonly product: string;
  readonly uom: string;
  readonly produced: number;
  /** What the graph says of all of it. */
  readonly derived: {
    readonly held: number;
    readonly inTransit: number;
    readonly sold: number;
    readonly consumed: number;
    readonly destroyed: number;
  };
  readonly declared: {
    readonly onHand: number;
    readonly sold: number;
    readonly consumed: number;
    readonly destroyed: number;
    readonly returned: number;
    readonly lost: number;
  };
  /** Produced, and neither where the graph says nor gone. */
  readonly unaccounted: number;
  /** Derived to be with holders that have not declared what they have. */
  readonly undeclared: number;
}

/** Declared beside derived quantities, for holders and for a recall as a whole. */
export class Reconciliation {
  constructor(
    private readonly reads: RecallReads,
    private readonly trace: TraceReader,
    private readonly directory: Directory,
  ) {}

  async ofHolder(recallId: string, task: HolderTaskState): Promise<HolderBalance[]> {
    const { state } = await this.reads.recall(recallId);
    const products = state.lastResolution?.products ?? [];
    const through = await this.trace.throughputOf(products, task.party);
    return balancesOf(through, task, await packingOf(this.directory, [...products, ...declaredProducts(task)]));
  }

  async ofRecall(recallId: string): Promise<{ holders: HolderReconciliation[]; totals: RecallTotal[] }> {
    const { state, resolution } = await this.reads.recall(recallId);
    const through = await this.trace.throughputOf(state.lastResolution?.products ?? []);
    const byParty = grouped(through, ({ party }) => party);
    const tasks = (await this.reads.tasks(recallId)).filter(({ released }) => !released);
    const products = state.lastResolution?.products ?? [];
    const packing = await packingOf(this.directory, [...products, ...tasks.flatMap(declaredProducts)]);
    const holders = tasks.map((task) => ({ task, balances: balancesOf(byParty.get(task.party) ?? [], task, packing) }));
    return { holders, totals: totalsOf(resolution?.produced ?? [], through, holders, packing) };
  }
}

const declaredProducts = ({ contained, reconciled }: HolderTaskState): string[] =>
  [...(contained ?? []), ...(reconciled ?? [])].map(({ product }) => product);

function totalsOf(
  produced: readonly { readonly product: string; readonly uom: string; readonly quantity: number }[],
  through: readonly PartyThroughput[],
  holders: readonly HolderReconciliation[],
  packing: readonly PackingRule[],
): RecallTotal[] {
  const lines = holders.flatMap(({ balances }) => balances);
  const common = commonUnits([...produced, ...through], lines, packing);
  const inUnit = (one: Unit): string => nameOf(common.get(nameOf(one))?.unit ?? one);
  const factorOf = (one: Unit): number => common.get(nameOf(one))?.factor ?? 1;
  const [madeIn, throughIn, linesIn] = [grouped(produced, inUnit), grouped(through, inUnit), grouped(lines, inUnit)];
  return [...new Set([...madeIn.keys(), ...throughIn.keys()])].sort().map((name) => {
    const [product = '', uom = ''] = name.split('\n');
    const total = <T extends Unit>(rows: ReadonlyMap<string, readonly T[]>, of: (row: T) => number): number =>
      sum((rows.get(name) ?? []).map((row) => of(row) * factorOf(row)));
    const made = total(madeIn, ({ quantity }) => quantity);
    const derived = {
      held: total(throughIn, (row) => row.held),
      inTransit: total(throughIn, (row) => row.inTransit),
      sold: total(throughIn, (row) => row.sold),
      consumed: total(throughIn, (row) => row.consumed),
      destroyed: total(throughIn, (row) => row.destroyed),
    };
    return {
      product,
      uom,
      produced: made,
      derived,
      declared: {
        onHand: total(linesIn, (line) => line.declared?.onHand ?? 0),
        sold: total(linesIn, (line) => line.declared?.sold ?? 0),
        consumed: total(linesIn, (line) => line.declared?.consumed ?? 0),
        destroyed: total(linesIn, (line) => line.declared?.destroyed ?? 0),
        returned: total(linesIn, (line) => line.declared?.returned ?? 0),
        lost: total(linesIn, (line) => line.declared?.lost ?? 0),
      },
      unaccounted: Math.max(0, exact(made - sum(Object.values(derived)))),
      undeclared: total(linesIn, (line) => (line.declared === undefined ? (line.derived?.held ?? 0) : 0)),
    };
  });
}
