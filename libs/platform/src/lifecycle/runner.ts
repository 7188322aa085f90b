/** Something that works in the background as long as the process serves: a follower of the log, a dispatcher. */
export interface Runner {
  readonly name: string;
  /** Called after the migrations and before the first request, and again after a `stop`. Resolves when it has begun, not when it has caught up. */
  start(): Promise<void>;
  /** Ends its work and gives its connections back; the pools close afterwards. Also called when `start` failed. */
  stop(): Promise<void>;
}
