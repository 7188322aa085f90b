import { BlockingRecall, byDecision } from './blocking-recall';
import { Match } from './match';

/** What the till hears (API.md, "check"). */
export interface CheckAnswer {
  readonly verdict: 'affected' | 'not_affected' | 'need_code';
  readonly need?: readonly ('lot' | 'serial')[];
  readonly recalls: readonly {
    readonly id: string;
    readonly title: string;
    readonly state: string;
    readonly certainty: 'certain' | 'possible';
    readonly instructions: string;
  }[];
}

export const CLEAR: CheckAnswer = { verdict: 'not_affected', recalls: [] };

/** Puts together what each recall says of one code. */
export function answerOf(matches: readonly { readonly recall: BlockingRecall; readonly match: Match }[]): CheckAnswer {
  const sorted = [...matches].sort((a, b) => byDecision(a.recall, b.recall));
  const shown = (verdict: Match['verdict']): CheckAnswer['recalls'] =>
    sorted
      .filter(({ match }) => match.verdict === verdict)
      .map(({ recall: { id, title, state, instructions }, match }) => ({
        id,
        title,
        state,
        certainty: match.verdict === 'affected' ? match.certainty : 'possible',
        instructions,
      }));
  const affected = shown('affected');
  if (affected.length > 0) return { verdict: 'affected', recalls: affected };
  const unsure = shown('need');
  if (unsure.length === 0) return CLEAR;
  const need = new Set(sorted.flatMap(({ match }) => (match.verdict === 'need' ? match.need : [])));
  return { verdict: 'need_code', need: [...need].sort(), recalls: unsure };
}
