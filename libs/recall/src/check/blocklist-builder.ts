import { setImmediate as nextTurn } from 'node:timers/promises';
import { classKey, describeKey, lotKey, lotOf } from '@suyuan/gs1';
import { lotPatternMatches } from '@suyuan/trace/domain';
import { familyOf, NO_GTIN } from './blocking-recall';
import { RuleDraft } from './blocklist-rules';
import { CheckIndex } from './check-index';
import { CodeCheck } from './code-check';
import { Blocklist, ProductRule } from './offline/blocklist';
import { hashOfKey } from './offline/key-hash';

/** The graph as the list's builder asks it; `TraceReader` is one. */
export interface GraphOfProducts {
  productsOf(gtin: string): Promise<readonly string[]>;
  contradictedLots(): Promise<readonly string[]>;
  unitsOf(products: readonly string[], most: number): Promise<readonly string[] | undefined>;
}

/** How much is listed one by one before a product is asked about as a whole. */
export interface BlocklistLimits {
  /** Lots of one product that are looked at because of what they may be made from. */
  readonly lotsPerProduct: number;
  /** Units of one product. */
  readonly unitsPerProduct: number;
  /** Units of all products. */
  readonly units: number;
}

export const BLOCKLIST_LIMITS: BlocklistLimits = { lotsPerProduct: 2_000, unitsPerProduct: 300_000, units: 1_000_000 };

const HASHES_IN_A_TURN = 250;

/** What the list says of one product. */
interface Listed {
  readonly rule: ProductRule;
  readonly hashes: readonly number[];
}

/**
 * Puts the list together that a till may hold. What a recall says of a product by itself becomes a rule; of products whose
 * lots must be looked up, each lot is asked about as a till would; and the units of all lots found so are listed by hash.
 */
export class BlocklistBuilder {
  /** What was found of a product, until something that it rests on changes. */
  private readonly found = new Map<string, Listed | null>();
  private last: Blocklist | undefined;

  constructor(
    private readonly index: CheckIndex,
    private readonly check: CodeCheck,
    private readonly graph: GraphOfProducts,
    private readonly limits: BlocklistLimits = BLOCKLIST_LIMITS,
  ) {}

  /**
   * @param isChanged whether anything about this family may have changed since the last build
   * @returns the very list that was returned last, when nothing was looked at again
   * @throws what the check throws when it is too far behind to clear anything
   */
  async build(version: number, isChanged: (family: string) => boolean = () => true): Promise<Blocklist> {
    if (!(await this.refresh(isChanged)) && this.last?.version === version) return this.last;
    const rules = new Map<string, ProductRule>();
    const hashes: number[] = [];
    for (const [family, listed] of [...this.found].sort(([a], [b]) => (a < b ? -1 : 1))) {
      if (listed === null) continue;
      const isTooMany = hashes.length + listed.hashes.length > this.limits.units;
      rules.set(family, isTooMany ? { ...listed.rule, asksSerials: true } : listed.rule);
      if (!isTooMany) for (const hash of listed.hashes) hashes.push(hash);
    }
    this.last = { version, rules, hashes: ascendingOnce(hashes) };
    return this.last;
  }

  /** Looks at the products again of which something may have changed. @returns whether there were any */
  private async refresh(isChanged: (family: string) => boolean): Promise<boolean> {
    const families = this.concerned();
    const gone = [...this.found.keys()].filter((known) => !families.has(known));
    for (const family of gone) this.found.delete(family);
    const stale = [...families].filter(
      (family) => !this.found.has(family) || [family, ...this.index.graph.above(family)].some(isChanged),
    );
    const contradicted = stale.length === 0 ? [] : await this.graph.contradictedLots();
    for (const family of stale) {
      // Forgotten first: should the look fail, the next build must look again.
      this.found.delete(family);
      const claims = contradicted.filter((lot) => familyOf(lot) === family);
      this.found.set(family, await this.product(family, claims));
    }
    return gone.length + stale.length > 0;
  }

  /** Products that some recall names, or that may contain or be made from goods of one. */
  private concerned(): Set<string> {
    const families = new Set<string>();
    for (const family of this.index.recalls.families()) {
      families.add(family);
      if (this.index.recalls.rulesOf(family)?.hasDerived === true)
        for (const below of this.index.graph.below(family)) families.add(below);
    }
    families.delete(NO_GTIN);
    return families;
  }

  /** @param contradicted lots of the product that some unit is claimed for beside another: it may be of either */
  private async product(gtin: string, contradicted: readonly string[]): Promise<Listed | null> {
    const draft = new RuleDraft(gtin);
    for (const recall of this.index.recalls.of(gtin)) draft.addScope(recall);
    if (draft.whole) return { rule: draft.rule(), hashes: [] };
    const isTraced = this.index.lookAt(describeKey(classKey(gtin))) === 'origins';
    const named = isTraced || draft.lotPatterns.size > 0 ? await this.graph.productsOf(gtin) : [];
    if (isTraced && named.length > this.limits.lotsPerProduct) {
      draft.whole = true;
      return { rule: draft.rule(), hashes: [] };
    }
    await this.addLots(draft, new Set([...contradicted, ...(isTraced ? [...named, classKey(gtin)] : [])]));
    return draft.isEmpty ? null : this.withUnits(draft, named);
  }

  /** Asks about each lot as a till would; who is not clear is listed. */
  private async addLots(draft: RuleDraft, asked: ReadonlySet<string>): Promise<void> {
    const products = [...asked];
    const answers = await Promise.all(products.map((product) => this.check.check(describeKey(product))));
    for (const [at, product] of products.entries()) {
      if (answers[at]?.verdict === 'not_affected') continue;
      const lot = lotOf(product);
      if (lot === undefined) draft.hasUnitsWithoutLot = true;
      else draft.lots.add(lot);
    }
  }

  private async withUnits(draft: RuleDraft, named: readonly string[]): Promise<Listed> {
    const { gtin } = draft;
    const patterns = [...draft.lotPatterns];
    const matching = named.filter((product) => patterns.some((pattern) => lotPatternMatches(pattern, lotOf(product) ?? '')));
    const products = [...[...draft.lots].map((lot) => lotKey(gtin, lot)), ...matching];
    if (draft.hasUnitsWithoutLot) products.push(classKey(gtin));
    const units = await this.graph.unitsOf(products, this.limits.unitsPerProduct);
    if (units === undefined) draft.asksSerials = true;
    return { rule: draft.rule(), hashes: await hashesOf(units ?? []) };
  }
}

/** Ascending, each once. */
function ascendingOnce(hashes: readonly number[]): Float64Array {
  const sorted = Float64Array.from(hashes).sort();
  return sorted.filter((hash, at) => hash !== sorted[at - 1]);
}

/** A hundred thousand hashes take a quarter of a second: tills that ask meanwhile must not wait for that. */
async function hashesOf(keys: readonly string[]): Promise<number[]> {
  const hashes: number[] = [];
  for (const [at, key] of keys.entries()) {
    hashes.push(hashOfKey(key));
    if (at % HASHES_IN_A_TURN === HASHES_IN_A_TURN - 1) await nextTurn();
  }
  return hashes;
}
