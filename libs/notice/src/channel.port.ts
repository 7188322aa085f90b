import { AttemptOutcome } from './domain/delivery-verdict';
import { LeasedDelivery } from './delivery-store';

export type ChannelName = 'webhook' | 'email' | 'kafka';

/** Where a channel reaches a party. */
export interface ChannelTarget {
  /** Shown in the list of attempts: free of personal data. */
  readonly address: string;
  /** What shares one fate: while it hangs, nothing else there is tried. */
  readonly host: string;
}

/** One way on which notices leave. The queue, its leases, retries and deaths are the same for all (`channel-dispatcher.ts`). */
export abstract class Channel<Target extends ChannelTarget = ChannelTarget> {
  abstract readonly name: ChannelName;
  /** False where success means only that it was handed on, not that the holder has it. */
  abstract readonly reachesHolder: boolean;
  /** Targets of those parties that can be reached now; the notices of the others wait. */
  abstract targets(parties: readonly string[]): Promise<ReadonlyMap<string, Target>>;
  /** One attempt. Never throws: whatever happens is an outcome. */
  abstract send(delivery: LeasedDelivery, target: Target, signal: AbortSignal): Promise<AttemptOutcome>;
  /** The receiver wants nothing more at this target. */
  abstract switchOff(party: string, target: Target): Promise<void>;
  abstract close(): Promise<void>;
}
