/** A fact that does not fit (TRACE.md section 7). Keys canonical. */
export interface TraceException {
  readonly type: string;
  /** The thing or product in question. */
  readonly key: string;
  /** Who recorded it, or whose balance it is. */
  readonly party: string | null;
  readonly eventIds: readonly string[];
  /** RFC 3339. */
  readonly at: string;
  readonly amount?: number;
  readonly uom?: string;
}

export interface ExceptionFilter {
  readonly key?: string;
  readonly party?: string;
  readonly type?: string;
}

/** Exceptions that other libraries find on the same facts: a recall knows of goods that moved after it began. */
export abstract class MoreExceptions {
  /** All that stand now and fit the filter. */
  abstract list(filter: ExceptionFilter): Promise<readonly TraceException[]>;
}
