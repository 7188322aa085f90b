import { EventLog } from '@suyuan/event-log';
import { Clock, inBatchSpan, Progress } from '@suyuan/platform';
import { PlaceFoldAt, toBatch } from './batch-reader';
import { GraphProjection } from './graph-projection';

/** The name under which the graph's position is reported. */
export const TRACE_FOLLOWER = 'trace';

const BATCH_RECORDS = 1_000;
const LONGEST_NAP_MS = 1_000;

/** Follows the log and keeps the live graph up to date; waits for events dated ahead of the clock. */
export class TraceFollower {
  readonly name = TRACE_FOLLOWER;
  private stopping = new AbortController();
  private running: Promise<void> | undefined;

  constructor(
    private readonly log: EventLog,
    private readonly projection: GraphProjection,
    private readonly progress: Progress,
    private readonly clock: Clock,
    private readonly placesAt: PlaceFoldAt,
    private readonly onError: (error: unknown) => void,
  ) {}

  async start(): Promise<void> {
    this.stopping = new AbortController();
    this.progress.register(this.name, await this.projection.position());
    this.running = Promise.all([this.follow(), this.watchTheClock()]).then(() => undefined);
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async follow(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        const from = await this.projection.position();
        this.progress.report(this.name, from);
        const places = await this.placesAt(from);
        for await (const records of this.log.tail(from, { batchSize: BATCH_RECORDS, signal, follower: this.name })) {
          if (signal.aborted) return;
          const apply = (): Promise<number> => this.projection.apply(toBatch(records, places), this.nowMicros());
          this.progress.report(this.name, await inBatchSpan(this.name, records, apply));
        }
      } catch (error) {
        // A lost connection or a killed server: begin again from the checkpoint, which is what is on disk.
        if (signal.aborted) return;
        this.onError(error);
        await nap(LONGEST_NAP_MS, signal);
      }
    }
  }

  /** An event dated in the future counts from its own time on. */
  private async watchTheClock(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        const due = await this.projection.nextDue();
        if (due !== undefined && due <= this.nowMicros())
          await this.projection.apply({ position: 0, facts: [], placeParties: [] }, this.nowMicros());
      } catch (error) {
        this.onError(error);
      }
      await nap(LONGEST_NAP_MS, signal);
    }
  }

  private nowMicros(): number {
    return this.clock.now().getTime() * 1000;
  }
}

async function nap(milliseconds: number, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(done, milliseconds);
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
    signal.addEventListener('abort', done);
  });
}
