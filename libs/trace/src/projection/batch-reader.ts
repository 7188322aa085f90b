import { readCapturedRecord } from '@suyuan/capture';
import { LogRecord } from '@suyuan/event-log';
import { Fact } from '../domain/facts/fact';
import { GraphBatch } from './graph-projection';

/** The fold by which a place's party becomes known or changes, fed every record in order. */
export interface PlaceFold {
  apply(record: LogRecord): readonly { readonly place: string; readonly party: string | null; readonly position: number }[];
}

/** The fold as it stands after the record at a position, to go on from. */
export type PlaceFoldAt = (position: number) => Promise<PlaceFold>;

/** Turns log records into what the graph needs of them. Records of no concern only move the position. */
export function toBatch(records: readonly LogRecord[], places: PlaceFold): GraphBatch {
  const facts: Fact[] = [];
  const placeParties: GraphBatch['placeParties'][number][] = [];
  for (const record of records) {
    const captured = readCapturedRecord(record);
    if (captured !== undefined) {
      facts.push({
        position: captured.position,
        recordTimeMicros: captured.recordTime.getTime() * 1000,
        event: captured.event,
        declaration: captured.declaration,
        capturingParty: captured.capturingParty,
        byAuthority: captured.byAuthority,
      });
    }
    placeParties.push(...places.apply(record));
  }
  return { position: records[records.length - 1]?.position ?? 0, facts, placeParties };
}
