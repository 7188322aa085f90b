import type { BulkAppend, EventLog, StagedRecord } from '@suyuan/event-log';
import type { PreparedEvent } from '../events/event-record';
import type { ErrorBehaviour } from '../jobs/capture-job';
import type { FaultList } from './fault-list';

/** Events gathered before they go anywhere; a document with no more than this goes through one ordinary append. */
const BATCH_EVENTS = 1000;

export interface IntakeResult {
  readonly accepted: number;
  readonly duplicates: number;
  readonly conflicts: number;
  readonly position: number;
}

/**
 * Brings the events of one input into the log, all or nothing: few through an append, many through a bulk append as they
 * come. Finds ids that are used again with other content (TRACE.md section 2): the earlier content wins, be it in the
 * log or further up in the same input, and a declaration is compared with its original, never the other way round.
 */
export class Intake {
  private batch: PreparedEvent[] = [];
  private bulk: BulkAppend | undefined;
  private staged = 0;
  private conflicts = 0;
  /** Runs of staged events with consecutive places in the list: enough to name the place of any of them. */
  private readonly runs: { ordinal: number; prefix: string; index: number }[] = [];
  /** Nothing will be written: faults are still counted, events are let go. */
  private hopeless = false;

  constructor(
    private readonly log: EventLog,
    private readonly behaviour: ErrorBehaviour,
    private readonly faults: FaultList,
  ) {}

  async add(event: PreparedEvent): Promise<void> {
    if (this.hopeless) return;
    if (this.batch.length >= BATCH_EVENTS) await this.stageBatch();
    this.batch.push(event);
  }

  /** In rollback one fault decides it: what is staged is let go, what follows is only checked. */
  async giveUp(): Promise<void> {
    this.hopeless = true;
    this.batch = [];
    await this.discard();
  }

  async discard(): Promise<void> {
    const bulk = this.bulk;
    this.bulk = undefined;
    await bulk?.discard();
  }

  /** Writes what was added, and `others` after it. `undefined`: refused, nothing is written, the faults say why. */
  async finish(others: readonly StagedRecord[]): Promise<IntakeResult | undefined> {
    if (this.hopeless) return undefined;
    return this.bulk === undefined ? this.append(others) : this.commit(others);
  }

  private async append(others: readonly StagedRecord[]): Promise<IntakeResult | undefined> {
    let events = await this.withoutConflicts(this.batch);
    for (;;) {
      if (this.conflicts > 0 && this.behaviour === 'rollback') return undefined;
      const records = [...events.map((event) => event.record), ...others];
      const result = await this.log.append(records.map(({ stream, ...record }) => ({ stream, records: [record] })));
      if (result.kind === 'appended') {
        const own = result.records.slice(0, events.length);
        const accepted = own.filter((record) => record.outcome === 'appended').length;
        return { accepted, duplicates: own.length - accepted, conflicts: this.conflicts, position: result.position };
      }
      if (result.kind === 'wrong-version') throw new Error('captures expect no version');
      const taken = new Set(result.ids);
      for (const event of events) if (taken.has(event.record.id)) this.addConflict(event.eventId, event.pointer);
      events = events.filter((event) => !taken.has(event.record.id));
    }
  }

  private async commit(others: readonly StagedRecord[]): Promise<IntakeResult | undefined> {
    await this.stageBatch();
    const bulk = this.bulk;
    if (bulk === undefined) return undefined;
    if (others.length > 0) await bulk.stage(others);
    this.bulk = undefined;
    const result = await bulk.commit({ skipConflicts: this.behaviour === 'proceed' });
    for (const { id, ordinal } of result.conflicts) this.addConflict(id, this.pointerOf(ordinal));
    this.faults.addUnlisted(result.conflictCount - result.conflicts.length);
    this.conflicts += result.conflictCount - result.conflicts.length;
    if (result.kind === 'id-conflict') return undefined;
    const accepted = result.appended - others.length;
    return { accepted, duplicates: result.duplicates, conflicts: this.conflicts, position: result.position };
  }

  private async stageBatch(): Promise<void> {
    this.bulk ??= await this.log.bulk();
    const events = await this.withoutConflicts(this.batch);
    this.batch = [];
    if (this.conflicts > 0 && this.behaviour === 'rollback') return this.giveUp();
    for (const event of events) this.remember(event.pointer);
    if (events.length > 0) await this.bulk.stage(events.map((event) => event.record));
  }

  /** The batch less those that contradict what the input or, for declarations, the log said before. */
  private async withoutConflicts(batch: readonly PreparedEvent[]): Promise<PreparedEvent[]> {
    const before = await this.originals(idsToCompare(batch));
    const said = new Map<string, string>();
    return batch.filter((event) => {
      const first = before.get(event.eventId) ?? said.get(event.eventId);
      if (first !== undefined && first !== event.hash) {
        this.addConflict(event.eventId, event.pointer);
        return false;
      }
      if (!event.isDeclaration) said.set(event.eventId, event.hash);
      return true;
    });
  }

  private async originals(ids: readonly string[]): Promise<Map<string, string>> {
    const hashes = new Map<string, string>();
    if (ids.length === 0) return hashes;
    for (const [id, hash] of (await this.bulk?.staged(ids)) ?? []) hashes.set(id, hash);
    for (const [id, place] of await this.log.locate(ids)) if (place.contentHash !== undefined) hashes.set(id, place.contentHash);
    return hashes;
  }

  private addConflict(id: string, pointer: string): void {
    this.conflicts += 1;
    this.faults.add({
      pointer: `${pointer}/eventID`,
      rule: 'capture/id-conflict',
      message: `the event id ${id} is in use for an event with other content`,
    });
  }

  private remember(pointer: string): void {
    const slash = pointer.lastIndexOf('/') + 1;
    const [prefix, index] = [pointer.slice(0, slash), Number(pointer.slice(slash))];
    const run = this.runs.at(-1);
    const follows = run !== undefined && run.prefix === prefix && run.index + (this.staged - run.ordinal) === index;
    if (!follows) this.runs.push({ ordinal: this.staged, prefix, index });
    this.staged += 1;
  }

  private pointerOf(ordinal: number): string {
    const run = this.runs.findLast((each) => each.ordinal <= ordinal);
    return run === undefined ? '' : `${run.prefix}${run.index + ordinal - run.ordinal}`;
  }
}

/**
 * Ids whose earlier content must be known before the log is asked to append: those of declarations, which have records
 * of their own, and those that the batch itself gives more than one content.
 */
function idsToCompare(batch: readonly PreparedEvent[]): string[] {
  const hashes = new Map<string, string>();
  const ids = new Set<string>();
  for (const { eventId, hash, isDeclaration } of batch) {
    if (isDeclaration || (hashes.get(eventId) ?? hash) !== hash) ids.add(eventId);
    hashes.set(eventId, hash);
  }
  return [...ids];
}
