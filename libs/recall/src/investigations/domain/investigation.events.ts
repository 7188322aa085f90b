import { Scope } from '@suyuan/trace/domain';
import { Actor } from '../../domain/recall.events';
import { HazardScenario, RiskLevel } from './hazard';

export type InvestigationPhase = 'investigating' | 'assessed' | 'disputed' | 'closed' | 'led_to_recall';
/** What the producer's own inquiry found. */
export type Finding = 'defect' | 'no_defect' | 'insufficient';

interface Stamp {
  /** RFC 3339. */
  readonly at: string;
  readonly by: Actor;
}

/** What an inquiry judged of the danger. */
export interface Assessment {
  readonly scenarios: readonly HazardScenario[];
  /** Of all scenarios the gravest. */
  readonly risk: RiskLevel;
  readonly class?: string;
  readonly depth?: 'consumer' | 'retail' | 'wholesale';
}

/** Goods that nobody may sell while the inquiry lasts, though nothing is decided yet. */
export interface Hold {
  readonly scope: Scope;
  readonly instructions: string;
  readonly reason: string;
}

export type InvestigationEvent =
  | ({
      readonly type: 'InvestigationOpened';
      readonly title: string;
      readonly signals: readonly string[];
      /** Product, lot or unit keys that the signals speak of. */
      readonly codes: readonly string[];
      readonly producers: readonly string[];
      /** When the first of the signals happened or was reported. */
      readonly knownAt: string;
    } & Stamp)
  /** What it adds to what was known: codes, producers, and a time where it was known earlier. Older records say none of it. */
  | ({
      readonly type: 'SignalAdded';
      readonly signal: string;
      readonly codes?: readonly string[];
      readonly producers?: readonly string[];
      readonly knownAt?: string;
    } & Stamp)
  | ({ readonly type: 'ProducerNotified'; readonly request: string } & Stamp)
  | ({ readonly type: 'FindingReported'; readonly finding: Finding; readonly summary: string } & Stamp)
  | ({ readonly type: 'InquiryTakenOver'; readonly reason: string } & Stamp)
  | ({ readonly type: 'HazardAssessed'; readonly assessment: Assessment } & Stamp)
  | ({ readonly type: 'AssessmentDisputed'; readonly reason: string; readonly evidence?: string } & Stamp)
  | ({ readonly type: 'DisputeAnswered'; readonly upheld: boolean; readonly reason: string } & Stamp)
  | ({ readonly type: 'HoldPlaced'; readonly hold: Hold } & Stamp)
  /** What was held and is free now: `scope` without what `except` still reaches. Older records lift all and name neither. */
  | ({ readonly type: 'HoldLifted'; readonly reason: string; readonly scope?: Scope; readonly except?: Scope } & Stamp)
  | ({ readonly type: 'InvestigationClosed'; readonly reason: string } & Stamp)
  | ({ readonly type: 'RecallDecidedUpon'; readonly recallId: string } & Stamp);
