import { Clock } from '@suyuan/platform';
import { TraceReader } from '@suyuan/trace';
import { setTimeout as wait } from 'node:timers/promises';
import { familyOf } from './blocking-recall';
import { BlocklistBuilder } from './blocklist-builder';
import { BlocklistStore } from './blocklist-store';
import { CheckFollower } from './check-follower';
import { Blocklist } from './offline/blocklist';

export const BLOCKLIST_PUBLISHER = 'check-blocklist';

/** A list that is asked for is at most this much older than what the server itself would say, while all goes well. */
export const BUILD_EVERY_MS = 2_000;
const RENEW_EVERY_MS = 10_000;
/** What nobody told of (an event dated ahead whose time has come) is found at the latest after this. */
const ALL_AGAIN_MS = 600_000;

/** Builds the list again when something it rests on has changed, and says of the newest one as of when it is true. */
export class BlocklistPublisher {
  readonly name = BLOCKLIST_PUBLISHER;
  private stopping = new AbortController();
  private running: Promise<void> | undefined;
  private published: { readonly list: Blocklist; readonly version: number } | undefined;
  private seen: number | undefined;
  private allAgainMs = 0;
  /** Changes of a build that failed are taken up by the next. */
  private owed = new Set<string>();

  constructor(
    private readonly builder: BlocklistBuilder,
    private readonly store: BlocklistStore,
    private readonly follower: CheckFollower,
    private readonly trace: TraceReader,
    private readonly clock: Clock,
    private readonly onError: (error: unknown) => void,
  ) {}

  start(): Promise<void> {
    this.stopping = new AbortController();
    this.running = this.run();
    return Promise.resolve();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  /** One round. @returns false when the index is not up to date: nothing was published */
  async publish(): Promise<boolean> {
    const { coversGraph, isStale } = this.follower.state();
    if (!coversGraph || isStale) return false;
    const asOfMs = this.clock.now().getTime();
    const position = Math.min(this.follower.position, await this.trace.position());
    const isChanged = await this.changesUpTo(position, asOfMs);
    const built = await this.builder.build(0, isChanged);
    await this.tell(built, asOfMs, position);
    this.seen = position;
    this.owed = new Set();
    return true;
  }

  private async tell(built: Blocklist, asOfMs: number, position: number): Promise<void> {
    if (built === this.published?.list) {
      // Another process may have published since: only what this one published itself can it call true still.
      const { version, asOfMs: known } = await this.store.state();
      if (version === this.published.version && asOfMs - known < RENEW_EVERY_MS) return;
      if (version === this.published.version) return this.store.renew(asOfMs, position);
    }
    const { version } = await this.store.publish(built, asOfMs, position);
    this.published = { list: built, version };
  }

  private async changesUpTo(position: number, nowMs: number): Promise<(family: string) => boolean> {
    for (const family of this.follower.takeChanges()) this.owed.add(family);
    const { seen, owed } = this;
    // The last position again: what came due without a record of its own is filed under it.
    const touched =
      seen === undefined || nowMs >= this.allAgainMs ? undefined : await this.trace.touchedProducts(seen - 1, position);
    if (touched === undefined) {
      this.allAgainMs = nowMs + ALL_AGAIN_MS;
      return () => true;
    }
    for (const product of touched) owed.add(familyOf(product));
    return (family) => owed.has(family);
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        await this.publish();
      } catch (error) {
        if (!signal.aborted) this.onError(error);
        // Which changes the failed build took in, nobody knows.
        this.seen = undefined;
      }
      await wait(BUILD_EVERY_MS, undefined, { signal }).catch(() => undefined);
    }
  }
}
