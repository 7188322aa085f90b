import { EventLogPort, LogRecord } from '@suyuan/event-log';
import { gtinOf } from '@suyuan/gs1';
import { Database, inBatchSpan, inSpan, Progress, TRACEPARENT } from '@suyuan/platform';
import { TraceReader } from '@suyuan/trace';
import { RecallState } from '../domain/recall.state';
import { Investigations } from '../investigations/investigations';
import { readCheckpoint, RECALL_PROJECTION, SAVE_CHECKPOINT } from '../projection/recall-follower';
import { readRecallEvent } from '../projection/records';
import { HolderResolution, OPEN_PHASES } from './holder-resolution';
import { NoticeOutbox } from './notice-outbox';

/** The name under which "every holder of what was captured up to here has its notice" is reported. */
export const RECALL_PROCESS = 'recall';

const LONGEST_WAIT_MS = 500;
/** Facts that processes note: they change nothing about whom to tell. */
const FOUND_OUT: readonly string[] = ['ScopeResolved', 'PostRecallMovementSeen', 'DeadlineMissed'];

/**
 * Finds the holders of every open recall and sees that each has its notice: when a recall begins or changes, and whenever
 * the graph moves under it; and that the investigation behind it knows of it. Works from the log with a checkpoint of its own; each step may run twice, so a crash at any
 * point is made good by running it again.
 */
export class RecallProcess {
  readonly name = RECALL_PROCESS;
  private stopping = new AbortController();
  private running: Promise<void> | undefined;

  constructor(
    private readonly log: EventLogPort,
    private readonly database: Database,
    private readonly progress: Progress,
    private readonly trace: TraceReader,
    private readonly holders: HolderResolution,
    private readonly outbox: NoticeOutbox,
    private readonly investigations: Pick<Investigations, 'decided'>,
    private readonly onError: (error: unknown) => void,
  ) {}

  async start(): Promise<void> {
    this.stopping = new AbortController();
    this.progress.register(this.name, await readCheckpoint(this.database, this.name));
    this.running = this.follow();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async follow(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        let from = await readCheckpoint(this.database, this.name);
        this.progress.report(this.name, from);
        // From the log itself: it waits for the read models, which the broker brings the records to.
        for await (const records of this.log.tail(from, { batchSize: 1_000, signal })) {
          const position = records[records.length - 1]?.position ?? from;
          await inBatchSpan(this.name, records, () => this.handle(from, position, records));
          await this.database.query(SAVE_CHECKPOINT, [this.name, position]);
          this.progress.report(this.name, position);
          from = position;
        }
      } catch (error) {
        if (signal.aborted) return;
        this.onError(error);
        await this.nap();
      }
    }
  }

  /** Everything that the records in (from, position] ask for; visible in the read models when it resolves. */
  async handle(from: number, position: number, records: readonly LogRecord[]): Promise<void> {
    await this.until(async () => (await readCheckpoint(this.database, RECALL_PROJECTION)) >= position);
    await this.outbox.send(records);
    const changed = new Map<string, unknown>();
    for (const record of records) {
      const event = readRecallEvent(record);
      if (event === undefined || FOUND_OUT.includes(event.type)) continue;
      const id = record.stream.slice('recall:'.length);
      changed.set(id, record.meta[TRACEPARENT]);
      // Whoever decided it may have died before the investigation was told what came of it.
      if (event.type === 'RecallDecided' && event.investigationId !== undefined)
        await this.investigations.decided(event.investigationId, id);
    }
    const open = await this.database.query<{ id: string; state: RecallState }>(
      'SELECT id, state FROM recall_recall WHERE phase = ANY($1::text[])',
      [OPEN_PHASES],
    );
    const concerned = open.filter(({ id }) => changed.has(id));
    const others = open.filter(({ id }) => !changed.has(id));
    if (open.length > 0 && records.some(({ stream }) => !stream.startsWith('recall:') && !stream.startsWith('holder-task:'))) {
      await this.until(async () => (await this.trace.position()) >= position);
      const touched = await this.trace.touchedProducts(from, position);
      concerned.push(
        ...others.filter(({ state }) => touched === undefined || touched.some((product) => concerns(state, product))),
      );
    } else if (concerned.length > 0) {
      await this.until(async () => (await this.trace.position()) >= position);
    }
    let last = 0;
    // A recall that began or changed goes on in the trace of whoever did it, not of what else the batch holds.
    const traced = (id: string, work: () => Promise<number>): Promise<number> =>
      inSpan('resolve recall', { parent: changed.get(id), attributes: { 'suyuan.recall.id': id } }, work);
    for (const { id } of concerned) last = Math.max(last, await traced(id, () => this.holders.resolve(id)));
    const withdrawn = [...changed.keys()].filter((id) => !open.some((recall) => recall.id === id));
    for (const id of withdrawn) last = Math.max(last, await traced(id, () => this.holders.releaseAll(id)));
    if (last > 0) await this.until(async () => (await readCheckpoint(this.database, RECALL_PROJECTION)) >= last);
  }

  private async until(done: () => Promise<boolean>): Promise<void> {
    for (let waitMs = 5; !(await done()); waitMs = Math.min(waitMs * 2, 100)) {
      if (this.stopping.signal.aborted) throw new Error('stopping');
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
  }

  private async nap(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, LONGEST_WAIT_MS));
  }
}

/** May a change of this product concern the recall? By GTIN of its scope, by a lot it names, or by its last resolution. */
function concerns({ content, lastResolution }: RecallState, product: string): boolean {
  if (lastResolution === undefined || lastResolution.products.includes(product)) return true;
  const gtin = gtinOf(product);
  return (
    content?.scope.include.some(
      (entry) => (entry.gtin !== undefined && entry.gtin === gtin) || (entry.inputLots?.includes(product) ?? false),
    ) ?? true
  );
}
