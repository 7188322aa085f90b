import { CheckIndex } from '../../libs/recall/src/check/check-index';
import { linksOf } from '../../libs/recall/src/check/family-links';
import { Fact } from '../../libs/trace/src/domain/facts/fact';

/** Joins the sides of shared transformations as the follower's tables do. */
export class Links {
  private readonly sides = new Map<string, { input: Set<string>; output: Set<string> }>();

  constructor(private readonly index: CheckIndex) {}

  read(facts: readonly Fact[]): void {
    for (const { event } of facts) {
      const { links, sides } = linksOf(event);
      for (const link of links) this.index.graph.add(link);
      for (const { transformation, side, family } of sides) {
        const known = this.sides.get(transformation) ?? { input: new Set(), output: new Set() };
        this.sides.set(transformation, known);
        known[side].add(family);
        for (const from of known.input) for (const into of known.output) this.index.graph.add({ from, into });
      }
    }
  }
}
