import { Fact } from '../domain/facts/fact';

const CHARS_MAX = 4 * 1024 * 1024;

/**
 * Facts that were read last, by log position, bounded by the text that they were read from. A fact never changes, and a
 * graph filled anew holds the same ones: nothing here can go stale. Nobody may write to what was handed out.
 */
export class RecentFacts {
  private readonly kept = new Map<number, { readonly fact: Fact; readonly chars: number }>();
  private chars = 0;

  constructor(private readonly charsMax = CHARS_MAX) {}

  get(position: number): Fact | undefined {
    const found = this.kept.get(position);
    if (found === undefined) return undefined;
    // Whoever was asked for last goes last.
    this.kept.delete(position);
    this.kept.set(position, found);
    return found.fact;
  }

  keep(fact: Fact, chars: number): void {
    if (this.kept.has(fact.position)) return;
    this.kept.set(fact.position, { fact, chars });
    this.chars += chars;
    for (const [position, oldest] of this.kept) {
      if (this.chars <= this.charsMax) return;
      this.kept.delete(position);
      this.chars -= oldest.chars;
    }
  }
}
