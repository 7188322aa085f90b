import { EventLogPort, LogRecord } from '@suyuan/event-log';
import { gtinOf } from '@suyuan/gs1';
import { NoticeDelivery, OutgoingNotice } from '@suyuan/notice';
import { Clock, Database, inBatchSpan, inSpan, Progress, TRACEPARENT } from '@suyuan/platform';
import { TraceReader } from '@suyuan/trace';
import { HolderTaskState } from '../domain/holder-task.state';
import { Holding } from '../domain/holder-task.events';
import { RecallState } from '../domain/recall.decider';
import { NoticeView } from '../http/notice-view';
import { readCheckpoint, RECALL_PROJECTION, SAVE_CHECKPOINT } from '../projection/recall-follower';
import { readRecallEvent, readTaskEvent } from '../projection/records';
import { dueTimes } from '../regimes/regimes';
import { holdingsByParty, noticeIdOf } from './holdings';
import { RecallStreams } from './recall-streams';

/** The name under which "every holder of what was captured up to here has its notice" is reported. */
export const RECALL_PROCESS = 'recall';

const OPEN_PHASES = ['active', 'completing', 'monitored'];
const LONGEST_WAIT_MS = 500;

/**
 * Finds the holders of every open recall and sees that each has its notice: when a recall begins or changes, and whenever
 * the graph moves under it. Works from the log with a checkpoint of its own; each step may run twice, so a crash at any
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
    private readonly clock: Clock,
    private readonly trace: TraceReader,
    private readonly streams: RecallStreams,
    private readonly delivery: NoticeDelivery,
    private readonly notices: NoticeView,
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
        for await (const records of this.log.tail(from, { batchSize: 1_000, signal, follower: this.name })) {
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
    await this.send(records);
    const changed = new Map<string, unknown>();
    for (const record of records) {
      const event = readRecallEvent(record);
      if (event === undefined || event.type === 'ScopeResolved' || event.type === 'PostRecallMovementSeen') continue;
      changed.set(record.stream.slice('recall:'.length), record.meta[TRACEPARENT]);
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
    for (const { id } of concerned) last = Math.max(last, await traced(id, () => this.resolve(id)));
    const withdrawn = [...changed.keys()].filter((id) => !open.some((recall) => recall.id === id));
    for (const id of withdrawn) last = Math.max(last, await traced(id, () => this.releaseAll(id)));
    if (last > 0) await this.until(async () => (await readCheckpoint(this.database, RECALL_PROJECTION)) >= last);
  }

  /** Asks the graph and brings the tasks in line with its answer. @returns the last position written, 0 if none */
  private async resolve(id: string): Promise<number> {
    const recall = await this.streams.readRecall(id);
    const { content } = recall;
    if (content === undefined || !OPEN_PHASES.includes(recall.phase)) return 0;
    const found = await this.trace.holdersOfScope(content.scope);
    const { parties, unassigned } = holdingsByParty(found);
    const at = this.clock.now();
    const stamp = { at: at.toISOString(), dueAt: dueTimes(content.regimes, at), contentVersion: recall.contentVersion };
    const products = [
      ...new Set([
        ...found.rows.map(({ product }) => product),
        ...found.former.map(({ product }) => product),
        ...found.produced.map(({ product }) => product),
      ]),
    ].sort();
    const resolution = { contentVersion: recall.contentVersion, products, produced: found.produced, unassigned };
    let last = await this.streams.note(
      id,
      { type: 'ScopeResolved', at: stamp.at, tracePosition: found.position, ...resolution },
      JSON.stringify([found.position, resolution]),
    );
    for (const [party, holding] of parties) {
      const outcome = await this.streams.task(id, party, {
        type: 'FindHolder',
        recallId: id,
        party,
        noticeId: noticeIdOf(id, party),
        holding,
        tracePosition: found.position,
        updates: true,
        ...stamp,
      });
      if (outcome.changed) last = Math.max(last, outcome.position);
      if (movedAfter(recall.activatedAt, holding)) {
        const products = [...new Set(holding.rows.map(({ product }) => product))];
        last = Math.max(
          last,
          await this.streams.note(
            id,
            { type: 'PostRecallMovementSeen', at: stamp.at, party, products, since: holding.since },
            JSON.stringify([party, products, holding.since]),
          ),
        );
      }
    }
    const known = await this.database.query<{ party: string; state: HolderTaskState }>(
      `SELECT party, state FROM recall_task WHERE recall_id = $1 AND name <> 'released'`,
      [id],
    );
    for (const { party, state } of known) {
      if (parties.has(party) || state.forwardedBy !== undefined) continue;
      const outcome = await this.streams.task(id, party, {
        type: 'ReleaseHolder',
        reason: 'The facts on which the notice rested have been corrected: no affected goods are known with you.',
        ...stamp,
      });
      if (outcome.changed) last = Math.max(last, outcome.position);
    }
    return last;
  }

  /** A recall withdrawn in error: every holder is told that its goods are free again. */
  private async releaseAll(id: string): Promise<number> {
    const recall = await this.streams.readRecall(id);
    if (recall.phase !== 'withdrawn_in_error') return 0;
    const at = this.clock.now();
    const dueAt = dueTimes(recall.content?.regimes ?? [], at);
    let last = 0;
    const tasks = await this.database.query<{ party: string }>(
      `SELECT party FROM recall_task WHERE recall_id = $1 AND name <> 'released'`,
      [id],
    );
    for (const { party } of tasks) {
      const outcome = await this.streams.task(id, party, {
        type: 'ReleaseHolder',
        reason: 'The recall has been withdrawn.',
        contentVersion: recall.contentVersion,
        dueAt,
        at: at.toISOString(),
      });
      if (outcome.changed) last = Math.max(last, outcome.position);
    }
    return last;
  }

  /**
   * Notices leave from the log, not from the step that issued them: a crash between the two would lose one. The queue knows
   * each (notice, version) and takes it once.
   */
  private async send(records: readonly LogRecord[]): Promise<void> {
    const outgoing: OutgoingNotice[] = [];
    for (const record of records) {
      const event = readTaskEvent(record);
      if (event?.type !== 'NoticeIssued') continue;
      const [task] = await this.database.query<{ recall_id: string; state: HolderTaskState; recall: RecallState }>(
        `SELECT t.recall_id, t.state, r.state AS recall FROM recall_task t JOIN recall_recall r ON r.id = t.recall_id WHERE t.recall_id = $1 AND t.party = $2`,
        taskOf(record.stream),
      );
      if (task === undefined) continue;
      const body = this.notices.show(task.recall_id, task.recall, task.state);
      outgoing.push({
        noticeId: task.state.noticeId,
        version: event.version,
        party: task.state.party,
        mode: task.recall.mode,
        body,
        traceparent: record.meta[TRACEPARENT],
      });
    }
    if (outgoing.length > 0) await this.delivery.queue(outgoing);
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

/** Recall and party of a task's stream. */
function taskOf(stream: string): [string, string] {
  const [, recallId = ''] = stream.split(':');
  return [recallId, stream.slice(`holder-task:${recallId}:`.length)];
}

/** Goods that reached somebody after the recall began. */
function movedAfter(activatedAt: string | undefined, { class: kind, since }: Holding): boolean {
  return (
    activatedAt !== undefined && (kind === 'current' || kind === 'in_transit') && Date.parse(since) > Date.parse(activatedAt)
  );
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
