import { Identifier } from '@suyuan/gs1';
import { AncestryIdentity } from '@suyuan/trace/domain';
import { familyOf, mayReach } from './blocking-recall';
import { answerOf, CheckAnswer } from './check-answer';
import { bareIdentity } from './compiled-scope';
import { FamilyGraph } from './family-graph';
import { RecallIndex } from './recall-index';

/**
 * How closely a code must be looked at, the least first. `clear`: no recall can concern it, whatever the graph says.
 * `bare`: the code alone decides. `self`: what is known of the code itself decides. `origins`: so may what it was made from
 * or contains.
 */
export type Look = 'clear' | 'bare' | 'self' | 'origins';

/** What a check needs, in memory: the blocking recalls, which families were made of which, and units that were reworked. */
export class CheckIndex {
  readonly recalls = new RecallIndex();
  readonly graph = new FamilyGraph();
  /** By recall: the units that a `dispose` answer named as reworked. They are free of that recall. */
  readonly reworked = new Map<string, ReadonlySet<string>>();

  /** The argument why this is safe is in docs/check.md; test/property/check.spec.ts tries to refute it. */
  lookAt({ key, kind }: Identifier): Look {
    const family = familyOf(key);
    for (const source of this.graph.above(family)) if (this.recalls.rulesOf(source)?.hasDerived === true) return 'origins';
    const own = this.recalls.rulesOf(family);
    if (own === undefined) return 'clear';
    // Units for which a recalled lot and this one are claimed reach this lot too: only the graph knows them.
    if (kind === 'lot') return 'self';
    // A class code has no facts of its own; which of its lots went into something, the graph knows.
    if (kind === 'class') return own.asksOrigins ? 'origins' : 'bare';
    // Unknown lots make every recall by lot a candidate, so these are all that any lots could give.
    const candidates = own.candidates(bareIdentity(key));
    if (candidates.size === 0) return 'clear';
    for (const { scope } of candidates) if (!scope.asksNothing) return 'self';
    return 'bare';
  }

  /** @param identities the code's own first */
  answer({ key, kind }: Identifier, identities: readonly AncestryIdentity[]): CheckAnswer {
    const matches = [];
    for (const recall of this.recalls.candidates(identities)) {
      if (this.reworked.get(recall.id)?.has(key) === true || !mayReach(recall, key)) continue;
      const match = recall.scope.match({ key, kind, identities });
      const isHeld = recall.onlyPossible === true && match.verdict === 'affected';
      matches.push({ recall, match: isHeld ? ({ verdict: 'affected', certainty: 'possible' } as const) : match });
    }
    return answerOf(matches);
  }
}
