import { Database, type InputFault } from '@suyuan/platform';
import { Injectable } from '@nestjs/common';
import type { CaptureJob, ErrorBehaviour } from './capture-job';

interface JobRow {
  readonly number: number;
  readonly capture_id: string;
  readonly party: string | null;
  readonly created_at: Date;
  readonly finished_at: Date;
  readonly success: boolean;
  readonly behaviour: ErrorBehaviour;
  readonly accepted: number;
  readonly duplicates: number;
  readonly rejected: number;
  readonly position: number;
  readonly error_count: number;
  readonly errors: InputFault[];
}

/** Jobs on disk. `party` in the questions: undefined asks about everybody's, a key about that party's own. */
@Injectable()
export class CaptureJobs {
  constructor(private readonly database: Database) {}

  /** Durable when it resolves. */
  async record(job: CaptureJob): Promise<void> {
    await this.database.query(
      `INSERT INTO capture_job (capture_id, party, created_at, finished_at, success, behaviour, accepted, duplicates, rejected,
         position, error_count, errors)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
      [
        job.captureId,
        job.party,
        job.createdAt,
        job.finishedAt,
        job.success,
        job.behaviour,
        job.accepted,
        job.duplicates,
        job.rejected,
        job.position,
        job.errorCount,
        JSON.stringify(job.errors),
      ],
    );
  }

  async find(captureId: string, party: string | undefined): Promise<CaptureJob | undefined> {
    const [row] = await this.database.query<JobRow>(
      'SELECT * FROM capture_job WHERE capture_id = $1 AND ($2::text IS NULL OR party = $2)',
      [captureId, party ?? null],
    );
    return row === undefined ? undefined : toJob(row);
  }

  /** Newest first; `before` is the number that the last page ended with. */
  async list(
    party: string | undefined,
    limit: number,
    before: number | undefined,
  ): Promise<{ jobs: CaptureJob[]; next?: number }> {
    const rows = await this.database.query<JobRow>(
      `SELECT * FROM capture_job WHERE number < $1 AND ($2::text IS NULL OR party = $2) ORDER BY number DESC LIMIT $3`,
      [before ?? Number.MAX_SAFE_INTEGER, party ?? null, limit + 1],
    );
    const jobs = rows.slice(0, limit).map(toJob);
    const last = rows[limit - 1];
    return rows.length > limit && last !== undefined ? { jobs, next: last.number } : { jobs };
  }
}

function toJob(row: JobRow): CaptureJob {
  return {
    captureId: row.capture_id,
    party: row.party,
    createdAt: row.created_at,
    finishedAt: row.finished_at,
    success: row.success,
    behaviour: row.behaviour,
    accepted: row.accepted,
    duplicates: row.duplicates,
    rejected: row.rejected,
    position: row.position,
    errorCount: row.error_count,
    errors: row.errors,
  };
}
