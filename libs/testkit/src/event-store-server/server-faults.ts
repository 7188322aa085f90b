/** What can be made to go wrong with the test server; all off at first. */
export interface ServerFaults {
  /** So many appends from now on are cut off before they are carried out. */
  unheardAppends: number;
  /** So many appends from now on are carried out and cut off before they are answered. */
  unansweredAppends: number;
  /** Every n-th append is cut off before it is carried out; 0 = never. */
  unheardEvery: number;
  /** Every n-th append is carried out and cut off before it is answered; 0 = never. */
  unansweredEvery: number;
  /** Every n-th event sent to a reader cuts its connection; 0 = never. */
  cutEveryEvents: number;
  /** So many appends from now on are refused because the server is not ready, as after an election. */
  notReadyAppends: number;
  /** Subscriptions with a filter begin with a checkpoint at the largest number, as servers up to 24.10.4 could. */
  endlessCheckpoint: boolean;
  /** An append is answered only so long after it is carried out. */
  appendDelayMs: number;
}

export function noFaults(): ServerFaults {
  return {
    unheardAppends: 0,
    unansweredAppends: 0,
    unheardEvery: 0,
    unansweredEvery: 0,
    cutEveryEvents: 0,
    notReadyAppends: 0,
    endlessCheckpoint: false,
    appendDelayMs: 0,
  };
}
