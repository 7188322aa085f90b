import { Transaction } from '@suyuan/platform';
import { HolderTaskState, stateName } from '../domain/holder-task.state';
import { ScopeResolved } from '../domain/recall.events';
import { RecallState } from '../domain/recall.state';

interface RecallRow {
  readonly state: RecallState | undefined;
  readonly position: number;
  /** Of this batch; the stored one stays when undefined. */
  readonly resolution?: ScopeResolved | undefined;
  readonly nextAt?: string | undefined;
}

interface TaskRow {
  readonly state: HolderTaskState | undefined;
  /** Log position of the newest record folded in. */
  readonly position: number;
  /** Stream version of that record. */
  readonly version: number;
  /** Log position of the newest notice. */
  readonly issued: number | undefined;
  readonly nextAt?: string | undefined;
}

/** Rows of `recall_recall` that a batch touches: locked and read at once, written at once. */
export class RecallRows {
  private readonly rows = new Map<string, RecallRow>();
  private readonly changed = new Set<string>();

  constructor(private readonly tx: Transaction) {}

  async load(ids: readonly string[]): Promise<void> {
    const wanted = [...new Set(ids)].sort();
    if (wanted.length === 0) return;
    const rows = await this.tx.query<{ id: string; state: RecallState; position: number }>(
      'SELECT id, state, position FROM recall_recall WHERE id = ANY($1::text[]) ORDER BY id FOR UPDATE',
      [wanted],
    );
    for (const { id, ...row } of rows) this.rows.set(id, row);
  }

  at(id: string): RecallRow {
    return this.rows.get(id) ?? { state: undefined, position: 0 };
  }

  put(id: string, row: RecallRow & { readonly state: RecallState }): void {
    const resolution = row.resolution ?? this.at(id).resolution;
    this.rows.set(id, { ...row, resolution });
    this.changed.add(id);
  }

  async write(): Promise<void> {
    const rows = [...this.changed].flatMap((id) => {
      const row = this.at(id);
      return row.state === undefined ? [] : [{ ...row, id, state: row.state }];
    });
    if (rows.length === 0) return;
    await this.tx.query(
      `INSERT INTO recall_recall (id, state, resolution, phase, mode, decided_at, position, next_at)
       SELECT * FROM unnest($1::text[], $2::jsonb[], $3::jsonb[], $4::text[], $5::text[], $6::timestamptz[], $7::bigint[], $8::timestamptz[])
       ON CONFLICT (id) DO UPDATE SET state = excluded.state, resolution = coalesce(excluded.resolution, recall_recall.resolution),
         phase = excluded.phase, position = excluded.position, next_at = excluded.next_at`,
      [
        rows.map(({ id }) => id),
        rows.map(({ state }) => JSON.stringify(state)),
        rows.map(({ resolution }) => (resolution === undefined ? null : JSON.stringify(resolution))),
        rows.map(({ state }) => state.phase),
        rows.map(({ state }) => state.mode),
        rows.map(({ state }) => state.decidedAt),
        rows.map(({ position }) => position),
        rows.map(({ nextAt }) => nextAt ?? null),
      ],
    );
  }
}

/** Rows of `recall_task` that a batch touches: locked and read at once, written at once. */
export class TaskRows {
  private readonly rows = new Map<string, TaskRow>();
  private readonly changed = new Map<string, { readonly recallId: string; readonly party: string }>();

  constructor(private readonly tx: Transaction) {}

  async load(tasks: readonly { readonly recallId: string; readonly party: string }[]): Promise<void> {
    const wanted = [...new Map(tasks.map((task) => [nameOf(task.recallId, task.party), task])).values()];
    if (wanted.length === 0) return;
    const rows = await this.tx.query<{
      recall_id: string;
      party: string;
      state: HolderTaskState;
      position: number;
      version: number;
      issued_position: number;
    }>(
      `SELECT t.recall_id, t.party, t.state, t.position, t.version, t.issued_position FROM recall_task t
         JOIN unnest($1::text[], $2::text[]) AS wanted (recall_id, party) USING (recall_id, party)
        ORDER BY t.notice_id FOR UPDATE OF t`,
      [wanted.map(({ recallId }) => recallId), wanted.map(({ party }) => party)],
    );
    for (const { recall_id, party, state, position, version, issued_position } of rows)
      this.rows.set(nameOf(recall_id, party), { state, position, version, issued: issued_position });
  }

  at(recallId: string, party: string): TaskRow {
    return this.rows.get(nameOf(recallId, party)) ?? { state: undefined, position: 0, version: -1, issued: undefined };
  }

  put(recallId: string, party: string, row: TaskRow & { readonly state: HolderTaskState }): void {
    this.rows.set(nameOf(recallId, party), row);
    this.changed.set(nameOf(recallId, party), { recallId, party });
  }

  async write(): Promise<void> {
    const rows = [...this.changed.values()].flatMap(({ recallId, party }) => {
      const row = this.at(recallId, party);
      return row.state === undefined ? [] : [{ ...row, recallId, party, state: row.state }];
    });
    if (rows.length === 0) return;
    await this.tx.query(
      `INSERT INTO recall_task (notice_id, recall_id, party, state, name, issued_position, position, version, next_at)
       SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::jsonb[], $5::text[], $6::bigint[], $7::bigint[], $8::int[], $9::timestamptz[])
       ON CONFLICT (notice_id) DO UPDATE SET state = excluded.state, name = excluded.name, issued_position = excluded.issued_position,
         position = excluded.position, version = excluded.version, next_at = excluded.next_at`,
      [
        rows.map(({ state }) => state.noticeId),
        rows.map(({ recallId }) => recallId),
        rows.map(({ party }) => party),
        rows.map(({ state }) => JSON.stringify(state)),
        rows.map(({ state }) => stateName(state)),
        rows.map(({ issued, position }) => issued ?? position),
        rows.map(({ position }) => position),
        rows.map(({ version }) => version),
        rows.map(({ nextAt }) => nextAt ?? null),
      ],
    );
  }
}

const nameOf = (recallId: string, party: string): string => `${recallId}\n${party}`;
