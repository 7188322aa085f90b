import { Global, Logger, Module, OnModuleInit } from '@nestjs/common';
import { Directory } from '@suyuan/access';
import { EventLogPort } from '@suyuan/event-log';
import { DeliveryListener, NoticeDelivery, NoticeModule } from '@suyuan/notice';
import { Clock, Database, Progress, RunnerRegistry } from '@suyuan/platform';
import { TraceReader } from '@suyuan/trace';
import { RecallChanges } from './http/changes';
import { CheckModule } from './check/check.module';
import { NoticeView } from './http/notice-view';
import { NoticesController } from './http/notices.controller';
import { PublicRecalls } from './http/public-recalls';
import { PublicRecallsController } from './http/public-recalls.controller';
import { RecallCommands } from './http/recall-commands';
import { RecallReads } from './http/recall-reads';
import { RecallsController } from './http/recalls.controller';
import { SignalsController } from './http/signals.controller';
import { DeliveryNotes } from './processes/delivery-notes';
import { RecallProcess } from './processes/recall-process';
import { RecallStreams } from './processes/recall-streams';
import { RECALL_PROJECTION, RecallFollower } from './projection/recall-follower';

/** Recalls, their holders' tasks and notices, the check at the till. `TraceReader`, `Directory` and the platform come from global modules. */
@Global()
@Module({
  imports: [NoticeModule, CheckModule],
  controllers: [RecallsController, NoticesController, PublicRecallsController, SignalsController],
  providers: [
    RecallChanges,
    NoticeView,
    { provide: RecallStreams, inject: [EventLogPort], useFactory: (log: EventLogPort) => new RecallStreams(log) },
    { provide: RecallReads, inject: [Database], useFactory: (database: Database) => new RecallReads(database) },
    { provide: PublicRecalls, inject: [Database], useFactory: (database: Database) => new PublicRecalls(database) },
    {
      provide: RecallCommands,
      inject: [RecallStreams, RecallReads, Directory, TraceReader, Database, Progress, Clock],
      useFactory: (
        streams: RecallStreams,
        reads: RecallReads,
        directory: Directory,
        trace: TraceReader,
        database: Database,
        progress: Progress,
        clock: Clock,
      ) => new RecallCommands(streams, reads, directory, trace, database, progress, clock),
    },
    {
      provide: DeliveryListener,
      inject: [Database, RecallStreams],
      useFactory: (database: Database, streams: RecallStreams) => new DeliveryNotes(database, streams),
    },
    {
      provide: RecallFollower,
      inject: [EventLogPort, Database, Progress, RecallChanges],
      useFactory: (log: EventLogPort, database: Database, progress: Progress, changes: RecallChanges) =>
        new RecallFollower(
          log,
          database,
          progress,
          (error) => new Logger('RecallFollower').error(error),
          () => changes.tell(),
        ),
    },
    {
      provide: RecallProcess,
      inject: [EventLogPort, Database, Progress, Clock, TraceReader, RecallStreams, NoticeDelivery, NoticeView],
      useFactory: (
        log: EventLogPort,
        database: Database,
        progress: Progress,
        clock: Clock,
        trace: TraceReader,
        streams: RecallStreams,
        delivery: NoticeDelivery,
        notices: NoticeView,
      ) =>
        new RecallProcess(log, database, progress, clock, trace, streams, delivery, notices, (error) =>
          new Logger('RecallProcess').error(error),
        ),
    },
  ],
  exports: [CheckModule, PublicRecalls, DeliveryListener],
})
export class RecallModule implements OnModuleInit {
  constructor(
    private readonly runners: RunnerRegistry,
    private readonly follower: RecallFollower,
    private readonly process: RecallProcess,
    private readonly progress: Progress,
    private readonly changes: RecallChanges,
  ) {}

  onModuleInit(): void {
    // The read models may be kept by another process.
    this.progress.listen((follower) => {
      if (follower === RECALL_PROJECTION) this.changes.tell();
    });
    this.runners.add(this.follower);
    this.runners.add(this.process);
  }
}
