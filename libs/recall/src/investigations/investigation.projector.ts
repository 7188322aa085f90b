import { LogRecord } from '@suyuan/event-log';
import { Transaction } from '@suyuan/platform';
import { eventOf } from '../processes/decided-stream';
import { investigationDecider, InvestigationState } from './domain/investigation.decider';
import { InvestigationEvent } from './domain/investigation.events';
import { INVESTIGATIONS } from './investigation-stream';
import { SignalTriage } from './signal-triage';

/** Folds records of investigations, and of what was judged of signals; a repeat changes nothing. There are few. */
export async function projectInvestigations(tx: Transaction, records: readonly LogRecord[]): Promise<void> {
  for (const record of records) {
    const event = eventOf<InvestigationEvent>(INVESTIGATIONS, record);
    if (event !== undefined) await projectOne(tx, record, event);
    else if (record.type === SIGNAL_DISMISSED) await projectTriage(tx, record);
  }
}

/** The id of the reason's words and who dismissed it, in the signal's own stream. */
export const SIGNAL_DISMISSED = 'signal.dismissed';

async function projectOne(tx: Transaction, { stream, position }: LogRecord, event: InvestigationEvent): Promise<void> {
  const id = stream.slice('investigation:'.length);
  const [row] = await tx.query<{ state: InvestigationState; position: number }>(
    'SELECT state, position FROM recall_investigation WHERE id = $1 FOR UPDATE',
    [id],
  );
  if (row !== undefined && row.position >= position) return;
  const state = investigationDecider.evolve(row?.state ?? investigationDecider.initial, event);
  await tx.query(
    `INSERT INTO recall_investigation (id, state, phase, producers, opened_at, position) VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (id) DO UPDATE SET state = excluded.state, phase = excluded.phase, producers = excluded.producers, position = excluded.position`,
    [id, JSON.stringify(state), state.phase, state.producers, state.openedAt, position],
  );
  await tx.query(
    'INSERT INTO recall_entry (position, recall_id, at, type, party, data) VALUES ($1, $2, $3, $4, NULL, $5) ON CONFLICT (position) DO NOTHING',
    [position, id, event.at, event.type, JSON.stringify(event)],
  );
  if (event.type === 'InvestigationOpened') await markInvestigated(tx, event.signals, id);
  if (event.type === 'SignalAdded') await markInvestigated(tx, [event.signal], id);
}

/** The first investigation stays the signal's; what was dismissed before is taken up again. */
async function markInvestigated(tx: Transaction, signals: readonly string[], investigationId: string): Promise<void> {
  const triage: SignalTriage = { state: 'investigated', investigationId };
  await tx.query(
    `UPDATE recall_signal SET triage = $2 WHERE id = ANY($1::text[]) AND triage->>'state' IS DISTINCT FROM 'investigated'`,
    [signals, JSON.stringify(triage)],
  );
}

/** Both at the same moment: the investigation counts, in whichever order they were written. */
async function projectTriage(tx: Transaction, { data }: LogRecord): Promise<void> {
  const { signal, ...triage } = data as { signal: string };
  await tx.query("UPDATE recall_signal SET triage = $2 WHERE id = $1 AND triage->>'state' IS DISTINCT FROM 'investigated'", [
    signal,
    JSON.stringify(triage),
  ]);
}
