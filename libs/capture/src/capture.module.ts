import { Module } from '@nestjs/common';
import { Metrics } from '@suyuan/platform';
import { Registry } from 'prom-client';
import { CaptureCounts } from './capture-counts';
import { DocumentCapture } from './document/document-capture';
import { EventIndexFollower } from './event-index/event-index.follower';
import { EventReader } from './event-index/event-reader';
import { EventCapture } from './events/event-capture';
import { CaptureController } from './http/capture.controller';
import { EventsController } from './http/events.controller';
import { SimpleEventsController } from './http/simple-events.controller';
import { CaptureJobs } from './jobs/capture-jobs';
import { SimpleCapture } from './simple/simple-capture';

/** Left out where nobody scrapes: a test's own ground. */
const COUNTS = {
  provide: CaptureCounts,
  inject: [{ token: Metrics, optional: true }],
  useFactory: (metrics?: Metrics) => new CaptureCounts(metrics?.registry ?? new Registry()),
};

/**
 * Capture of EPCIS documents, single events and plain rows, and the index behind event queries. Needs, from global
 * modules: Database, Clock, Progress and RunnerRegistry of the platform, the EventLogPort, and access's guard, which puts
 * the caller on the request.
 */
@Module({
  controllers: [CaptureController, EventsController, SimpleEventsController],
  providers: [CaptureJobs, COUNTS, DocumentCapture, EventCapture, EventIndexFollower, EventReader, SimpleCapture],
})
export class CaptureModule {}
