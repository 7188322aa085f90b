import { LogRecord } from '@suyuan/event-log';
import { Transaction } from '@suyuan/platform';
import { describeKey } from '@suyuan/gs1';
import { holderTaskDecider } from '../domain/holder-task.decider';
import { HolderTaskState, stateName } from '../domain/holder-task.state';
import { recallDecider, RecallState } from '../domain/recall.decider';
import { readRecallEvent, readTaskEvent, SIGNAL_RECEIVED } from './records';

/** Folds records of recalls, tasks and signals into the read models; each row knows its position, so a repeat changes nothing. */
export async function projectRecalls(tx: Transaction, records: readonly LogRecord[]): Promise<void> {
  for (const record of records) {
    const [kind, id = ''] = record.stream.split(':');
    if (kind === 'recall') await projectRecall(tx, record, record.stream.slice('recall:'.length));
    else if (kind === 'holder-task') await projectTask(tx, record, id, record.stream.slice(`holder-task:${id}:`.length));
    else if (record.type === SIGNAL_RECEIVED) await projectSignal(tx, record);
  }
}

async function projectRecall(tx: Transaction, record: LogRecord, id: string): Promise<void> {
  const event = readRecallEvent(record);
  if (event === undefined) return;
  const [row] = await tx.query<{ state: RecallState; position: number }>(
    'SELECT state, position FROM recall_recall WHERE id = $1 FOR UPDATE',
    [id],
  );
  if (row !== undefined && row.position >= record.position) return;
  const state = recallDecider.evolve(row?.state ?? recallDecider.initial, event);
  await tx.query(
    `INSERT INTO recall_recall (id, state, resolution, phase, mode, decided_at, position) VALUES ($1, $2, $3, $4, $5, $6, $7)
     ON CONFLICT (id) DO UPDATE SET state = excluded.state, resolution = coalesce(excluded.resolution, recall_recall.resolution), phase = excluded.phase, position = excluded.position`,
    [
      id,
      JSON.stringify(state),
      event.type === 'ScopeResolved' ? JSON.stringify(event) : null,
      state.phase,
      state.mode,
      state.decidedAt,
      record.position,
    ],
  );
  const party = event.type === 'PostRecallMovementSeen' ? event.party : null;
  await note(tx, record, id, event.at, event.type, party, event);
}

async function projectTask(tx: Transaction, record: LogRecord, recallId: string, party: string): Promise<void> {
  const event = readTaskEvent(record);
  if (event === undefined) return;
  const [row] = await tx.query<{ state: HolderTaskState; position: number; issued_position: number }>(
    'SELECT state, position, issued_position FROM recall_task WHERE recall_id = $1 AND party = $2 FOR UPDATE',
    [recallId, party],
  );
  if (row !== undefined && row.position >= record.position) return;
  const state = holderTaskDecider.evolve(row?.state ?? holderTaskDecider.initial, event);
  const issued = event.type === 'NoticeIssued' ? record.position : (row?.issued_position ?? record.position);
  await tx.query(
    `INSERT INTO recall_task (notice_id, recall_id, party, state, name, issued_position, position) VALUES ($1, $2, $3, $4, $5, $6, $7)
     ON CONFLICT (notice_id) DO UPDATE SET state = excluded.state, name = excluded.name, issued_position = excluded.issued_position, position = excluded.position`,
    [state.noticeId, recallId, party, JSON.stringify(state), stateName(state), issued, record.position],
  );
  if (event.type === 'GoodsDisposed') {
    const reworked = event.lines.filter(
      ({ method, product }) => method === 'reworked' && describeKey(product).kind === 'instance',
    );
    for (const { product } of reworked)
      await tx.query('INSERT INTO recall_reworked (recall_id, key) VALUES ($1, $2) ON CONFLICT DO NOTHING', [recallId, product]);
  }
  if (event.type !== 'HolderRevised') await note(tx, record, recallId, event.at, event.type, party, event);
}

async function projectSignal(tx: Transaction, record: LogRecord): Promise<void> {
  const data = record.data as { id: string; at: string; party?: string };
  await tx.query(
    'INSERT INTO recall_signal (id, data, party, at, position) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (id) DO NOTHING',
    [data.id, JSON.stringify(record.data), data.party ?? null, data.at, record.position],
  );
}

async function note(
  tx: Transaction,
  record: LogRecord,
  recallId: string,
  at: string,
  type: string,
  party: string | null,
  data: object,
): Promise<void> {
  await tx.query(
    'INSERT INTO recall_entry (position, recall_id, at, type, party, data) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (position) DO NOTHING',
    [record.position, recallId, at, type, party, JSON.stringify(data)],
  );
}
