import { exact } from '../../domain/sums';
import { PartyThroughput } from '@suyuan/trace/domain';
import { DisposalLine, QuantityLine, ReconciliationLine } from '../../domain/holder-task.events';

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

/** What a class key's pack holds, by master data. */
export type Packs = (classKey: string) => { readonly product: string; readonly quantity: number } | undefined;
const NO_PACKS: Packs = () => undefined;
/** Item, case, layer, pallet: master data that goes deeper goes in a circle. */
const LEVELS_MAX = 4;

/** Cases declared where the graph counts pieces are counted in pieces: the pack's own contents say how many. */
function unpacked(line: ReconciliationLine, derived: readonly PartyThroughput[], packs: Packs): ReconciliationLine {
  let { product } = line;
  let factor = 1;
  for (let level = 0; level < LEVELS_MAX && !derived.some((one) => one.product === product); level++) {
    const [, classKey = '', rest = ''] = /^(01\/\d{14})(.*)$/.exec(product) ?? [];
    const pack = packs(classKey);
    if (pack === undefined) return line;
    product = `${pack.product}${rest}`;
    factor *= pack.quantity;
  }
  if (factor === 1 || !derived.some((one) => one.product === product)) return line;
  const times = (quantity: number): number => exact(quantity * factor);
  return {
    product,
    uom: 'EA',
    onHand: times(line.onHand),
    sold: times(line.sold),
    moved: times(line.moved),
    consumed: times(line.consumed),
    destroyed: times(line.destroyed),
    returned: times(line.returned),
    lost: times(line.lost),
  };
}

/**
 * Received = on hand + moved on + sold + used + returned + destroyed + lost, all of it declared, against what the graph derives.
 * Goods on the way to the holder are not asked of it yet. An empty declaration says that there is nothing.
 */
export function balancesOf(derived: readonly PartyThroughput[], declared: Declared, packs: Packs = NO_PACKS): HolderBalance[] {
  const { reconciled, contained } = declared;
  const lines = reconciled ?? contained?.map(({ product, uom, quantity }) => ({ ...NOTHING, product, uom, onHand: quantity }));
  const said = lines?.map((line) => unpacked(line, derived, packs));
  const partial = reconciled === undefined && contained !== undefined;
  const names = new Set([...derived, ...(said ?? [])].map(nameOf));
  return [...names].sort().map((name) => {
    const through = derived.find((one) => nameOf(one) === name);
    const lines = said?.filter((one) => nameOf(one) === name);
    const [product = '', uom = ''] = name.split('\n');
    const face = { product, uom, derived: through === undefined ? undefined : figuresOf(through), partial };
    if (said === undefined || lines === undefined) return { ...face, declared: undefined, difference: undefined };
    const sum = sumOf(lines);
    const otherUnit = [...derived, ...said].some((one) => one.product === product && one.uom !== uom);
    if (otherUnit && (through === undefined || lines.length === 0)) {
      const note = `counted in ${uom} on one side only, and nothing tells how much of the other unit that is`;
      return { ...face, declared: lines.length === 0 ? undefined : sum, difference: undefined, note };
    }
    return { ...face, declared: sum, difference: exact(derivedFor(through, partial) - declaredOf(sum)) };
  });
}

function derivedFor(through: PartyThroughput | undefined, partial: boolean): number {
  if (through === undefined) return 0;
  return partial ? through.held : through.received - through.inTransit;
}

const declaredOf = (line: Omit<ReconciliationLine, 'product' | 'uom'>): number =>
  line.onHand + line.sold + line.moved + line.consumed + line.destroyed + line.returned + line.lost;

function sumOf(lines: readonly ReconciliationLine[]): Omit<ReconciliationLine, 'product' | 'uom'> {
  return lines.reduce(
    (sum, line) => ({
      onHand: exact(sum.onHand + line.onHand),
      sold: exact(sum.sold + line.sold),
      moved: exact(sum.moved + line.moved),
      consumed: exact(sum.consumed + line.consumed),
      destroyed: exact(sum.destroyed + line.destroyed),
      returned: exact(sum.returned + line.returned),
      lost: exact(sum.lost + line.lost),
    }),
    NOTHING,
  );
}

function figuresOf({
  party: _party,
  product: _product,
  uom: _uom,
  ...figures
}: PartyThroughput): NonNullable<HolderBalance['derived']> {
  return figures;
}

const nameOf = ({ product, uom }: { readonly product: string; readonly uom: string }): string => `${product}\n${uom}`;
