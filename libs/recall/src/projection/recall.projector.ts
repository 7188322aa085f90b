import { LogRecord } from '@suyuan/event-log';
import { describeKey } from '@suyuan/gs1';
import { Transaction } from '@suyuan/platform';
import { HolderTaskEvent } from '../domain/holder-task.events';
import { evolveTask, noTask } from '../domain/holder-task.state';
import { RecallEvent } from '../domain/recall.events';
import { evolveRecall, noRecall } from '../domain/recall.state';
import { projectInvestigations } from '../investigations/investigation.projector';
import { NextDue } from '../deadlines/next-due';
import { RegimeBook } from '../regimes/regime-book';
import { RecallRows, TaskRows } from './model-rows';
import { readRecallEvent, readTaskEvent, SIGNAL_RECEIVED } from './records';

/** A fact of a recall's timeline. */
interface Entry {
  readonly position: number;
  readonly recallId: string;
  readonly at: string;
  readonly type: string;
  readonly party: string | null;
  readonly data: object;
}

/**
 * Folds records of recalls, tasks and signals into the read models, a batch at a time: each row is read once, folded in memory
 * and written once, so that two thousand tasks cost a few statements. Each row knows its position: a repeat changes nothing.
 */
export class RecallProjector {
  constructor(private readonly due: NextDue) {}

  static by(regimes: RegimeBook): RecallProjector {
    return new RecallProjector(new NextDue(regimes, regimes.add));
  }

  async project(tx: Transaction, records: readonly LogRecord[]): Promise<void> {
    const recalls = new RecallRows(tx);
    const tasks = new TaskRows(tx);
    const ofRecalls = records.flatMap((record) => recallRecord(record) ?? []);
    const ofTasks = records.flatMap((record) => taskRecord(record) ?? []);
    await tasks.load(ofTasks.map(({ recallId, party }) => ({ recallId, party })));
    await recalls.load([...ofRecalls, ...ofTasks].map(({ recallId }) => recallId));
    const entries: Entry[] = [];
    for (const { record, recallId, event } of ofRecalls) {
      const row = recalls.at(recallId);
      if (row.position >= record.position) continue;
      const state = evolveRecall(row.state ?? noRecall, event);
      const resolution = event.type === 'ScopeResolved' ? event : undefined;
      recalls.put(recallId, { state, position: record.position, resolution, nextAt: this.due.ofRecall(state) });
      const party = event.type === 'PostRecallMovementSeen' ? event.party : null;
      entries.push({ position: record.position, recallId, at: event.at, type: event.type, party, data: event });
    }
    const reworked: { recallId: string; key: string }[] = [];
    for (const { record, recallId, party, event } of ofTasks) {
      const row = tasks.at(recallId, party);
      if (row.position >= record.position) continue;
      const state = evolveTask(row.state ?? noTask, event);
      tasks.put(recallId, party, {
        state,
        position: record.position,
        version: record.version,
        issued: event.type === 'NoticeIssued' ? record.position : (row.issued ?? record.position),
        nextAt: this.due.ofTask(state, recalls.at(recallId).state),
      });
      for (const key of reworkedBy(event)) reworked.push({ recallId, key });
      if (event.type !== 'HolderRevised')
        entries.push({ position: record.position, recallId, at: event.at, type: event.type, party, data: event });
    }
    await recalls.write();
    await tasks.write();
    await writeEntries(tx, entries);
    await writeReworked(tx, reworked);
    for (const record of records) if (record.type === SIGNAL_RECEIVED) await projectSignal(tx, record);
    await projectInvestigations(tx, records);
  }
}

function recallRecord(record: LogRecord): { record: LogRecord; recallId: string; event: RecallEvent } | undefined {
  if (!record.stream.startsWith('recall:')) return undefined;
  const event = readRecallEvent(record);
  return event === undefined ? undefined : { record, recallId: record.stream.slice('recall:'.length), event };
}

function taskRecord(
  record: LogRecord,
): { record: LogRecord; recallId: string; party: string; event: HolderTaskEvent } | undefined {
  if (!record.stream.startsWith('holder-task:')) return undefined;
  const event = readTaskEvent(record);
  const [, recallId = ''] = record.stream.split(':');
  const party = record.stream.slice(`holder-task:${recallId}:`.length);
  return event === undefined ? undefined : { record, recallId, party, event };
}

/** Serial numbers that a disposal names as reworked: they are free again at the till. */
function reworkedBy(event: HolderTaskEvent): string[] {
  if (event.type !== 'GoodsDisposed') return [];
  return event.lines
    .filter(({ method, product }) => method === 'reworked' && describeKey(product).kind === 'instance')
    .map(({ product }) => product);
}

async function writeEntries(tx: Transaction, entries: readonly Entry[]): Promise<void> {
  if (entries.length === 0) return;
  await tx.query(
    `INSERT INTO recall_entry (position, recall_id, at, type, party, data)
     SELECT * FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::jsonb[]) ON CONFLICT (position) DO NOTHING`,
    [
      entries.map(({ position }) => position),
      entries.map(({ recallId }) => recallId),
      entries.map(({ at }) => at),
      entries.map(({ type }) => type),
      entries.map(({ party }) => party),
      entries.map(({ data }) => JSON.stringify(data)),
    ],
  );
}

async function writeReworked(tx: Transaction, reworked: readonly { recallId: string; key: string }[]): Promise<void> {
  if (reworked.length === 0) return;
  await tx.query(
    'INSERT INTO recall_reworked (recall_id, key) SELECT * FROM unnest($1::text[], $2::text[]) ON CONFLICT DO NOTHING',
    [reworked.map(({ recallId }) => recallId), reworked.map(({ key }) => key)],
  );
}

async function projectSignal(tx: Transaction, record: LogRecord): Promise<void> {
  const data = record.data as { id: string; at: string; party?: string };
  await tx.query(
    'INSERT INTO recall_signal (id, data, party, at, position) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (id) DO NOTHING',
    [data.id, JSON.stringify(record.data), data.party ?? null, data.at, record.position],
  );
}
