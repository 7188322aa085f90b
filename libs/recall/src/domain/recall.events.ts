import { Scope } from '@suyuan/trace/domain';
import { NoticeDetails } from './notice-details';

export type RecallPhase =
  'decided' | 'planned' | 'active' | 'suspended' | 'completing' | 'monitored' | 'terminated' | 'withdrawn_in_error';

/** Who did it: an opaque key id and the role; names of people never go into the log. */
export interface Actor {
  readonly keyId: string;
  readonly role: 'authority' | 'producer' | 'system';
  readonly party?: string;
}

export interface RecallContact {
  readonly name: string;
  readonly phone?: string;
  readonly email?: string;
}

/** The recall as decided; amended by naming what changes. Keys are canonical. */
export interface RecallContent {
  readonly title: string;
  readonly regimes: readonly string[];
  readonly class?: string;
  readonly depth: 'consumer' | 'retail' | 'wholesale';
  readonly reason: string;
  readonly hazard: string;
  readonly product: string;
  readonly scope: Scope;
  readonly remedy?: string;
  readonly instructions: string;
  /** As shown. In the log this is empty by now, and `contactIds` says where they are kept, erasably. */
  readonly contacts: readonly RecallContact[];
  readonly contactIds?: readonly string[];
  /** What notices say beyond the fields above. */
  readonly details?: NoticeDetails;
}

/** A plan as JSON text. */
export interface FiledPlan {
  readonly text: string;
}

export type RecallBasis = 'voluntary' | 'requested' | 'ordered';
export type RecallMode = 'real' | 'drill';

interface Stamp {
  /** RFC 3339. */
  readonly at: string;
  readonly by: Actor;
}

/** How a recall begins. */
export interface RecallDecided extends Stamp {
  readonly type: 'RecallDecided';
  readonly mode: RecallMode;
  readonly basis: RecallBasis;
  readonly content: RecallContent;
  readonly producers: readonly string[];
  readonly investigationId?: string;
  /** When the signals behind it were first known. */
  readonly knownAt?: string;
}

export type RecallEvent =
  | RecallDecided
  | ({ readonly type: 'RecallPlanned'; readonly plan: FiledPlan } & Stamp)
  | ({ readonly type: 'PlanAccepted' } & Stamp)
  | ({ readonly type: 'PlanReturned'; readonly reason: string } & Stamp)
  | ({ readonly type: 'ObjectionRaised'; readonly reason: string } & Stamp)
  | ({ readonly type: 'ObjectionAnswered'; readonly upheld: boolean; readonly reason: string } & Stamp)
  /** Without `publication`: published at once, as recalls were before it was asked. */
  | ({ readonly type: 'RecallActivated'; readonly publication?: 'at-once' | 'proposed' | 'withheld' } & Stamp)
  | ({ readonly type: 'PublicationProposed' } & Stamp)
  | ({ readonly type: 'RecallPublished' } & Stamp)
  | ({ readonly type: 'ReportFiled'; readonly kind: ReportKind; readonly regime?: string; readonly summary?: string } & Stamp)
  | ({
      readonly type: 'RecallAmended';
      readonly changes: Partial<RecallContent>;
      readonly narrows: boolean;
      readonly reason?: string;
    } & Stamp)
  | ({ readonly type: 'NarrowingProposed'; readonly changes: Partial<RecallContent>; readonly reason?: string } & Stamp)
  | ({ readonly type: 'WithdrawalProposed'; readonly reason: string } & Stamp)
  | ({ readonly type: 'RecallSuspended'; readonly reason?: string } & Stamp)
  | ({ readonly type: 'RecallResumed' } & Stamp)
  | ({ readonly type: 'RecallCompleted'; readonly summary?: string } & Stamp)
  | ({ readonly type: 'RecallMonitored' } & Stamp)
  | ({ readonly type: 'RecallTerminated'; readonly reason: string } & Stamp)
  | ({ readonly type: 'RecallReopened'; readonly reason?: string } & Stamp)
  | ({ readonly type: 'RecallWithdrawn'; readonly reason: string } & Stamp)
  | DeadlineMissed
  | ScopeResolved
  | PostRecallMovementSeen;

export type ReportKind = 'progress' | 'final';

/** The time of a regime's clock ran out with its duty unmet: noted once, whatever comes later. */
export interface DeadlineMissed {
  readonly type: 'DeadlineMissed';
  /** Names the clock and its round: `cn-consumer:progress-report:2`. */
  readonly deadline: string;
  readonly regime: string;
  readonly name: string;
  readonly dueAt: string;
  readonly at: string;
}

/** The graph was asked who has the goods: what was found in all, the holders themselves are tasks. */
export interface ScopeResolved {
  readonly type: 'ScopeResolved';
  readonly at: string;
  readonly tracePosition: number;
  readonly contentVersion: number;
  readonly products: readonly string[];
  readonly produced: readonly { readonly product: string; readonly uom: string; readonly quantity: number }[];
  /** Goods of which nobody knows who has them. */
  readonly unassigned: readonly UnassignedGoods[];
}

export interface UnassignedGoods {
  readonly product: string;
  readonly uom: string;
  readonly quantity: number | null;
  readonly state: string;
  readonly from?: string | null;
  readonly since: string;
  readonly certainty: 'certain' | 'possible';
}

/** Affected goods reached somebody after the recall began: accepted as evidence, said openly. */
export interface PostRecallMovementSeen {
  readonly type: 'PostRecallMovementSeen';
  readonly at: string;
  readonly party: string;
  readonly products: readonly string[];
  readonly since: string;
  /** Of the captured events by which they came. */
  readonly eventIds?: readonly string[];
}
