import { exact, sum } from '../../domain/sums';
import { PartyThroughput } from '@suyuan/trace/domain';
import { DisposalLine, QuantityLine, ReconciliationLine } from '../../domain/holder-task.events';
import { commonUnits, CountedWith, nameOf, PackingRule, Unit } from './common-unit';

/** What a holder said of its goods. */
export interface Declared {
  readonly contained: readonly QuantityLine[] | undefined;
  readonly reconciled: readonly ReconciliationLine[] | undefined;
  readonly disposed: readonly DisposalLine[];
}

/**
 * One holder's balance of one product: declared beside derived. `difference` is derived less declared: what the holder has not
 * accounted for, or, below zero, what it has beyond what the graph knows. undefined: the two cannot be compared, and `note` says why.
 */
export interface HolderBalance {
  readonly product: string;
  readonly uom: string;
  readonly derived: Omit<PartyThroughput, 'party' | 'product' | 'uom'> | undefined;
  readonly declared: Omit<ReconciliationLine, 'product' | 'uom'> | undefined;
  /** From a `contain` answer alone: only what is on hand is known. */
  readonly partial: boolean;
  readonly difference: number | undefined;
  /** Units that were counted together with this one. */
  readonly converted?: readonly CountedWith[];
  readonly note?: string;
}

const NOTHING: Omit<ReconciliationLine, 'product' | 'uom'> = {
  onHand: 0,
  sold: 0,
  moved: 0,
  consumed: 0,
  destroyed: 0,
  returned: 0,
  lost: 0,
};

/**
 * Received = on hand + moved on + sold + used + returned + destroyed + lost, all of it declared, against what the graph derives.
 * Goods on the way to the holder are not asked of it yet. An empty declaration says that there is nothing. Units are converted
 * by definition and by `packing` alone, never by a guess.
 */
export function balancesOf(
  derived: readonly PartyThroughput[],
  declared: Declared,
  packing: readonly PackingRule[] = [],
): HolderBalance[] {
  const { reconciled, contained } = declared;
  const said = reconciled ?? contained?.map(({ product, uom, quantity }) => ({ ...NOTHING, product, uom, onHand: quantity }));
  const partial = reconciled === undefined && contained !== undefined;
  const common = commonUnits(derived, said ?? [], packing);
  const inUnit = (one: Unit): string => nameOf(common.get(nameOf(one))?.unit ?? one);
  const factorOf = (one: Unit): number => common.get(nameOf(one))?.factor ?? 1;
  const names = new Set([...derived, ...(said ?? [])].map(inUnit));
  return [...names].sort().map((name) => {
    const rows = derived.filter((one) => inUnit(one) === name);
    const lines = said?.filter((one) => inUnit(one) === name);
    const [product = '', uom = ''] = name.split('\n');
    const through = rows.length === 0 ? undefined : figuresOf(rows, factorOf);
    const converted = convertedInto(name, [...rows, ...(lines ?? [])], factorOf);
    const face = { product, uom, derived: through, partial, ...(converted.length === 0 ? {} : { converted }) };
    if (said === undefined || lines === undefined) return { ...face, declared: undefined, difference: undefined };
    const total = sumOf(lines, factorOf);
    const otherUnit = [...derived, ...said].some((one) => one.product === product && inUnit(one) !== name);
    if (otherUnit && (through === undefined || lines.length === 0)) {
      const note = `counted in ${uom} on one side only, and nothing tells how much of the other unit that is`;
      return { ...face, declared: lines.length === 0 ? undefined : total, difference: undefined, note };
    }
    // Of unrounded figures: a third of a case, three times, is a case.
    const accounted = exact(lines.reduce((all, one) => all + declaredOf(one) * factorOf(one), 0));
    const difference = exact(derivedFor(through, partial) - accounted);
    return { ...face, declared: total, difference };
  });
}

function convertedInto(name: string, units: readonly Unit[], factorOf: (one: Unit) => number): CountedWith[] {
  const others = new Map(units.filter((one) => nameOf(one) !== name).map((one) => [nameOf(one), one]));
  return [...others.values()].map((one) => ({ product: one.product, uom: one.uom, factor: factorOf(one) }));
}

function derivedFor(through: HolderBalance['derived'], partial: boolean): number {
  if (through === undefined) return 0;
  return partial ? through.held : through.received - through.inTransit;
}

const declaredOf = (line: Omit<ReconciliationLine, 'product' | 'uom'>): number =>
  line.onHand + line.sold + line.moved + line.consumed + line.destroyed + line.returned + line.lost;

function sumOf(
  lines: readonly ReconciliationLine[],
  factorOf: (one: Unit) => number,
): Omit<ReconciliationLine, 'product' | 'uom'> {
  const all = (of: (line: ReconciliationLine) => number): number => sum(lines.map((line) => of(line) * factorOf(line)));
  return {
    onHand: all((line) => line.onHand),
    sold: all((line) => line.sold),
    moved: all((line) => line.moved),
    consumed: all((line) => line.consumed),
    destroyed: all((line) => line.destroyed),
    returned: all((line) => line.returned),
    lost: all((line) => line.lost),
  };
}

/** One party's rows of one product, in one unit. */
function figuresOf(rows: readonly PartyThroughput[], factorOf: (one: Unit) => number): NonNullable<HolderBalance['derived']> {
  const all = (of: (row: PartyThroughput) => number): number => sum(rows.map((row) => of(row) * factorOf(row)));
  return {
    received: all((row) => row.received),
    passedOn: all((row) => row.passedOn),
    held: all((row) => row.held),
    inTransit: all((row) => row.inTransit),
    sold: all((row) => row.sold),
    consumed: all((row) => row.consumed),
    destroyed: all((row) => row.destroyed),
  };
}
