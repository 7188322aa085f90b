import { Certainty, HolderRow } from '@suyuan/trace/domain';

export type HolderClass = 'current' | 'in_transit' | 'transformer' | 'seller' | 'former' | 'unknown';
export type NoticeKind = 'recall' | 'update' | 'release' | 'reminder';

/** Answers that a notice wants, in their order; each has a time by which it is due. */
export type WantedAnswer = 'acknowledge' | 'contain' | 'reconcile';

/** What is done about an answer that is overdue, by the regime's ladder. */
export type LadderRung = 'reminder' | 'second_channel' | 'after_hours_contact' | 'registered_letter' | 'report_to_authority';

/** What is said of a holder that does not go on by itself. */
export type TaskMark = 'unreachable' | 'non_responsive' | 'refused' | 'waived' | 'out_of_business';

/** Product keys. */
export interface NoticeChanges {
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

/** What the graph says this party has to do with the affected goods. Keys canonical. */
export interface Holding {
  readonly class: HolderClass;
  readonly certainty: Certainty;
  readonly since: string;
  readonly rows: readonly HolderRow[];
}

export interface QuantityLine {
  readonly product: string;
  readonly uom: string;
  readonly quantity: number;
}

export interface ReconciliationLine {
  readonly product: string;
  readonly uom: string;
  readonly onHand: number;
  readonly sold: number;
  readonly moved: number;
  readonly consumed: number;
  readonly destroyed: number;
  readonly returned: number;
  readonly lost: number;
}

export interface DisposalLine extends QuantityLine {
  readonly method: 'returned' | 'destroyed' | 'reworked';
  readonly evidence?: string;
  /** When it was said, RFC 3339; set by the fold. */
  readonly at?: string;
}

export interface ForwardTarget {
  /** `417/…`, when the customer is known by its key. */
  readonly party?: string;
  /** Where the name and contact of a customer outside the system are kept, erasably. */
  readonly personalDataId?: string;
}

interface Answer {
  readonly at: string;
  /** Opaque id of who answered. */
  readonly by: string;
}

export type HolderTaskEvent =
  | {
      readonly type: 'HolderFound';
      readonly recallId: string;
      readonly party: string;
      readonly noticeId: string;
      readonly holding: Holding;
      readonly tracePosition: number;
      readonly at: string;
      readonly forwardedBy?: string;
    }
  | { readonly type: 'HolderRevised'; readonly holding: Holding; readonly tracePosition: number; readonly at: string }
  | { readonly type: 'HolderReleased'; readonly reason: string; readonly at: string }
  | {
      readonly type: 'NoticeIssued';
      readonly version: number;
      readonly kind: NoticeKind;
      readonly contentVersion: number;
      readonly at: string;
      readonly dueAt: DueTimes;
      /** What an update adds to and takes from what the holder was told before. */
      readonly changes?: NoticeChanges;
      /** The rung of the ladder that a reminder stands for. */
      readonly rung?: LadderRung;
    }
  | { readonly type: 'NoticeDelivered'; readonly version: number; readonly channel: string; readonly at: string }
  | {
      readonly type: 'NoticeDeliveryFailed';
      readonly version: number;
      readonly channel: string;
      readonly reason: string;
      readonly at: string;
    }
  | {
      readonly type: 'TaskEscalated';
      readonly answer: WantedAnswer;
      readonly level: number;
      readonly rung: LadderRung;
      readonly at: string;
    }
  | ({ readonly type: 'TaskMarked'; readonly mark: TaskMark; readonly reason: string } & Answer)
  | ({ readonly type: 'TaskUnmarked'; readonly reason: string } & Answer)
  /** An effectiveness check found that the holder did what it was asked to. */
  | ({ readonly type: 'TaskVerified' } & Answer)
  | ({ readonly type: 'NoticeAcknowledged' } & Answer)
  | ({ readonly type: 'NoticeAssessed'; readonly affected: boolean; readonly note?: string } & Answer)
  | ({ readonly type: 'GoodsContained'; readonly lines: readonly QuantityLine[] } & Answer)
  | ({ readonly type: 'NoticeForwarded'; readonly to: readonly ForwardTarget[] } & Answer)
  | ({ readonly type: 'GoodsReconciled'; readonly lines: readonly ReconciliationLine[] } & Answer)
  | ({ readonly type: 'GoodsDisposed'; readonly lines: readonly DisposalLine[] } & Answer)
  | ({ readonly type: 'NoticeDisputed'; readonly reason: string } & Answer)
  | ({ readonly type: 'NoticeRefused'; readonly reason: string } & Answer);

/** RFC 3339 times by which each answer is due. */
export interface DueTimes {
  readonly acknowledge: string;
  readonly contain: string;
  readonly reconcile: string;
}
