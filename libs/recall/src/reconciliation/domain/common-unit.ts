/** An amount's face: what is counted, and in which unit. */
export interface Unit {
  readonly product: string;
  readonly uom: string;
}

/** A pack holds so many of a smaller trade item, each counted in pieces. Class keys `01/{gtin14}`. */
export interface PackingRule {
  readonly product: string;
  readonly quantity: number;
  readonly of: string;
}

/** Units that mean one another by definition, each with its amount of the first (UN/ECE Recommendation 20). */
const DEFINED: readonly Readonly<Record<string, number>>[] = [
  { EA: 1, H87: 1, C62: 1 },
  { GRM: 1, KGM: 1e3, TNE: 1e6, MGM: 1e-3 },
  { MLT: 1, LTR: 1e3, MTQ: 1e6 },
];

/** What packs are counted in, and what is in them: a weight of a pack is no number of packs. */
const PIECE = 'EA';

const CLASS_LENGTH = '01/'.length + 14;
const classOf = (product: string): string => product.slice(0, CLASS_LENGTH);
/** The lot: packaging changes the trade item, not the lot. A serial number is of one packaging level alone. */
const batchOf = (product: string): string | undefined => {
  const rest = product.startsWith('01/') ? product.slice(CLASS_LENGTH) : undefined;
  return rest === undefined || rest.startsWith('/21/') ? undefined : rest;
};

/**
 * How much of `to` one unit of `from` is, by definition or by the packs that master data describes. undefined: nothing tells.
 * Between different trade items only where both name the same lot, or none.
 */
function unitsIn(from: Unit, to: Unit, packing: readonly PackingRule[]): number | undefined {
  const sameItem = from.product === to.product;
  if (!sameItem && (batchOf(from.product) === undefined || batchOf(from.product) !== batchOf(to.product))) return undefined;
  const goal = nameOf({ product: classOf(to.product), uom: to.uom });
  const start = { product: classOf(from.product), uom: from.uom };
  const factors = new Map([[nameOf(start), 1]]);
  const waiting: Unit[] = [start];
  for (let unit = waiting.shift(); unit !== undefined; unit = waiting.shift()) {
    const factor = factors.get(nameOf(unit)) ?? 1;
    for (const { next, share } of stepsFrom(unit, packing)) {
      const known = factors.get(nameOf(next));
      // Two ways that do not agree: one of the descriptions is wrong, and nothing tells which.
      if (known !== undefined && Math.abs(known / (factor * share) - 1) > 1e-9) return undefined;
      if (known !== undefined) continue;
      factors.set(nameOf(next), factor * share);
      waiting.push(next);
    }
  }
  return factors.get(goal);
}

function stepsFrom({ product, uom }: Unit, packing: readonly PackingRule[]): { next: Unit; share: number }[] {
  const steps: { next: Unit; share: number }[] = [];
  for (const family of DEFINED) {
    const own = family[uom];
    if (own === undefined) continue;
    for (const [other, size] of Object.entries(family))
      if (other !== uom) steps.push({ next: { product, uom: other }, share: own / size });
  }
  if (uom !== PIECE) return steps;
  for (const rule of packing) {
    if (rule.product === product) steps.push({ next: { product: rule.of, uom }, share: rule.quantity });
    if (rule.of === product) steps.push({ next: { product: rule.product, uom }, share: 1 / rule.quantity });
  }
  return steps;
}

/** Another unit counted together with a balance's own: one of it is `factor` of that. */
export interface CountedWith extends Unit {
  readonly factor: number;
}

/**
 * The unit that each amount is compared in: the smallest that the graph counts its product in. What the graph counts of two
 * trade items is never added up, for the one may lie in the other; a declared item that the graph does not know is converted.
 */
export function commonUnits(
  derived: readonly Unit[],
  declared: readonly Unit[],
  packing: readonly PackingRule[],
): ReadonlyMap<string, { readonly unit: Unit; readonly factor: number }> {
  // Thousands of holders count in a handful of units: each is looked at once.
  const counted = distinct(derived);
  const said = distinct(declared);
  const known = grouped(counted, ({ product }) => product);
  const saidOf = grouped(said, ({ product }) => product);
  const common = new Map<string, { unit: Unit; factor: number }>();
  for (const one of distinct([...counted, ...said])) {
    const found =
      smallest(one, known.get(one.product) ?? counted, packing) ?? smallest(one, saidOf.get(one.product) ?? [], packing);
    common.set(nameOf(one), found ?? { unit: one, factor: 1 });
  }
  return common;
}

const distinct = (units: readonly Unit[]): Unit[] => [...new Map(units.map((unit) => [nameOf(unit), unit])).values()];

/** Rows by a name of theirs, in the order in which they came. */
export function grouped<Row>(rows: readonly Row[], nameIt: (row: Row) => string): Map<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const name = nameIt(row);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [row]);
    else group.push(row);
  }
  return groups;
}

function smallest(
  one: Unit,
  candidates: readonly Unit[],
  packing: readonly PackingRule[],
): { unit: Unit; factor: number } | undefined {
  return candidates
    .flatMap((unit) => {
      const factor = unitsIn(one, unit, packing);
      return factor === undefined ? [] : [{ unit, factor }];
    })
    .sort((a, b) => b.factor - a.factor || (nameOf(a.unit) < nameOf(b.unit) ? -1 : 1))[0];
}

export const nameOf = ({ product, uom }: Unit): string => `${product}\n${uom}`;
