import { FamilyLink } from './family-links';

const NOTHING: ReadonlySet<string> = new Set();

/** Which families goods of a family may have been made from or contain. It only grows. */
export class FamilyGraph {
  private readonly sources = new Map<string, Set<string>>();
  private readonly targets = new Map<string, Set<string>>();
  private readonly reached = new Map<string, ReadonlySet<string>>();

  has({ from, into }: FamilyLink): boolean {
    return this.sources.get(into)?.has(from) === true;
  }

  add({ from, into }: FamilyLink): void {
    if (this.has({ from, into })) return;
    this.sources.set(into, (this.sources.get(into) ?? new Set()).add(from));
    this.targets.set(from, (this.targets.get(from) ?? new Set()).add(into));
    this.reached.clear();
  }

  /** Every family at least one link above; the family itself only where it is among its own sources. */
  above(family: string): ReadonlySet<string> {
    // Nothing is kept of codes that nobody ever linked: whoever asks for random ones must not fill the memory.
    if (!this.sources.has(family)) return NOTHING;
    const known = this.reached.get(family);
    if (known !== undefined) return known;
    const found = closure(family, this.sources);
    this.reached.set(family, found);
    return found;
  }

  /** Every family at least one link below: what may be made from, or contain, goods of this one. */
  below(family: string): ReadonlySet<string> {
    return closure(family, this.targets);
  }
}

function closure(start: string, steps: ReadonlyMap<string, ReadonlySet<string>>): Set<string> {
  const found = new Set<string>();
  const waiting = [start];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    for (const next of steps.get(at) ?? []) {
      if (found.has(next)) continue;
      found.add(next);
      waiting.push(next);
    }
  }
  return found;
}
