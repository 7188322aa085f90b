import { Global, Logger, Module, OnModuleInit } from '@nestjs/common';
import { CommandBus, CqrsModule } from '@nestjs/cqrs';
import { Directory } from '@suyuan/access';
import { EventLogPort } from '@suyuan/event-log';
import { DeliveryListener, NoticeDelivery, NoticeModule } from '@suyuan/notice';
import { Clock, Database, Metrics, Progress, RunnerRegistry, Settings } from '@suyuan/platform';
import { TraceReader } from '@suyuan/trace';
import { CommandCounts } from './commands/command-counts';
import { ChangeHolderTaskHandler, ChangeRecallHandler } from './commands/command-handlers';
import { DeadlineRunner } from './deadlines/deadline-runner';
import { DeadlinesController } from './deadlines/deadlines.controller';
import { DueRenewal } from './deadlines/due-renewal';
import { NextDue } from './deadlines/next-due';
import { RecallChanges } from './http/changes';
import { CheckModule } from './check/check.module';
import { HolderTasksController } from './http/holder-tasks.controller';
import { NoticeView } from './http/notice-view';
import { NoticesController } from './http/notices.controller';
import { PublicRecalls } from './http/public-recalls';
import { PublicRecallsController } from './http/public-recalls.controller';
import { RecallCommands } from './http/recall-commands';
import { RecallReads } from './http/recall-reads';
import { RecallsController } from './http/recalls.controller';
import { ScopeVersionsController } from './http/scope-versions.controller';
import { SignalsController } from './http/signals.controller';
import { DeliveryNotes } from './processes/delivery-notes';
import { Investigations } from './investigations/investigations';
import { InvestigationsController } from './investigations/investigations.controller';
import { Erasure } from './privacy/erasure';
import { PersonalData } from './privacy/personal-data';
import { PersonalDataController } from './privacy/personal-data.controller';
import { Words } from './privacy/words';
import { HolderResolution } from './processes/holder-resolution';
import { NoticeOutbox } from './processes/notice-outbox';
import { RecallProcess } from './processes/recall-process';
import { RecallStreams } from './processes/recall-streams';
import { TaskBatch } from './processes/task-batch';
import { measureRecalls } from './recall-metrics';
import { RECALL_PROJECTION, RecallFollower } from './projection/recall-follower';
import { RecallProjector } from './projection/recall.projector';
import { RegimesController } from './regimes/regimes.controller';
import { RegimeBook } from './regimes/regime-book';
import { regimesFor } from './regimes/regimes-for';

/** Recalls, their holders' tasks and notices, the check at the till. `TraceReader`, `Directory` and the platform come from global modules. */
@Global()
@Module({
  imports: [NoticeModule, CheckModule, CqrsModule],
  controllers: [
    DeadlinesController,
    InvestigationsController,
    PersonalDataController,
    HolderTasksController,
    RegimesController,
    ScopeVersionsController,
    RecallsController,
    NoticesController,
    PublicRecallsController,
    SignalsController,
  ],
  providers: [
    CommandCounts,
    ChangeRecallHandler,
    ChangeHolderTaskHandler,
    RecallChanges,
    {
      provide: RegimeBook,
      inject: [Settings],
      useFactory: (settings: Settings) => regimesFor(settings),
    },
    { provide: NextDue, inject: [RegimeBook], useFactory: (regimes: RegimeBook) => new NextDue(regimes, regimes.add) },
    { provide: NoticeView, inject: [RegimeBook], useFactory: (regimes: RegimeBook) => new NoticeView(regimes) },
    { provide: RecallProjector, inject: [NextDue], useFactory: (due: NextDue) => new RecallProjector(due) },
    {
      provide: TaskBatch,
      inject: [EventLogPort, Database, RecallStreams],
      useFactory: (log: EventLogPort, database: Database, streams: RecallStreams) => new TaskBatch(log, database, streams),
    },
    { provide: Words, inject: [Database], useFactory: (database: Database) => new Words(database) },
    {
      provide: RecallStreams,
      inject: [EventLogPort, Words],
      useFactory: (log: EventLogPort, words: Words) => new RecallStreams(log, words),
    },
    { provide: PersonalData, inject: [Database], useFactory: (database: Database) => new PersonalData(database) },
    {
      provide: Erasure,
      inject: [Database, EventLogPort, Clock, Words],
      useFactory: (database: Database, log: EventLogPort, clock: Clock, words: Words) =>
        new Erasure(database, log, clock, words, (error) => new Logger('Erasure').error(error)),
    },
    {
      provide: RecallReads,
      inject: [Database, PersonalData, Words],
      useFactory: (database: Database, personal: PersonalData, words: Words) => new RecallReads(database, personal, words),
    },
    {
      provide: PublicRecalls,
      inject: [Database, PersonalData],
      useFactory: (database: Database, personal: PersonalData) => new PublicRecalls(database, personal),
    },
    {
      provide: Investigations,
      inject: [EventLogPort, Database, Directory, Clock, Words, RegimeBook],
      useFactory: (
        log: EventLogPort,
        database: Database,
        directory: Directory,
        clock: Clock,
        words: Words,
        regimes: RegimeBook,
      ) => new Investigations(log, database, directory, clock, words, regimes),
    },
    {
      provide: RecallCommands,
      inject: [
        ...[CommandBus, RecallStreams, RecallReads, Directory, TraceReader, Progress, Clock],
        ...[RegimeBook, Investigations, PersonalData],
      ],
      useFactory: (
        bus: CommandBus,
        streams: RecallStreams,
        reads: RecallReads,
        directory: Directory,
        trace: TraceReader,
        progress: Progress,
        clock: Clock,
        regimes: RegimeBook,
        investigations: Investigations,
        personal: PersonalData,
      ) => new RecallCommands(bus, streams, reads, directory, trace, progress, clock, regimes, investigations, personal),
    },
    {
      provide: DeliveryListener,
      inject: [Database, RecallStreams],
      useFactory: (database: Database, streams: RecallStreams) => new DeliveryNotes(database, streams),
    },
    {
      provide: RecallFollower,
      inject: [EventLogPort, Database, Progress, RecallProjector, RecallChanges],
      useFactory: (
        log: EventLogPort,
        database: Database,
        progress: Progress,
        projector: RecallProjector,
        changes: RecallChanges,
      ) =>
        new RecallFollower(
          log,
          database,
          progress,
          projector,
          (error) => new Logger('RecallFollower').error(error),
          () => changes.tell(),
        ),
    },
    {
      provide: HolderResolution,
      inject: [Database, Clock, TraceReader, RecallStreams, TaskBatch, RegimeBook],
      useFactory: (
        database: Database,
        clock: Clock,
        trace: TraceReader,
        streams: RecallStreams,
        tasks: TaskBatch,
        regimes: RegimeBook,
      ) => new HolderResolution(database, clock, trace, streams, tasks, regimes),
    },
    {
      provide: NoticeOutbox,
      inject: [Database, NoticeDelivery, NoticeView, PersonalData],
      useFactory: (database: Database, delivery: NoticeDelivery, notices: NoticeView, personal: PersonalData) =>
        new NoticeOutbox(database, delivery, notices, personal),
    },
    {
      provide: RecallProcess,
      inject: [EventLogPort, Database, Progress, TraceReader, HolderResolution, NoticeOutbox, Investigations],
      useFactory: (
        log: EventLogPort,
        database: Database,
        progress: Progress,
        trace: TraceReader,
        holders: HolderResolution,
        outbox: NoticeOutbox,
        investigations: Investigations,
      ) =>
        new RecallProcess(log, database, progress, trace, holders, outbox, investigations, (error) =>
          new Logger('RecallProcess').error(error),
        ),
    },
    {
      provide: DeadlineRunner,
      inject: [Database, Progress, Clock, RecallStreams, TaskBatch, NextDue, RegimeBook],
      useFactory: (
        database: Database,
        progress: Progress,
        clock: Clock,
        streams: RecallStreams,
        tasks: TaskBatch,
        due: NextDue,
        regimes: RegimeBook,
      ) => {
        const renewal = new DueRenewal(database, due, regimes);
        const fail = (error: unknown): void => new Logger('DeadlineRunner').error(error);
        return new DeadlineRunner(database, progress, clock, streams, tasks, due, renewal, fail);
      },
    },
  ],
  exports: [
    CheckModule,
    PublicRecalls,
    DeliveryListener,
    RecallReads,
    RecallCommands,
    RecallStreams,
    RegimeBook,
    NextDue,
    NoticeView,
    PersonalData,
    Words,
  ],
})
export class RecallModule implements OnModuleInit {
  constructor(
    private readonly runners: RunnerRegistry,
    private readonly follower: RecallFollower,
    private readonly process: RecallProcess,
    private readonly deadlines: DeadlineRunner,
    private readonly erasure: Erasure,
    private readonly progress: Progress,
    private readonly changes: RecallChanges,
    private readonly metrics: Metrics,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    // The read models may be kept by another process.
    this.progress.listen((follower) => {
      if (follower === RECALL_PROJECTION) this.changes.tell();
    });
    this.runners.add(this.follower);
    this.runners.add(this.process);
    this.runners.add(this.deadlines);
    this.runners.add(this.erasure);
    measureRecalls(this.metrics.registry, this.database, this.clock);
  }
}
