import { Database, Progress } from '@suyuan/platform';
import { setTimeout as wait } from 'node:timers/promises';

const LOOK_MS = 100;
const AGAIN_MS = 250;

/**
 * Progress over several processes: what a follower of this process reports is written where the others look, and what
 * theirs report is read. `?atLeast=` so waits for the followers that the service's answers rest on, wherever they run.
 */
export class SharedProgress extends Progress {
  private readonly unwritten = new Map<string, number>();
  private readonly stopping = new AbortController();
  private writing: Promise<void> | undefined;
  private looking: Promise<void> = Promise.resolve();

  /**
   * @param needs followers that this service's answers rest on, wherever they run
   * @param local followers that every process has for itself (caches): not shared
   */
  constructor(
    private readonly database: Database,
    needs: readonly string[],
    private readonly local: ReadonlySet<string>,
  ) {
    super();
    for (const name of needs) this.register(name);
    this.needs = new Set(needs);
  }

  private readonly needs: ReadonlySet<string>;

  override register(name: string, position = 0): void {
    super.register(name, position);
    if (position > 0) this.share(name, position);
  }

  override report(name: string, position: number): void {
    super.report(name, position);
    this.share(name, position);
  }

  /** Begins to look at what the others report. */
  start(): void {
    this.looking = this.keepLooking(this.stopping.signal);
  }

  /** What was reported is written, if the database takes it. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.looking;
    await this.writing;
  }

  private share(name: string, position: number): void {
    if (this.local.has(name)) return;
    this.unwritten.set(name, Math.max(position, this.unwritten.get(name) ?? 0));
    this.writing ??= this.write().finally(() => {
      this.writing = undefined;
    });
  }

  /** One statement at a time: reports that come meanwhile go together with the next one. */
  private async write(): Promise<void> {
    while (this.unwritten.size > 0) {
      const reports = [...this.unwritten].sort(([a], [b]) => (a < b ? -1 : 1));
      this.unwritten.clear();
      try {
        await this.database.query(
          `INSERT INTO service_progress (follower, position) SELECT * FROM unnest($1::text[], $2::bigint[])
           ON CONFLICT (follower) DO UPDATE SET position = excluded.position WHERE service_progress.position < excluded.position`,
          [reports.map(([name]) => name), reports.map(([, position]) => position)],
        );
      } catch {
        if (this.stopping.signal.aborted) return;
        for (const [name, position] of reports) this.unwritten.set(name, Math.max(position, this.unwritten.get(name) ?? 0));
        await wait(AGAIN_MS);
      }
    }
  }

  private async keepLooking(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.look().catch(() => undefined);
      await wait(LOOK_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  private async look(): Promise<void> {
    const rows = await this.database.query<{ follower: string; position: number }>(
      'SELECT follower, position FROM service_progress',
    );
    const known = new Map(this.followers().map(({ name, position }) => [name, position]));
    for (const { follower, position } of rows)
      if (this.needs.has(follower) && position > (known.get(follower) ?? 0)) super.report(follower, position);
  }
}
