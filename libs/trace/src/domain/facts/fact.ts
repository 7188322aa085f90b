import { CanonicalEvent } from '@suyuan/epcis';

/** A captured event as the graph sees it: what was said, who said it, when we learned it. */
export interface Fact {
  /** Log position: the order of learning. */
  readonly position: number;
  readonly recordTimeMicros: number;
  readonly event: CanonicalEvent;
  /** The record is an error declaration: it voids the event of the same id and says nothing about goods itself. */
  readonly declaration: boolean;
  /** `417/…` key of the party that captured it; null for an administrator's upload. */
  readonly capturingParty: string | null;
  /** Captured with an administrator's key. */
  readonly byAuthority: boolean;
}

/**
 * The set that answers depend on (TRACE.md section 7a, "The set"): each event once, void ones gone.
 * A declaration counts only from the original's capturing party or an administrator, before or after its original.
 */
export function effectiveFacts(facts: Iterable<Fact>): Fact[] {
  const originals = new Map<string, Fact>();
  const declarations = new Map<string, Fact[]>();
  for (const fact of facts) {
    const id = fact.event.eventId;
    if (fact.declaration) {
      const known = declarations.get(id);
      if (known === undefined) declarations.set(id, [fact]);
      else known.push(fact);
    } else {
      const first = originals.get(id);
      if (first === undefined || fact.position < first.position) originals.set(id, fact);
    }
  }
  const standing: Fact[] = [];
  for (const [id, original] of originals) {
    const isVoid = declarations.get(id)?.some((declaration) => mayVoid(declaration, original)) ?? false;
    if (!isVoid) standing.push(original);
  }
  return standing;
}

function mayVoid(declaration: Fact, original: Fact): boolean {
  return (
    declaration.byAuthority || (declaration.capturingParty !== null && declaration.capturingParty === original.capturingParty)
  );
}
