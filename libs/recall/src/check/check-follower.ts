import { readCapturedRecord } from '@suyuan/capture';
import { EventLogPort, LogRecord } from '@suyuan/event-log';
import { Clock, Database, inBatchSpan, Progress } from '@suyuan/platform';
import { readCheckpoint, RECALL_PROJECTION, SAVE_CHECKPOINT } from '../projection/recall-follower';
import { RECALL_RECORD, TASK_RECORD } from '../projection/records';
import { TRACE_FOLLOWER } from '@suyuan/trace';
import { familiesOf } from './blocking-recall';
import { PERSONAL_DATA_ERASED } from '../privacy/erasure';
import { CHANGES_HOLD } from '../investigations/investigation-stream';
import { CheckIndex } from './check-index';
import { CheckFreshness } from './code-check';
import { FamilyLink, linksOf, TransformationSide } from './family-links';
import { Freshness } from './freshness';
import { LINKS_CHECKPOINT, LinkStore } from './link-store';
import { readBlockingRecalls, readReworked } from './recall-rows';

/** The name under which "checks know everything up to here" is reported; `?atLeast=` waits for it. */
export const CHECK_FOLLOWER = 'check';

/** Without news of the log's head for this long, nothing is cleared. */
export const STALE_AFTER_MS = 15_000;
const LOOK_AT_HEAD_EVERY_MS = 1_000;
const AGAIN_AFTER_ERROR_MS = 500;
const SAVE_EVERY = 5_000;
/** Records of a recall that do not change what it blocks. */
const NOTES = new Set(['ScopeResolved', 'PostRecallMovementSeen', 'DeadlineMissed'].map((type) => RECALL_RECORD + type));
const DISPOSED = `${TASK_RECORD}GoodsDisposed`;

/** Keeps the check's index up to date: follows the log, stores the links it finds, reads changed recalls again. */
export class CheckFollower {
  readonly name = CHECK_FOLLOWER;
  readonly freshness: Freshness;
  private readonly links: LinkStore;
  /** Families of which something changed since `takeChanges` was asked last. */
  private changed = new Set<string>();
  private readonly stopping = new AbortController();
  private running: Promise<unknown> | undefined;
  private saved = 0;
  private readonly beganMs: number;

  constructor(
    private readonly log: EventLogPort,
    private readonly database: Database,
    private readonly progress: Progress,
    private readonly clock: Clock,
    private readonly index: CheckIndex,
    private readonly onError: (error: unknown) => void,
  ) {
    this.links = new LinkStore(database);
    this.beganMs = clock.now().getTime();
    this.freshness = new Freshness(this.beganMs, STALE_AFTER_MS);
  }

  /** How old the index is at this moment. */
  state(): CheckFreshness {
    const graph = this.progress.positionOf(TRACE_FOLLOWER) ?? 0;
    return {
      coversGraph: this.freshness.asOfMs !== undefined && this.position >= graph,
      isStale: this.freshness.isStale(this.clock.now().getTime()),
    };
  }

  /** Families whose recalls or links changed since the last call; what the graph says of them is not watched here. */
  takeChanges(): ReadonlySet<string> {
    const { changed } = this;
    this.changed = new Set();
    return changed;
  }

  /** Log position up to which the index knows everything. */
  get position(): number {
    return this.progress.positionOf(this.name) ?? 0;
  }

  /** The first picture must be there before the first question: it is read before this resolves. */
  async start(): Promise<void> {
    this.progress.register(this.name, 0);
    this.running = Promise.all([this.follow(await this.load()), this.watchHead()]);
  }

  /** Milliseconds since the moment up to which the index is complete; undefined where this process keeps none. */
  ageMs(): number | undefined {
    if (this.running === undefined) return undefined;
    return this.clock.now().getTime() - (this.freshness.asOfMs ?? this.beganMs);
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  /** @returns the position to follow the log from */
  private async load(): Promise<number> {
    return this.database.transaction(async (tx) => {
      await tx.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY');
      const checkpoints = await tx.query<{ name: string; position: number }>(
        'SELECT name, position FROM recall_checkpoint WHERE name = ANY($1::text[])',
        [[RECALL_PROJECTION, LINKS_CHECKPOINT]],
      );
      for (const link of await this.links.load(tx)) this.index.graph.add(link);
      for (const [id, keys] of await readReworked(tx)) this.index.reworked.set(id, keys);
      const recalls = await readBlockingRecalls(tx);
      const ids = new Set(recalls.map(({ id }) => id));
      for (const { id } of [...this.index.recalls.all()]) if (!ids.has(id)) this.index.recalls.remove(id);
      for (const recall of recalls) this.index.recalls.put(recall);
      const at = (name: string): number => checkpoints.find((one) => one.name === name)?.position ?? 0;
      this.saved = at(LINKS_CHECKPOINT);
      return Math.min(at(RECALL_PROJECTION), at(LINKS_CHECKPOINT));
    });
  }

  private async follow(start: number): Promise<void> {
    const { signal } = this.stopping;
    let from: number | undefined = start;
    while (!signal.aborted) {
      try {
        from ??= await this.load();
        this.reached(from);
        for await (const records of this.log.tail(from, { batchSize: 1_000, signal })) {
          await inBatchSpan(this.name, records, () => this.take(records));
          from = records[records.length - 1]?.position ?? from;
          this.reached(from);
          await this.save(from);
        }
      } catch (error) {
        if (signal.aborted) return;
        this.onError(error);
        from = undefined;
        await nap(AGAIN_AFTER_ERROR_MS, signal);
      }
    }
  }

  /** Takes a batch in; all of it is in the index when it resolves. */
  private async take(records: readonly LogRecord[]): Promise<void> {
    await this.takeLinks(records);
    const changed = new Set<string>();
    let last = 0;
    for (const { stream, type, position, data } of records) {
      // What the index holds in memory is erased there too.
      if (type === PERSONAL_DATA_ERASED)
        for (const subject of (data as { subjects?: string[] }).subjects ?? []) changed.add(subject);
      const isRecall = type.startsWith(RECALL_RECORD) && !NOTES.has(type);
      if (!isRecall && type !== DISPOSED && !CHANGES_HOLD.includes(type)) continue;
      changed.add(stream.split(':')[1] ?? '');
      last = position;
    }
    if (changed.size === 0) return;
    await this.untilProjected(last);
    await this.reload([...changed]);
  }

  private async takeLinks(records: readonly LogRecord[]): Promise<void> {
    const links = new Map<string, FamilyLink>();
    const sides = new Map<string, TransformationSide>();
    for (const record of records) {
      const captured = readCapturedRecord(record);
      if (captured === undefined) continue;
      const found = linksOf(captured.event);
      for (const link of found.links) if (!this.index.graph.has(link)) links.set(`${link.from} ${link.into}`, link);
      for (const side of found.sides) sides.set([side.transformation, side.side, side.family].join('\n'), side);
    }
    if (links.size + sides.size === 0) return;
    const joined = await this.links.add([...links.values()], [...sides.values()]);
    // In memory only what is on disk: a batch that failed is found to be news again.
    for (const link of [...links.values(), ...joined]) {
      if (!this.index.graph.has(link)) this.changed.add(link.into);
      this.index.graph.add(link);
    }
  }

  private async reload(ids: readonly string[]): Promise<void> {
    const recalls = await readBlockingRecalls(this.database, ids);
    const reworked = await readReworked(this.database, ids);
    for (const id of ids) {
      const recall = recalls.find((one) => one.id === id);
      for (const known of [this.index.recalls.get(id), recall])
        for (const family of known === undefined ? [] : familiesOf(known.scope.source)) this.changed.add(family);
      if (recall === undefined) this.index.recalls.remove(id);
      else this.index.recalls.put(recall);
      const keys = reworked.get(id);
      if (keys === undefined) this.index.reworked.delete(id);
      else this.index.reworked.set(id, keys);
    }
  }

  private async untilProjected(position: number): Promise<void> {
    for (
      let waitMs = 2;
      (await readCheckpoint(this.database, RECALL_PROJECTION)) < position;
      waitMs = Math.min(waitMs * 2, 100)
    ) {
      if (this.stopping.signal.aborted) throw new Error('stopping');
      await nap(waitMs, this.stopping.signal);
    }
  }

  private reached(position: number): void {
    this.progress.report(this.name, position);
    this.freshness.reached(position);
  }

  /** Links are stored as they are found; the checkpoint only spares a later start the reading. */
  private async save(position: number): Promise<void> {
    if (position - this.saved < SAVE_EVERY) return;
    await this.database.query(SAVE_CHECKPOINT, [LINKS_CHECKPOINT, position]);
    this.saved = position;
  }

  private async watchHead(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        const atMs = this.clock.now().getTime();
        this.freshness.headWas(await this.log.head(), atMs, this.position);
      } catch (error) {
        if (!signal.aborted) this.onError(error);
      }
      await nap(LOOK_AT_HEAD_EVERY_MS, signal);
    }
  }
}

async function nap(milliseconds: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener('abort', done);
  });
}
