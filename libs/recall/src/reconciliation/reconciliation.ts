import { exact, sum } from '../domain/sums';
import { Directory } from '@suyuan/access';
import { PartyThroughput, TraceReader } from '@suyuan/trace';
import { HolderTaskState } from '../domain/holder-task.state';
import { RecallReads } from '../http/recall-reads';
import { balancesOf, HolderBalance } from './domain/balance';
import { commonUnits, nameOf, PackingRule, Unit } from './domain/common-unit';
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
    const byParty = new Map<string, PartyThroughput[]>();
    for (const row of through) byParty.set(row.party, [...(byParty.get(row.party) ?? []), row]);
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
  const names = new Set([...produced, ...through].map(inUnit));
  return [...names].sort().map((name) => {
    const [product = '', uom = ''] = name.split('\n');
    const total = <T extends Unit>(rows: readonly T[], of: (row: T) => number): number =>
      sum(rows.filter((row) => inUnit(row) === name).map((row) => of(row) * factorOf(row)));
    const made = total(produced, ({ quantity }) => quantity);
    const derived = {
      held: total(through, (row) => row.held),
      inTransit: total(through, (row) => row.inTransit),
      sold: total(through, (row) => row.sold),
      consumed: total(through, (row) => row.consumed),
      destroyed: total(through, (row) => row.destroyed),
    };
    return {
      product,
      uom,
      produced: made,
      derived,
      declared: {
        onHand: total(lines, (line) => line.declared?.onHand ?? 0),
        sold: total(lines, (line) => line.declared?.sold ?? 0),
        consumed: total(lines, (line) => line.declared?.consumed ?? 0),
        destroyed: total(lines, (line) => line.declared?.destroyed ?? 0),
        returned: total(lines, (line) => line.declared?.returned ?? 0),
        lost: total(lines, (line) => line.declared?.lost ?? 0),
      },
      unaccounted: Math.max(0, exact(made - sum(Object.values(derived)))),
      undeclared: total(lines, (line) => (line.declared === undefined ? (line.derived?.held ?? 0) : 0)),
    };
  });
}
