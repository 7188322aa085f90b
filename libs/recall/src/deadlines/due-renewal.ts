import { Database } from '@suyuan/platform';
import { HolderTaskState } from '../domain/holder-task.state';
import { RecallState } from '../domain/recall.state';
import { RegimeBook } from '../regimes/regime-book';
import { NextDue } from './next-due';

const RECALLS_AT_ONCE = 100;
const TASKS_AT_ONCE = 500;

interface Due {
  readonly id: string;
  readonly position: number;
  readonly nextAt: string | undefined;
}

/**
 * When a recall has to be looked at next stands in its row, by the profiles of the day it was written. Where a process starts
 * with others (a law changed, a year of holidays came) the rows are worked out anew: a clock that became shorter would else
 * pass unseen, one that became longer would be looked at for ever. Safe to run twice and beside the projection: a row that
 * moved on meanwhile is left alone.
 */
export class DueRenewal {
  constructor(
    private readonly database: Database,
    private readonly due: NextDue,
    private readonly regimes: RegimeBook,
  ) {}

  /** @returns how many recalls were worked out anew; 0 where the profiles are those of the last start */
  async run(): Promise<number> {
    const print = this.regimes.print();
    const [known] = await this.database.query<{ print: string }>('SELECT print FROM recall_profiles');
    if (known?.print === print) return 0;
    let done = 0;
    for (let after = ''; ;) {
      const recalls = await this.database.query<{ id: string; position: number; state: RecallState }>(
        'SELECT id, position, state FROM recall_recall WHERE id > $1 ORDER BY id LIMIT $2',
        [after, RECALLS_AT_ONCE],
      );
      const last = recalls[recalls.length - 1];
      if (last === undefined) break;
      after = last.id;
      done += recalls.length;
      await this.write(
        'recall_recall',
        'id',
        recalls.map(({ id, position, state }) => ({ id, position, nextAt: this.due.ofRecall(state) })),
      );
      for (const { id, state } of recalls) await this.renewTasks(id, state);
    }
    // Last, so that a process that dies before begins again.
    await this.database.query(
      'INSERT INTO recall_profiles (print) VALUES ($1) ON CONFLICT (one) DO UPDATE SET print = excluded.print',
      [print],
    );
    return done;
  }

  private async renewTasks(recallId: string, recall: RecallState): Promise<void> {
    for (let after = ''; ;) {
      const tasks = await this.database.query<{ notice_id: string; party: string; position: number; state: HolderTaskState }>(
        'SELECT notice_id, party, position, state FROM recall_task WHERE recall_id = $1 AND party > $2 ORDER BY party LIMIT $3',
        [recallId, after, TASKS_AT_ONCE],
      );
      const last = tasks[tasks.length - 1];
      if (last === undefined) return;
      after = last.party;
      await this.write(
        'recall_task',
        'notice_id',
        tasks.map(({ notice_id: id, position, state }) => ({ id, position, nextAt: this.due.ofTask(state, recall) })),
      );
    }
  }

  private async write(table: 'recall_recall' | 'recall_task', key: 'id' | 'notice_id', rows: readonly Due[]): Promise<void> {
    await this.database.query(
      `UPDATE ${table} AS row SET next_at = due.next_at
         FROM unnest($1::text[], $2::bigint[], $3::timestamptz[]) AS due (id, position, next_at)
        WHERE row.${key} = due.id AND row.position = due.position AND row.next_at IS DISTINCT FROM due.next_at`,
      [rows.map(({ id }) => id), rows.map(({ position }) => position), rows.map(({ nextAt }) => nextAt ?? null)],
    );
  }
}
