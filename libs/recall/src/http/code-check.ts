import { Identifier, lotKey, parseCode } from '@suyuan/gs1';
import { Database } from '@suyuan/platform';
import { Ancestry, TraceReader } from '@suyuan/trace';
import { matchScope } from '../domain/match-scope';
import { RecallState } from '../domain/recall.decider';

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

/** Recalls that count at the till: begun, real, and not withdrawn. Termination frees nothing (API.md, "check"). */
const COUNTING = `mode = 'real' AND phase IN ('active', 'suspended', 'completing', 'monitored', 'terminated')`;

/** Is this code recalled? Asks the graph what the code is made of and every counting recall whether it means that. */
export class CodeCheck {
  constructor(
    private readonly database: Database,
    private readonly trace: TraceReader,
  ) {}

  async check(code: Identifier): Promise<CheckAnswer> {
    const recalls = await this.database.query<{ id: string; state: RecallState; reworked: boolean }>(
      `SELECT r.id, r.state, EXISTS (SELECT FROM recall_reworked w WHERE w.recall_id = r.id AND w.key = $1) AS reworked FROM recall_recall r WHERE ${COUNTING} ORDER BY r.decided_at DESC, r.id`,
      [code.key],
    );
    if (recalls.length === 0) return { verdict: 'not_affected', recalls: [] };
    const ancestry = withStatedLot(await this.trace.ancestry(code.key), code);
    const affected: CheckAnswer['recalls'][number][] = [];
    const unsure: CheckAnswer['recalls'][number][] = [];
    const need = new Set<'lot' | 'serial'>();
    for (const { id, state, reworked } of recalls) {
      if (state.content === undefined || reworked) continue;
      const match = matchScope(state.content.scope, ancestry);
      if (match.verdict === 'not') continue;
      const { title, instructions } = state.content;
      const certainty = match.verdict === 'affected' ? match.certainty : 'possible';
      (match.verdict === 'affected' ? affected : unsure).push({ id, title, state: state.phase, certainty, instructions });
      if (match.verdict === 'need') for (const one of match.need) need.add(one);
    }
    if (affected.length > 0) return { verdict: 'affected', recalls: affected };
    if (unsure.length > 0) return { verdict: 'need_code', need: [...need].sort(), recalls: unsure };
    return { verdict: 'not_affected', recalls: [] };
  }

  /** The code in any spelling; undefined with a reason when it is malformed. */
  read(text: string): ReturnType<typeof parseCode> {
    return parseCode(text);
  }
}

/** A Digital Link that carries lot and serial states the lot, whether or not anybody captured it. */
function withStatedLot(ancestry: Ancestry, code: Identifier): Ancestry {
  if (code.kind !== 'instance' || code.lot === undefined || code.gtin === undefined) return ancestry;
  const stated = lotKey(code.gtin, code.lot);
  return {
    ...ancestry,
    identities: ancestry.identities.map((identity) =>
      identity.key === code.key && !identity.lots.includes(stated) ? { ...identity, lots: [...identity.lots, stated] } : identity,
    ),
  };
}
