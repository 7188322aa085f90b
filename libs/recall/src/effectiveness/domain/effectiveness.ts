import { accept, Decider, Decision, refuse } from '../../domain/decider';
import { Depth } from './depth';

/** Who checks: the firm its own recall, or the authority, whose audit checks stand beside the firm's. */
export type Checker = 'firm' | 'authority';
export type CheckMethod = 'visit' | 'phone' | 'mail' | 'e-mail' | 'records';

/** Holders drawn for checking. The same frame, seed and fraction always give the same sample. */
export interface Sample {
  readonly sampleId: string;
  readonly checker: Checker;
  readonly level: string;
  readonly fraction: number;
  /** Depth that the frame goes to; of samples drawn since it is said. */
  readonly depth?: Depth;
  readonly seed: string;
  readonly algorithm: string;
  /** Notice ids of all holders within the depth, sorted. */
  readonly frame: readonly string[];
  readonly drawn: readonly string[];
  readonly at: string;
}

/** What a check found. */
export interface CheckFindings {
  readonly gotNotice: boolean;
  readonly understood: boolean;
  readonly foundProduct: boolean;
  readonly acted: boolean;
  /** null: it had nobody to forward to. */
  readonly forwarded: boolean | null;
  readonly quantity?: number;
}

export interface Check extends CheckFindings {
  readonly checkId: string;
  readonly noticeId: string;
  readonly checker: Checker;
  readonly method: CheckMethod;
  /** Counted from 1, per holder and checker. */
  readonly attempt: number;
  readonly reached: boolean;
  readonly verdict: Verdict;
  readonly at: string;
  readonly by: string;
}

export type Verdict = 'effective' | 'ineffective' | 'not_reached';

export interface Effectiveness {
  readonly samples: readonly Sample[];
  readonly checks: readonly Check[];
}

export type EffectivenessEvent =
  | { readonly type: 'SampleDrawn'; readonly sample: Sample; readonly by: string; readonly at: string }
  | { readonly type: 'CheckRecorded'; readonly check: Check; readonly at: string };

export type EffectivenessCommand =
  | { readonly type: 'Draw'; readonly sample: Sample; readonly by: string }
  | { readonly type: 'Record'; readonly check: Omit<Check, 'attempt' | 'verdict'> };

/** Hash of a text as lower-case hexadecimal digits. */
export type HexHash = (text: string) => string;

export const ALGORITHM = 'sha-256 of seed, line feed and notice id; ascending; the first ceil(fraction × frame)';

/** Draws from a frame. Anybody with frame, seed and fraction can draw it again. */
export function draw(frame: readonly string[], seed: string, fraction: number, hash: HexHash): string[] {
  const ordered = [...new Set(frame)].map((id) => ({ id, rank: hash(`${seed}\n${id}`) }));
  ordered.sort((one, other) => (one.rank < other.rank ? -1 : one.rank > other.rank ? 1 : 0));
  // 1e-9: 0.1 × 30 is a little more than 3 in binary.
  const count = Math.min(ordered.length, Math.ceil(fraction * ordered.length - 1e-9));
  return ordered.slice(0, count).map(({ id }) => id);
}

/** Reached, told, understood, and did what was asked: nothing less is effective. */
export function verdictOf(reached: boolean, findings: CheckFindings): Verdict {
  if (!reached) return 'not_reached';
  const { gotNotice, understood, acted, forwarded } = findings;
  return gotNotice && understood && acted && forwarded !== false ? 'effective' : 'ineffective';
}

export const effectivenessDecider: Decider<Effectiveness, EffectivenessCommand, EffectivenessEvent> = {
  initial: { samples: [], checks: [] },
  decide,
  evolve: (state, event) =>
    event.type === 'SampleDrawn'
      ? { ...state, samples: [...state.samples, event.sample] }
      : { ...state, checks: [...state.checks, event.check] },
};

function decide(state: Effectiveness, command: EffectivenessCommand): Decision<EffectivenessEvent> {
  if (command.type === 'Draw') {
    const { sample, by } = command;
    if (sample.frame.length === 0) return refuse('recall/nobody-to-check', 'there is no holder to draw from');
    const known = state.samples.some(({ checker, seed, fraction, frame }) => {
      const same = checker === sample.checker && seed === sample.seed && fraction === sample.fraction;
      return same && frame.join() === sample.frame.join();
    });
    return known ? accept() : accept({ type: 'SampleDrawn', sample, by, at: sample.at });
  }
  const { check } = command;
  const attempt =
    1 + state.checks.filter(({ noticeId, checker }) => noticeId === check.noticeId && checker === check.checker).length;
  return accept({ type: 'CheckRecorded', check: { ...check, attempt, verdict: verdictOf(check.reached, check) }, at: check.at });
}

/** Rates of one checker's sample: what became of those drawn. */
export interface SampleOutcome {
  readonly sampleId: string;
  readonly drawn: number;
  readonly checked: number;
  readonly effective: number;
  readonly ineffective: number;
  readonly notReached: number;
  /** Effective of those checked; undefined while none was. */
  readonly rate: number | undefined;
  /** A level that checks more, where a check failed and there is one. */
  readonly proposedLevel?: string;
}

/** The newest check of each holder drawn counts. */
export function outcomeOf(sample: Sample, checks: readonly Check[], levels: Readonly<Record<string, number>>): SampleOutcome {
  const newest = new Map<string, Verdict>();
  for (const { noticeId, checker, verdict } of checks)
    if (checker === sample.checker && sample.drawn.includes(noticeId)) newest.set(noticeId, verdict);
  const count = (wanted: Verdict): number => [...newest.values()].filter((verdict) => verdict === wanted).length;
  const [effective, ineffective, notReached] = [count('effective'), count('ineffective'), count('not_reached')];
  const higher = Object.entries(levels)
    .filter(([, fraction]) => fraction > sample.fraction)
    .sort(([, one], [, other]) => one - other)[0]?.[0];
  const failed = ineffective + notReached > 0;
  return {
    sampleId: sample.sampleId,
    drawn: sample.drawn.length,
    checked: newest.size,
    effective,
    ineffective,
    notReached,
    rate: newest.size === 0 ? undefined : effective / newest.size,
    ...(failed && higher !== undefined ? { proposedLevel: higher } : {}),
  };
}
