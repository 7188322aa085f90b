import { exact } from '../domain/sums';
import { Directory, ProductRecord } from '@suyuan/access';
import { PartyThroughput, TraceReader } from '@suyuan/trace';
import { HolderTaskState } from '../domain/holder-task.state';
import { RecallReads } from '../http/recall-reads';
import { balancesOf, HolderBalance, Packs } from './domain/balance';

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
    return balancesOf(await this.trace.throughputOf(products, task.party), task, await this.packsOf([task]));
  }

  async ofRecall(recallId: string): Promise<{ holders: HolderReconciliation[]; totals: RecallTotal[] }> {
    const { state, resolution } = await this.reads.recall(recallId);
    const through = await this.trace.throughputOf(state.lastResolution?.products ?? []);
    const byParty = new Map<string, PartyThroughput[]>();
    for (const row of through) byParty.set(row.party, [...(byParty.get(row.party) ?? []), row]);
    const tasks = (await this.reads.tasks(recallId)).filter(({ released }) => !released);
    const packs = await this.packsOf(tasks);
    const holders = tasks.map((task) => ({ task, balances: balancesOf(byParty.get(task.party) ?? [], task, packs) }));
    return { holders, totals: totalsOf(resolution?.produced ?? [], through, holders) };
  }

  /** Contents of the packs that the holders speak of, level by level. */
  private async packsOf(tasks: readonly HolderTaskState[]): Promise<Packs> {
    const known = new Map<string, ProductRecord['contains']>();
    const lines = tasks.flatMap(
      ({ reconciled, contained }): readonly { readonly product: string }[] => reconciled ?? contained ?? [],
    );
    let front = [...new Set(lines.map(({ product }) => product.slice(0, CLASS_KEY_LENGTH)))];
    while (front.length > 0) {
      const next: string[] = [];
      for (const key of front) {
        if (known.has(key)) continue;
        const contains = (await this.directory.product(key))?.contains;
        known.set(key, contains);
        if (contains !== undefined) next.push(contains.product);
      }
      front = next;
    }
    return (classKey) => known.get(classKey);
  }
}

/** `01/` and fourteen digits. */
const CLASS_KEY_LENGTH = 17;

function totalsOf(
  produced: readonly { readonly product: string; readonly uom: string; readonly quantity: number }[],
  through: readonly PartyThroughput[],
  holders: readonly HolderReconciliation[],
): RecallTotal[] {
  const names = new Set([...produced, ...through].map(({ product, uom }) => `${product}\n${uom}`));
  return [...names].sort().map((name) => {
    const [product = '', uom = ''] = name.split('\n');
    const same = (one: { readonly product: string; readonly uom: string }): boolean => one.product === product && one.uom === uom;
    const made = sum(produced.filter(same), ({ quantity }) => quantity);
    const rows = through.filter(same);
    const lines = holders.flatMap(({ balances }) => balances.filter(same));
    const declared = lines.flatMap((line) => line.declared ?? []);
    const derived = {
      held: sum(rows, (row) => row.held),
      inTransit: sum(rows, (row) => row.inTransit),
      sold: sum(rows, (row) => row.sold),
      consumed: sum(rows, (row) => row.consumed),
      destroyed: sum(rows, (row) => row.destroyed),
    };
    return {
      product,
      uom,
      produced: made,
      derived,
      declared: {
        onHand: sum(declared, (line) => line.onHand),
        sold: sum(declared, (line) => line.sold),
        consumed: sum(declared, (line) => line.consumed),
        destroyed: sum(declared, (line) => line.destroyed),
        returned: sum(declared, (line) => line.returned),
        lost: sum(declared, (line) => line.lost),
      },
      unaccounted: Math.max(0, exact(made - Object.values(derived).reduce((all, figure) => all + figure, 0))),
      undeclared: sum(lines, (line) => (line.declared === undefined ? (line.derived?.held ?? 0) : 0)),
    };
  });
}

const sum = <T>(rows: readonly T[], of: (row: T) => number): number => exact(rows.reduce((all, row) => all + of(row), 0));
