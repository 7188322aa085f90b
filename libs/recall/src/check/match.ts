/** Three answers and no fourth: where the code can't tell, it says which code is wanted. Never a false clear. */
export type Match =
  | { readonly verdict: 'affected'; readonly certainty: 'certain' | 'possible' }
  | { readonly verdict: 'need'; readonly need: readonly ('lot' | 'serial')[] }
  | { readonly verdict: 'not' };

export const NOT: Match = { verdict: 'not' };

/** Whether one field of a scope's entry speaks of an identity, or which code would tell. */
export type Field = 'yes' | 'maybe' | 'no' | 'need-lot' | 'need-serial';

/** All fields of an entry must agree; the first that can't tell asks for the code it lacks. */
export function combine(fields: readonly Field[]): Match {
  if (fields.length === 0 || fields.includes('no')) return NOT;
  const need = [
    ...(fields.includes('need-lot') ? (['lot'] as const) : []),
    ...(fields.includes('need-serial') ? (['serial'] as const) : []),
  ];
  if (need.length > 0) return { verdict: 'need', need };
  return { verdict: 'affected', certainty: fields.includes('maybe') ? 'possible' : 'certain' };
}

/** The match that says more: certain before possible before a question before nothing. */
export function stronger(a: Match, b: Match): Match {
  if (a.verdict === 'need' && b.verdict === 'need') return { verdict: 'need', need: [...new Set([...a.need, ...b.need])] };
  return rank(b) > rank(a) ? b : a;
}

function rank(match: Match): number {
  if (match.verdict === 'affected') return match.certainty === 'certain' ? 3 : 2;
  return match.verdict === 'need' ? 1 : 0;
}
