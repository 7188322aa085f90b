/**
 * How old the index is, told by the log's head: the index is as new as the last moment at which the head was read that it
 * has reached since. Times in milliseconds.
 */
export class Freshness {
  private freshAtMs: number | undefined;
  private readonly marks: { readonly head: number; readonly atMs: number }[] = [];

  /** @param beganMs when the index began: for as long as `staleAfterMs` it is given the benefit of the doubt */
  constructor(
    private readonly beganMs: number,
    private readonly staleAfterMs: number,
  ) {}

  /** The log's head was `head` at this time (of the asking, not of the answer). */
  headWas(head: number, atMs: number, position: number): void {
    this.marks.push({ head, atMs });
    this.reached(position);
  }

  /** The index has taken in everything up to this position. */
  reached(position: number): void {
    for (let mark = this.marks[0]; mark !== undefined && mark.head <= position; mark = this.marks[0]) {
      this.freshAtMs = Math.max(this.freshAtMs ?? 0, mark.atMs);
      this.marks.shift();
    }
  }

  /** Everything acknowledged before this time is in the index; undefined until it has caught up once. */
  get asOfMs(): number | undefined {
    return this.freshAtMs;
  }

  isStale(nowMs: number): boolean {
    return nowMs - (this.freshAtMs ?? this.beganMs) > this.staleAfterMs;
  }
}
