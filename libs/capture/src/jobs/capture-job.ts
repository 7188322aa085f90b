import type { InputFault } from '@suyuan/platform';

/** `GS1-Capture-Error-Behaviour`: all or nothing, or keep what is good (EPCIS 2.0, 8.2.8). */
export type ErrorBehaviour = 'rollback' | 'proceed';

/** Faults listed one by one in a job or a refusal; beyond that they are counted. */
export const FAULTS_LISTED_MAX = 200;

/** Outcome of one capture call, for ever. A job is written when its outcome is durable, so it never runs. */
export interface CaptureJob {
  readonly captureId: string;
  /** `417/…` of the capturing operator; null for administrators and regulators. */
  readonly party: string | null;
  readonly createdAt: Date;
  readonly finishedAt: Date;
  readonly success: boolean;
  readonly behaviour: ErrorBehaviour;
  /** Events newly in the log. */
  readonly accepted: number;
  /** Events that were there before, or twice in the document. */
  readonly duplicates: number;
  readonly rejected: number;
  /** Log position from which everything accepted or repeated is visible; 0 when nothing was stored. */
  readonly position: number;
  readonly errorCount: number;
  /** The first `FAULTS_LISTED_MAX`. */
  readonly errors: readonly InputFault[];
}

/** The job as the binding shows it (EPCIS 2.0, 8.2.8), with our figures beside it. */
export function jobBody(job: CaptureJob): Record<string, unknown> {
  return {
    captureID: job.captureId,
    createdAt: job.createdAt.toISOString(),
    finishedAt: job.finishedAt.toISOString(),
    running: false,
    success: job.success,
    captureErrorBehaviour: job.behaviour,
    errors: job.errors.map((fault) => ({
      type:
        fault.rule === 'capture/id-conflict'
          ? 'epcisException:ResourceAlreadyExistsException'
          : 'epcisException:ValidationException',
      title: fault.message,
      ...fault,
    })),
    ...(job.errorCount > job.errors.length ? { errorsNotListed: job.errorCount - job.errors.length } : {}),
    accepted: job.accepted,
    duplicates: job.duplicates,
    rejected: job.rejected,
    position: job.position,
  };
}
