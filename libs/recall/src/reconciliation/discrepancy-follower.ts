import { EventLogPort, LogRecord } from '@suyuan/event-log';
import { Clock, Database, Progress } from '@suyuan/platform';
import { createHash } from 'node:crypto';
import { HolderTaskState } from '../domain/holder-task.state';
import { DecidedStreams, eventOf, StreamKind } from '../processes/decided-stream';
import { Words } from '../privacy/words';
import { readCheckpoint, RECALL_PROJECTION, SAVE_CHECKPOINT } from '../projection/recall-follower';
import { readTaskEvent } from '../projection/records';
import {
  Discrepancies,
  DiscrepancyCommand,
  DISCREPANCY_COMMAND_WORDS,
  discrepancyDecider,
  DiscrepancyEvent,
} from './domain/discrepancy';
import { Reconciliation } from './reconciliation';

export const RECALL_RECONCILIATION = 'recall-reconciliation';

/** `discrepancy:{recall}:{party}` */
export const DISCREPANCIES: StreamKind<Discrepancies, DiscrepancyCommand, DiscrepancyEvent> = {
  decider: discrepancyDecider,
  prefix: 'discrepancy.',
  words: DISCREPANCY_COMMAND_WORDS,
};
export const discrepancyStream = (recallId: string, party: string): string => `discrepancy:${recallId}:${party}`;

/** Answers about goods, and new findings of the graph about a holder who gave one. */
const MOVES_FIGURES: readonly string[] = ['GoodsContained', 'GoodsReconciled', 'HolderRevised'];

/**
 * Compares what a holder declares with what the graph derives, whenever either changes, and keeps the cases that come of it.
 * Each step may run twice.
 */
export class DiscrepancyFollower {
  readonly name = RECALL_RECONCILIATION;
  private stopping = new AbortController();
  private running: Promise<void> | undefined;
  private readonly streams: DecidedStreams<Discrepancies, DiscrepancyCommand, DiscrepancyEvent>;

  constructor(
    private readonly log: EventLogPort,
    private readonly database: Database,
    private readonly progress: Progress,
    private readonly clock: Clock,
    private readonly reconciliation: Reconciliation,
    words: Words,
    private readonly onError: (error: unknown) => void,
  ) {
    this.streams = new DecidedStreams(log, DISCREPANCIES, words);
  }

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
        const from = await readCheckpoint(this.database, this.name);
        // From the log itself: it waits for the read models, which the broker brings the records to.
        for await (const records of this.log.tail(from, { batchSize: 500, signal })) {
          const position = records[records.length - 1]?.position ?? from;
          await this.handle(position, records);
          this.progress.report(this.name, position);
        }
      } catch (error) {
        if (signal.aborted) return;
        this.onError(error);
        await new Promise((resolve) => setTimeout(resolve, 500));
      }
    }
  }

  private async handle(position: number, records: readonly LogRecord[]): Promise<void> {
    const concerned = new Map<string, readonly [string, string]>();
    for (const record of records) {
      const event = readTaskEvent(record);
      if (event === undefined || !MOVES_FIGURES.includes(event.type)) continue;
      const [, recallId = ''] = record.stream.split(':');
      concerned.set(record.stream, [recallId, record.stream.slice(`holder-task:${recallId}:`.length)]);
    }
    if (concerned.size > 0) await this.projected(position);
    for (const [recallId, party] of concerned.values()) await this.compare(recallId, party);
    await this.database.transaction(async (tx) => {
      for (const record of records) {
        const event = eventOf<DiscrepancyEvent>(DISCREPANCIES, record);
        if (event === undefined) continue;
        const [, recallId = ''] = record.stream.split(':');
        const party = record.stream.slice(`discrepancy:${recallId}:`.length);
        const [row] = await tx.query<{ state: Discrepancies; position: number }>(
          `SELECT d.state, d.position FROM recall_discrepancy d WHERE recall_id = $1 AND party = $2 FOR UPDATE`,
          [recallId, party],
        );
        if (row !== undefined && row.position >= record.position) continue;
        const state = discrepancyDecider.evolve(row?.state ?? discrepancyDecider.initial, event);
        await tx.query(
          `INSERT INTO recall_discrepancy (recall_id, notice_id, party, state, position)
           SELECT $1, notice_id, party, $3, $4 FROM recall_task WHERE recall_id = $1 AND party = $2
           ON CONFLICT (recall_id, notice_id) DO UPDATE SET state = excluded.state, position = excluded.position`,
          [recallId, party, JSON.stringify(state), record.position],
        );
      }
      await tx.query(SAVE_CHECKPOINT, [this.name, position]);
    });
  }

  private async compare(recallId: string, party: string): Promise<void> {
    const [row] = await this.database.query<{ state: HolderTaskState }>(
      'SELECT state FROM recall_task WHERE recall_id = $1 AND party = $2',
      [recallId, party],
    );
    if (row === undefined || (row.state.contained === undefined && row.state.reconciled === undefined)) return;
    const balances = await this.reconciliation.ofHolder(recallId, row.state);
    await this.streams.handle(discrepancyStream(recallId, party), {
      type: 'Compare',
      balances,
      caseIdOf: (name) => `dc-${createHash('sha256').update(`${recallId}\n${party}\n${name}`).digest('hex').slice(0, 24)}`,
      at: this.clock.now().toISOString(),
    });
  }

  /** Waits until the read models show what stands at a position. */
  private async projected(position: number): Promise<void> {
    while ((await readCheckpoint(this.database, RECALL_PROJECTION)) < position) {
      if (this.stopping.signal.aborted) throw new Error('stopping');
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}
