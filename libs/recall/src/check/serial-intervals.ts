/** Both ends inclusive, as printed. */
export interface SerialRange {
  readonly from: string;
  readonly to: string;
}

const DIGITS = /^\d+$/;

/**
 * Ranges of serials, each with a value, asked by serial in logarithmic time. Numeric where both ends and the serial are
 * digits only, else serials of the ends' length, by code point (API.md, "Scope").
 */
export class SerialIntervals<T> {
  /** Ranges of digits, for serials of digits. */
  private readonly numeric: Intervals<T>;
  /** Ranges of digits, for other serials, by length. */
  private readonly digitsAsText: ReadonlyMap<number, Intervals<T>>;
  /** Other ranges, for every serial, by length. */
  private readonly text: ReadonlyMap<number, Intervals<T>>;

  constructor(ranges: Iterable<SerialRange & { readonly value: T }>) {
    const numeric: Interval<T>[] = [];
    const digitsAsText: Interval<T>[] = [];
    const text: Interval<T>[] = [];
    for (const { from, to, value } of ranges) {
      const isNumeric = DIGITS.test(from) && DIGITS.test(to);
      if (isNumeric) numeric.push({ from: asNumber(from), to: asNumber(to), value });
      if (from.length === to.length) (isNumeric ? digitsAsText : text).push({ from, to, value });
    }
    this.numeric = new Intervals(numeric);
    this.digitsAsText = byLength(digitsAsText);
    this.text = byLength(text);
  }

  /** The values of all ranges that hold this serial. */
  at(serial: string): T[] {
    const found: T[] = [];
    if (DIGITS.test(serial)) this.numeric.collect(asNumber(serial), found);
    else this.digitsAsText.get(serial.length)?.collect(serial, found);
    this.text.get(serial.length)?.collect(serial, found);
    return found;
  }
}

interface Interval<T> {
  readonly from: string;
  readonly to: string;
  readonly value: T;
}

/** Digits as text that sorts like the number: without leading zeros, the length first. */
function asNumber(digits: string): string {
  const significant = digits.replace(/^0+(?=.)/, '');
  return String.fromCharCode(significant.length) + significant;
}

function byLength<T>(intervals: readonly Interval<T>[]): Map<number, Intervals<T>> {
  const lengths = new Map<number, Interval<T>[]>();
  for (const interval of intervals) {
    const known = lengths.get(interval.from.length);
    if (known === undefined) lengths.set(interval.from.length, [interval]);
    else known.push(interval);
  }
  return new Map([...lengths].map(([length, some]) => [length, new Intervals(some)]));
}

/** Intervals sorted by their beginning, with the furthest end so far: a search stops where nothing before can reach. */
class Intervals<T> {
  private readonly sorted: readonly Interval<T>[];
  private readonly furthest: readonly string[];

  constructor(intervals: readonly Interval<T>[]) {
    this.sorted = [...intervals].sort((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0));
    let end = '';
    this.furthest = this.sorted.map(({ to }) => (end = to > end ? to : end));
  }

  collect(point: string, into: T[]): void {
    let low = 0;
    let high = this.sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.sorted[middle]?.from ?? '') <= point) low = middle + 1;
      else high = middle;
    }
    for (let at = low - 1; at >= 0 && (this.furthest[at] ?? '') >= point; at--) {
      const interval = this.sorted[at];
      if (interval !== undefined && interval.to >= point) into.push(interval.value);
    }
  }
}
