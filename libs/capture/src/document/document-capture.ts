import type { Principal } from '@suyuan/access';
import { EventLogPort } from '@suyuan/event-log';
import { Clock, Problem } from '@suyuan/platform';
import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { CaptureCounts } from '../capture-counts';
import type { CaptureJob, ErrorBehaviour } from '../jobs/capture-job';
import { CaptureJobs } from '../jobs/capture-jobs';
import { originOf } from '../events/origin';
import { CAPTURE_BYTES_MAX, CAPTURE_EVENTS_MAX } from './capture-limits';
import { DocumentRun } from './document-run';
import { FaultList } from './fault-list';
import { Intake, type IntakeResult } from './intake';
import { MalformedDocument } from './malformed-document';

/** What became of a document; `refusal` where nothing of it was stored. */
export interface CaptureOutcome {
  readonly job: CaptureJob;
  readonly refusal?: 'invalid' | 'conflict';
}

/** Captures EPCIS documents as they stream in (EPCIS 2.0, 8.2.7). */
@Injectable()
export class DocumentCapture {
  constructor(
    private readonly log: EventLogPort,
    private readonly jobs: CaptureJobs,
    private readonly clock: Clock,
    private readonly counts: CaptureCounts,
  ) {}

  /**
   * Resolves when the outcome is durable, the job with it. Throws a 413 Problem for a document beyond the limits; a body
   * that breaks off throws as its stream does, and nothing is stored.
   */
  async capture(body: AsyncIterable<Uint8Array>, principal: Principal, behaviour: ErrorBehaviour): Promise<CaptureOutcome> {
    const createdAt = this.clock.now();
    const captureId = randomUUID();
    const faults = new FaultList();
    const intake = new Intake(this.log, behaviour, faults);
    const run = new DocumentRun(intake, faults, behaviour, { ...originOf(principal), captureId });
    let result: IntakeResult | undefined;
    let malformed = false;
    try {
      await readAll(body, run);
      result = await run.finish();
    } catch (error) {
      if (!(error instanceof MalformedDocument)) throw error;
      malformed = true;
      faults.add({ pointer: error.pointer, rule: error.rule, message: error.message });
    } finally {
      await Promise.all([intake.discard(), run.discard()]);
    }
    const job: CaptureJob = {
      captureId,
      party: originOf(principal).capturingParty,
      createdAt,
      finishedAt: this.clock.now(),
      success: faults.count === 0,
      behaviour,
      accepted: result?.accepted ?? 0,
      duplicates: result?.duplicates ?? 0,
      rejected: result === undefined ? run.events : run.invalidEvents + result.conflicts,
      position: result?.position ?? 0,
      errorCount: faults.count,
      errors: faults.listed,
    };
    await this.jobs.record(job);
    this.counts.count('document', { captured: job.accepted, duplicate: job.duplicates, refused: job.rejected });
    if (result !== undefined) return { job };
    const onlyConflicts = !malformed && faults.listed.every((fault) => fault.rule === 'capture/id-conflict');
    return { job, refusal: onlyConflicts ? 'conflict' : 'invalid' };
  }
}

async function readAll(body: AsyncIterable<Uint8Array>, run: DocumentRun): Promise<void> {
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > CAPTURE_BYTES_MAX) throw tooLarge(`a document has at most ${CAPTURE_BYTES_MAX} bytes`);
    await run.read(chunk);
    if (run.events > CAPTURE_EVENTS_MAX) throw tooLarge(`a document has at most ${CAPTURE_EVENTS_MAX} events`);
  }
}

function tooLarge(detail: string): Problem {
  return new Problem(413, 'epcisException:CaptureLimitExceededException', 'Document too large', detail, undefined, {
    'GS1-EPCIS-Capture-Limit': String(CAPTURE_EVENTS_MAX),
    'GS1-EPCIS-Capture-File-Size-Limit': String(CAPTURE_BYTES_MAX),
  });
}
