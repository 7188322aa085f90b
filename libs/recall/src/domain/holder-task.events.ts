import { Certainty, HolderRow } from '@suyuan/trace/domain';

export type HolderClass = 'current' | 'in_transit' | 'transformer' | 'seller' | 'former' | 'unknown';
export type NoticeKind = 'recall' | 'update' | 'release' | 'reminder';

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
    }
  | { readonly type: 'NoticeDelivered'; readonly version: number; readonly channel: string; readonly at: string }
  | {
      readonly type: 'NoticeDeliveryFailed';
      readonly version: number;
      readonly channel: string;
      readonly reason: string;
      readonly at: string;
    }
  | ({ readonly type: 'NoticeAcknowledged' } & Answer)
  | ({ readonly type: 'NoticeAssessed'; readonly affected: boolean; readonly note?: string } & Answer)
  | ({ readonly type: 'GoodsContained'; readonly lines: readonly QuantityLine[] } & Answer)
  | ({ readonly type: 'NoticeForwarded'; readonly to: readonly ForwardTarget[] } & Answer)
  | ({ readonly type: 'GoodsReconciled'; readonly lines: readonly ReconciliationLine[] } & Answer)
  | ({ readonly type: 'GoodsDisposed'; readonly lines: readonly DisposalLine[] } & Answer)
  | ({ readonly type: 'NoticeDisputed'; readonly reason: string } & Answer);

/** RFC 3339 times by which each answer is due. */
export interface DueTimes {
  readonly acknowledge: string;
  readonly contain: string;
  readonly reconcile: string;
}
