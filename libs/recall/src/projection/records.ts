import { LogRecord } from '@suyuan/event-log';
import { HolderTaskEvent } from '../domain/holder-task.events';
import { RecallEvent } from '../domain/recall.events';

/** Stored type strings begin with these; what follows is the event's own type. Constants for ever. */
export const RECALL_RECORD = 'recall.';
export const TASK_RECORD = 'holder-task.';
export const SIGNAL_RECEIVED = 'signal.received';

export const recallStream = (id: string): string => `recall:${id}`;
export const taskStream = (recallId: string, party: string): string => `holder-task:${recallId}:${party}`;
export const signalStream = (id: string): string => `signal:${id}`;

export function readRecallEvent(record: Pick<LogRecord, 'type' | 'data'>): RecallEvent | undefined {
  return record.type.startsWith(RECALL_RECORD) ? (record.data as unknown as RecallEvent) : undefined;
}

export function readTaskEvent(record: Pick<LogRecord, 'type' | 'data'>): HolderTaskEvent | undefined {
  return record.type.startsWith(TASK_RECORD) ? (record.data as unknown as HolderTaskEvent) : undefined;
}
