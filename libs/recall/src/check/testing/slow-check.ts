import { Identifier, lotKey } from '@suyuan/gs1';
import { Ancestry, Scope } from '@suyuan/trace/domain';
import { CheckAnswer } from '../check-answer';
import { matchScope } from './slow-scope';

/** A blocking recall as the reference takes it: newest decision first. */
export interface PlainRecall {
  readonly id: string;
  readonly title: string;
  readonly state: string;
  readonly instructions: string;
  readonly scope: Scope;
  /** Held, nothing decided. */
  readonly onlyPossible?: boolean;
}

/**
 * The reference: asks the graph about every code and every recall about the answer, with no index and no shortcut. What the
 * till's check must agree with, code by code.
 */
export async function checkSlowly(
  code: Identifier,
  recalls: readonly PlainRecall[],
  ancestryOf: (key: string) => Promise<Ancestry>,
  isReworked: (recallId: string, key: string) => boolean = () => false,
): Promise<CheckAnswer> {
  const ancestry = await withStatedLot(await ancestryOf(code.key), code, ancestryOf);
  const affected: CheckAnswer['recalls'][number][] = [];
  const unsure: CheckAnswer['recalls'][number][] = [];
  const need = new Set<'lot' | 'serial'>();
  for (const { id, title, state, instructions, scope, onlyPossible = false } of recalls) {
    if (isReworked(id, code.key)) continue;
    const match = matchScope(scope, ancestry);
    if (match.verdict === 'not') continue;
    const certainty = match.verdict === 'affected' && !onlyPossible ? match.certainty : 'possible';
    (match.verdict === 'affected' ? affected : unsure).push({ id, title, state, certainty, instructions });
    if (match.verdict === 'need') for (const one of match.need) need.add(one);
  }
  if (affected.length > 0) return { verdict: 'affected', recalls: affected };
  if (unsure.length > 0) return { verdict: 'need_code', need: [...need].sort(), recalls: unsure };
  return { verdict: 'not_affected', recalls: [] };
}

/** A Digital Link with lot and serial states the lot; where nobody captured that, the piece may be any piece of the lot. */
async function withStatedLot(
  ancestry: Ancestry,
  code: Identifier,
  ancestryOf: (key: string) => Promise<Ancestry>,
): Promise<Ancestry> {
  if (code.kind !== 'instance' || code.lot === undefined || code.gtin === undefined) return ancestry;
  const stated = lotKey(code.gtin, code.lot);
  const self = ancestry.identities.find(({ key }) => key === code.key);
  if (self === undefined || self.lots.includes(stated)) return ancestry;
  const others = (await ancestryOf(stated)).identities.filter(
    ({ key, relation }) => relation !== 'self' && !ancestry.identities.some((known) => known.key === key),
  );
  return {
    ...ancestry,
    identities: [
      ...ancestry.identities.map((identity) => (identity === self ? { ...self, lots: [...self.lots, stated] } : identity)),
      ...others.map((identity) => ({ ...identity, certainty: 'possible' as const })),
    ],
  };
}
