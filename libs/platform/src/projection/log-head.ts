/** Where the log ends: the last position appended. Bound by the app to its event log; platform itself knows none. */
export abstract class LogHead {
  /** 0 when the log is empty. */
  abstract head(): Promise<number>;
  /** When the log took the record after this position; undefined where there is none. */
  abstract timeAfter(position: number): Promise<Date | undefined>;
}
