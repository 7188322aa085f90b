import type { Database } from '@suyuan/platform';
import { randomUUID } from 'node:crypto';
import type { BulkAppend, BulkConflict, BulkResult, StagedRecord } from '../event-log';
import { judgeStaged, placeStaged } from '../postgres/judge-staged';
import { StagingTable } from '../postgres/staging-table';
import { type BulkRule, type Member, toEvent } from './unit';
import type { Addressed, UnitWriter } from './unit-writer';

const PAGE_RECORDS = 500;
const CONFLICTS_LISTED_MAX = 1000;

interface StagedRow {
  readonly ordinal: number;
  readonly stream: string;
  readonly id: string;
  readonly type: string;
  readonly content_hash: string | null;
  readonly data: string;
  readonly meta: string;
}

/** A bulk append whose records wait in the database and go to the event store as one unit. */
export class BulkUnit implements BulkAppend {
  private constructor(
    private readonly database: Database,
    private readonly staging: StagingTable,
    private readonly writer: UnitWriter,
  ) {}

  static async begin(database: Database, writer: UnitWriter): Promise<BulkUnit> {
    return new BulkUnit(database, await StagingTable.begin(database), writer);
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
      const rule = options.skipConflicts === true ? 'skip' : 'refuse';
      const foreseen = await this.foresee(rule);
      if (foreseen.kind === 'id-conflict' || foreseen.appended === 0) return foreseen;
      return await this.combine(foreseen, await this.send(rule, foreseen.appended));
    } finally {
      await this.discard();
    }
  }

  async discard(): Promise<void> {
    await this.database.query(`DROP TABLE IF EXISTS ${this.fresh}`);
    await this.staging.drop();
  }

  /** Staged ordinals of the records that are sent, by their place in the unit. */
  private get fresh(): string {
    return `${this.staging.name}_fresh`;
  }

  /** By the index as it is now: what is there already is not sent. */
  private async foresee(rule: BulkRule): Promise<BulkResult> {
    return this.database.transaction(async (tx) => {
      await placeStaged(tx, this.staging.name, 'event_log_place');
      const [head] = await tx.query<{ position: number }>('SELECT position FROM event_log_head');
      const result = await judgeStaged(tx, head ?? { position: 0 }, rule === 'skip');
      await tx.query(
        `CREATE UNLOGGED TABLE ${this.fresh} AS SELECT place - 1 AS ordinal, ordinal AS staged FROM staged_place WHERE NOT duplicate`,
      );
      await tx.query(`CREATE UNIQUE INDEX ON ${this.fresh} (ordinal)`);
      return result;
    });
  }

  private async send(rule: BulkRule, count: number): Promise<BulkResult> {
    const unit = randomUUID();
    for (let first = 0; first < count; first += PAGE_RECORDS) {
      const rows = await this.database.query<StagedRow>(
        `SELECT f.ordinal, s.stream, s.id, s.type, s.content_hash, s.data::text AS data, s.meta::text AS meta
         FROM ${this.fresh} f JOIN ${this.staging.name} s ON s.ordinal = f.staged
         WHERE f.ordinal >= $1 AND f.ordinal < $2 ORDER BY f.ordinal`,
        [first, first + PAGE_RECORDS],
      );
      await this.writer.write(rows.map((row) => memberEvent(unit, row, count, rule)));
    }
    const verdict = await this.writer.verdict(unit);
    if (!('bulk' in verdict)) throw new Error('a bulk unit was judged as calls');
    return verdict.bulk;
  }

  /** What the index foresaw of the records that were not sent, and the verdict on those that were. */
  private async combine(foreseen: BulkResult, verdict: BulkResult): Promise<BulkResult> {
    const late = verdict.conflicts.map(({ ordinal }) => ordinal);
    const rows =
      late.length === 0
        ? []
        : await this.database.query<{ ordinal: number; staged: number }>(
            `SELECT ordinal, staged FROM ${this.fresh} WHERE ordinal = ANY($1::bigint[])`,
            [late],
          );
    const staged = new Map(rows.map((row) => [row.ordinal, row.staged]));
    const conflicts: BulkConflict[] = [
      ...foreseen.conflicts,
      ...verdict.conflicts.map(({ id, ordinal }) => ({ id, ordinal: staged.get(ordinal) ?? ordinal })),
    ];
    return {
      kind: verdict.kind,
      position: verdict.position,
      appended: verdict.appended,
      duplicates: foreseen.duplicates + verdict.duplicates,
      conflictCount: foreseen.conflictCount + verdict.conflictCount,
      conflicts: conflicts.sort((a, b) => a.ordinal - b.ordinal).slice(0, CONFLICTS_LISTED_MAX),
    };
  }
}

function memberEvent(unit: string, row: StagedRow, of: number, rule: BulkRule): Addressed {
  const member: Member = {
    unit,
    ordinal: row.ordinal,
    of,
    ...(row.ordinal === 0 ? { shape: { bulk: rule } } : {}),
    isBulk: true,
    stream: row.stream,
    id: row.id,
    ...(row.content_hash === null ? {} : { contentHash: row.content_hash }),
    sizeBytes: Buffer.byteLength(row.data),
  };
  return { stream: row.stream, event: toEvent(member, row) };
}
