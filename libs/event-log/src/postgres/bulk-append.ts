import type { Database, Transaction } from '@suyuan/platform';
import type { BulkAppend, BulkResult, StagedRecord } from '../event-log';
import { judgeStaged, placeStaged } from './judge-staged';
import { type HeldHead, moveHead, takeHead } from './log-lock';
import { StagingTable } from './staging-table';

/** A bulk append whose records go from the staging table to the log in one statement. */
export class PostgresBulkAppend implements BulkAppend {
  private constructor(
    private readonly database: Database,
    private readonly staging: StagingTable,
  ) {}

  static async begin(database: Database): Promise<PostgresBulkAppend> {
    return new PostgresBulkAppend(database, await StagingTable.begin(database));
  }

  stage(records: readonly StagedRecord[]): Promise<void> {
    return this.staging.stage(records);
  }

  staged(ids: readonly string[]): Promise<Map<string, string>> {
    return this.staging.staged(ids);
  }

  async commit(options: { readonly skipConflicts?: boolean } = {}): Promise<BulkResult> {
    try {
      await this.staging.analyze();
      return await this.database.transaction((tx) => this.publish(tx, options.skipConflicts ?? false));
    } finally {
      await this.discard();
    }
  }

  discard(): Promise<void> {
    return this.staging.drop();
  }

  private async publish(tx: Transaction, skipConflicts: boolean): Promise<BulkResult> {
    // The long look-ups run before the lock; under it they are repeated only if somebody wrote one of our ids or streams.
    const [seen] = await tx.query<{ position: number }>('SELECT position FROM event_log_head');
    await placeStaged(tx, this.staging.name, 'event_log');
    const head = await takeHead(tx);
    if (await touchedSince(tx, seen?.position ?? 0, head)) {
      await tx.query('DROP TABLE staged_place');
      await placeStaged(tx, this.staging.name, 'event_log');
    }
    const result = await judgeStaged(tx, head, skipConflicts);
    if (result.kind === 'id-conflict' || result.appended === 0) return result;
    await tx.query(
      `INSERT INTO event_log (position, record_time, stream, version, id, type, content_hash, data, meta)
       SELECT $1::bigint + p.place, $2, s.stream, p.version, s.id, s.type, s.content_hash, s.data, s.meta
       FROM staged_place p JOIN ${this.staging.name} s ON s.ordinal = p.ordinal WHERE NOT p.duplicate ORDER BY p.place`,
      [head.position, head.recordTime],
    );
    await moveHead(tx, result.position, head.recordTime);
    return result;
  }
}

async function touchedSince(tx: Transaction, position: number, head: HeldHead): Promise<boolean> {
  if (head.position === position) return false;
  const [answer] = await tx.query<{ touched: boolean }>(
    `SELECT EXISTS (SELECT FROM event_log l WHERE l.position > $1
       AND (l.id IN (SELECT id FROM staged_place) OR l.stream IN (SELECT stream FROM staged_place))) AS touched`,
    [position],
  );
  return answer?.touched ?? true;
}
