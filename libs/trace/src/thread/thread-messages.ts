import { LogLevel } from '@suyuan/platform';
import { PastOrder, WorkProgress } from '../projection/graph-work';

/** What a graph thread is started for. */
export interface ThreadOrder {
  /** `follow` goes on until told to stop; the others end with a result. */
  readonly task: 'follow' | 'rebuild' | 'verify' | 'past';
  /** For `past`. */
  readonly past?: PastOrder;
  readonly databaseUrl: string;
  /** The same past a pooler. */
  readonly directUrl: string;
  readonly eventStoreUrl: string | undefined;
  readonly logLevel: LogLevel;
}

/** What a graph thread says. A failure that ends it is the thread's own error event. */
export type ThreadMessage =
  | { readonly kind: 'position'; readonly position: number }
  | { readonly kind: 'progress'; readonly progress: WorkProgress }
  | { readonly kind: 'result'; readonly result: unknown };

/** The one word that a graph thread is told. */
export const STOP = 'stop';
