import { lotOf } from '@suyuan/gs1';
import { BlockingRecall, familyOf } from './blocking-recall';
import { ProductRule } from './offline/blocklist';
import { SerialRange } from './serial-intervals';

/** The rule of one product while it is put together. */
export class RuleDraft {
  whole = false;
  asksWithoutLot = false;
  asksSerials = false;
  /** Some units of which nobody said the lot are affected: the graph knows which. */
  hasUnitsWithoutLot = false;
  readonly lots = new Set<string>();
  readonly lotPatterns = new Set<string>();
  private readonly serialRanges = new Map<string, SerialRange>();

  constructor(readonly gtin: string) {}

  /**
   * Takes in what a recall's scope says of this product by itself. Each entry counts by its most selective field alone and
   * exclusions not at all: more is asked about than need be, never less.
   */
  addScope({ scope }: BlockingRecall): void {
    for (const { gtin, lots, lotPattern, serialRanges, inputLots } of scope.source.include) {
      for (const lot of inputLots ?? []) if (familyOf(lot) === this.gtin) this.lots.add(lotOf(lot) ?? '');
      // What was made from an input lot only the graph knows; its lots and units are looked up one by one.
      if (gtin !== this.gtin || inputLots !== undefined) continue;
      if (lots !== undefined || lotPattern !== undefined) {
        // A serial of which nobody said the lot may be of any.
        this.asksWithoutLot = true;
        if (lots !== undefined) for (const lot of lots) this.lots.add(lot);
        else if (lotPattern !== undefined) this.lotPatterns.add(lotPattern);
      } else if (serialRanges !== undefined) {
        for (const { from, to } of serialRanges) this.serialRanges.set(`${from}\n${to}`, { from, to });
      } else this.whole = true;
    }
  }

  get isEmpty(): boolean {
    const says = this.whole || this.asksWithoutLot || this.asksSerials || this.hasUnitsWithoutLot;
    return !says && this.lots.size + this.lotPatterns.size + this.serialRanges.size === 0;
  }

  /** In one order, so that equal rules are equal bytes. */
  rule(): ProductRule {
    const { gtin, whole, asksWithoutLot, asksSerials } = this;
    if (whole) return { gtin, whole, asksWithoutLot: false, asksSerials: false, lots: [], lotPatterns: [], serialRanges: [] };
    return {
      gtin,
      whole,
      asksWithoutLot,
      asksSerials,
      lots: [...this.lots].sort(),
      lotPatterns: [...this.lotPatterns].sort(),
      serialRanges: [...this.serialRanges].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, range]) => range),
    };
  }
}
