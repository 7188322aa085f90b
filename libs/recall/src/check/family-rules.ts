import { AncestryIdentity } from '@suyuan/trace/domain';
import { describeKey, lotOf } from '@suyuan/gs1';
import { BlockingRecall, familyOf } from './blocking-recall';
import { SerialIntervals, SerialRange } from './serial-intervals';

/**
 * The recalls that can name goods of one family, found by what a code says. Each entry of a scope hangs on its most
 * selective field: its lots, else its serial ranges, else nothing. A candidate may still turn out not to match; a recall
 * that is no candidate can't match.
 */
export class FamilyRules {
  private readonly always = new Set<BlockingRecall>();
  private readonly byLot = new Map<string, Set<BlockingRecall>>();
  private readonly anyLot = new Set<BlockingRecall>();
  private readonly anyRange = new Set<BlockingRecall>();
  private readonly ranges: SerialIntervals<BlockingRecall>;
  /** Some recall follows affected goods into what was made from them. */
  readonly hasDerived: boolean;
  /** Some recall asks what goods were made from. */
  readonly asksOrigins: boolean;

  constructor(family: string, recalls: Iterable<BlockingRecall>) {
    const ranges: (SerialRange & { value: BlockingRecall })[] = [];
    let [hasDerived, asksOrigins] = [false, false];
    for (const recall of recalls) {
      hasDerived ||= recall.scope.derived;
      asksOrigins ||= recall.scope.asksOrigins;
      for (const { gtin, lots, serialRanges, inputLots = [] } of recall.scope.source.include) {
        if (inputLots.some((lot) => familyOf(lot) === family)) this.always.add(recall);
        if (gtin !== family) continue;
        if (lots !== undefined) this.addLots(recall, lots);
        else if (serialRanges !== undefined) {
          this.anyRange.add(recall);
          for (const { from, to } of serialRanges) ranges.push({ from, to, value: recall });
        } else this.always.add(recall);
      }
    }
    this.ranges = new SerialIntervals(ranges);
    this.hasDerived = hasDerived;
    this.asksOrigins = asksOrigins;
  }

  /** Every recall that may match this identity of a code, by its lots and its serial. */
  candidates({ key, serial, lots }: AncestryIdentity): Set<BlockingRecall> {
    const found = new Set(this.always);
    if (lots.length === 0) for (const recall of this.anyLot) found.add(recall);
    for (const lot of lots) for (const recall of this.byLot.get(lotOf(lot) ?? '') ?? []) found.add(recall);
    const isUnit = serial !== undefined && describeKey(key).kind === 'instance';
    for (const recall of isUnit ? this.ranges.at(serial) : this.anyRange) found.add(recall);
    return found;
  }

  private addLots(recall: BlockingRecall, lots: readonly string[]): void {
    this.anyLot.add(recall);
    for (const lot of lots) {
      const known = this.byLot.get(lot);
      if (known === undefined) this.byLot.set(lot, new Set([recall]));
      else known.add(recall);
    }
  }
}
