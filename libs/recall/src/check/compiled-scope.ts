import { Ancestry, AncestryIdentity, Scope, ScopeEntry } from '@suyuan/trace/domain';
import { describeKey } from '@suyuan/gs1';
import { CompiledEntry, compileEntry, fieldsOf } from './compiled-entry';
import { combine, Match, NOT, stronger } from './match';

/** A recall's scope made ready to be asked often: the same facts, the same answer, at every till. */
export class CompiledScope {
  private readonly include: readonly CompiledEntry[];
  private readonly exclude: readonly CompiledEntry[];
  readonly derived: boolean;
  /** Some entry speaks of what the goods were made from. */
  readonly asksOrigins: boolean;
  /** GTIN and serial alone decide: nothing about the unit has to be looked up. */
  readonly asksNothing: boolean;

  constructor(readonly source: Scope) {
    this.include = source.include.map(compileEntry);
    this.exclude = (source.exclude ?? []).map(compileEntry);
    this.derived = source.derived !== false;
    const entries = [...source.include, ...(source.exclude ?? [])];
    this.asksOrigins = entries.some(({ inputLots }) => inputLots !== undefined);
    this.asksNothing = entries.every(isPlain);
  }

  /** Does the recall reach the code whose ancestry this is? */
  match(ancestry: Ancestry): Match {
    const identities = this.derived ? ancestry.identities : ancestry.identities.filter(({ relation }) => relation === 'self');
    let best: Match = NOT;
    for (const entry of this.include) {
      for (const identity of identities) {
        if (isAnsweredByClass(entry.source, identity)) continue;
        const match = this.matchOne(entry, identity, identities);
        if (match.verdict === 'not') continue;
        // Some lot of the class is affected: which one this is, the class code can't say.
        const isOfSomeLot = ancestry.kind === 'class' && identity.relation !== 'self';
        best = stronger(best, isOfSomeLot ? { verdict: 'need', need: ['lot'] } : match);
      }
    }
    return best;
  }

  private matchOne(entry: CompiledEntry, identity: AncestryIdentity, all: readonly AncestryIdentity[]): Match {
    const included = combine(fieldsOf(entry, identity, all));
    if (included.verdict === 'not') return NOT;
    const excluded = this.exclude.map((other) => combine(fieldsOf(other, identity, all)));
    if (excluded.some((match) => match.verdict === 'affected' && match.certainty === 'certain')) return NOT;
    if (identity.relation !== 'self') {
      // No better code can be asked for of what is inside or was used up: what can't be told apart counts.
      const isCertain = included.verdict === 'affected' && included.certainty === 'certain' && identity.certainty === 'certain';
      return { verdict: 'affected', certainty: isCertain ? 'certain' : 'possible' };
    }
    const doubt = excluded.flatMap((match) => (match.verdict === 'need' ? match.need : []));
    if (doubt.length > 0)
      return { verdict: 'need', need: [...new Set([...(included.verdict === 'need' ? included.need : []), ...doubt])] };
    if (included.verdict === 'affected' && identity.certainty === 'possible')
      return { verdict: 'affected', certainty: 'possible' };
    return included;
  }
}

/** An entry about the class by GTIN has spoken to the class code itself; its known lots add nothing to that. */
function isAnsweredByClass(entry: ScopeEntry, identity: AncestryIdentity): boolean {
  return identity.relation === 'member' && entry.inputLots === undefined && entry.gtin === identity.gtin;
}

function isPlain(entry: ScopeEntry): boolean {
  const { lots, lotPattern, producedBetween, place, inputLots, serialRanges = [] } = entry;
  const asks = [lots, lotPattern, producedBetween, place, inputLots];
  return asks.every((field) => field === undefined) && serialRanges.every(({ lot }) => lot === undefined);
}

/** The identity of a code of which nothing is known but what it says itself. */
export function bareIdentity(key: string): AncestryIdentity {
  const { kind, gtin, serial } = describeKey(key);
  return {
    key,
    ...(gtin === undefined ? {} : { gtin }),
    ...(serial === undefined ? {} : { serial }),
    lots: kind === 'lot' ? [key] : [],
    certainty: 'certain',
    relation: 'self',
  };
}
