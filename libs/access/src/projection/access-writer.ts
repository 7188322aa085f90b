import { Injectable } from '@nestjs/common';
import { AppendResult, EventLogPort, Json, NewRecord, StreamAppend } from '@suyuan/event-log';
import { Database, Problem, Sql } from '@suyuan/platform';
import { randomUUID } from 'node:crypto';
import { Principal, isAuthority } from '../principal';
import { AccessChanges } from './access-changes';
import { projectAccess } from './access.projector';

/** Appends the records of a command and makes them readable before the command is answered. */
@Injectable()
export class AccessWriter {
  constructor(
    private readonly log: EventLogPort,
    private readonly database: Database,
    private readonly changes: AccessChanges,
  ) {}

  /**
   * Returns the position of the last record; `wrong-version` is the caller's to explain. `beside` runs in the transaction
   * of the projection, for rows that belong to the command but not into the log (contacts, secrets).
   */
  async write(
    appends: readonly StreamAppend[],
    beside?: (sql: Sql) => Promise<void>,
  ): Promise<Exclude<AppendResult, { kind: 'id-conflict' }>> {
    const result = await this.log.append(appends);
    if (result.kind === 'wrong-version') return result;
    if (result.kind === 'id-conflict')
      throw Problem.conflict('access/record-id-used', 'The record was written already with other content.');
    const ids = new Set(result.records.map((record) => record.id));
    const first = Math.min(...result.records.map((record) => record.position));
    // Read back rather than kept: the record time is the log's to give.
    const written = (await this.log.read(first - 1, result.position - first + 1)).filter((record) => ids.has(record.id));
    const touched = await this.database.transaction(async (tx) => {
      await beside?.(tx);
      return projectAccess(tx, written);
    });
    this.changes.tell(touched);
    return result;
  }
}

/** A record of what `by` said now. An authority's word has no party, and outranks a party's (domain/place.ts). */
export function recordBy(by: Principal, type: string, data: object): NewRecord {
  const meta = { capturingParty: isAuthority(by) ? null : (by.party ?? null), admin: by.role === 'admin', keyId: by.keyId };
  return { id: randomUUID(), type, data: plain(data), meta };
}

/** Members that are undefined are not JSON. */
function plain(data: object): Json {
  return JSON.parse(JSON.stringify(data)) as Json;
}
