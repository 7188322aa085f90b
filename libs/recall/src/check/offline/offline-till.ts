import { Identifier } from '@suyuan/gs1';
import { lotPatternMatches } from '@suyuan/trace/domain';
import { SerialIntervals } from '../serial-intervals';
import { Blocklist, ProductRule } from './blocklist';
import { hashOfKey } from './key-hash';

/** `clear`: it may be sold. `ask`: only the server can tell. `stale`: the list is too old to clear anything. */
export type OfflineAnswer = 'clear' | 'ask' | 'stale';

/** A till with a list and without a line: the reference reader of the format in docs/check.md. */
export class OfflineTill {
  private readonly ranges = new Map<string, SerialIntervals<true>>();

  /** @param freshUntilMs from the list's signed header */
  constructor(
    private readonly list: Blocklist,
    private readonly freshUntilMs: number,
  ) {}

  ask(code: Identifier, nowMs: number): OfflineAnswer {
    if (this.mustAsk(code)) return 'ask';
    return nowMs > this.freshUntilMs ? 'stale' : 'clear';
  }

  private mustAsk({ key, kind, gtin, serial, lot }: Identifier): boolean {
    // What a container or an asset holds changes by the hour: the list does not speak of them.
    if (gtin === undefined) return true;
    const rule = this.list.rules.get(gtin);
    if (rule === undefined) return false;
    if (rule.whole || kind === 'class') return true;
    if (lot !== undefined && isListed(rule, lot)) return true;
    if (kind === 'lot') return rule.serialRanges.length > 0;
    if (kind !== 'instance' || serial === undefined || rule.asksSerials) return true;
    if (lot === undefined && rule.asksWithoutLot) return true;
    return this.rangesOf(rule).at(serial).length > 0 || this.holds(hashOfKey(key));
  }

  private rangesOf(rule: ProductRule): SerialIntervals<true> {
    const known = this.ranges.get(rule.gtin);
    if (known !== undefined) return known;
    const ranges = new SerialIntervals(rule.serialRanges.map((range) => ({ ...range, value: true as const })));
    this.ranges.set(rule.gtin, ranges);
    return ranges;
  }

  private holds(hash: number): boolean {
    const { hashes } = this.list;
    let low = 0;
    let high = hashes.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((hashes[middle] ?? 0) < hash) low = middle + 1;
      else high = middle;
    }
    return hashes[low] === hash;
  }
}

function isListed(rule: ProductRule, lot: string): boolean {
  return rule.lots.includes(lot) || rule.lotPatterns.some((pattern) => lotPatternMatches(pattern, lot));
}
