import { Module } from '@nestjs/common';
import { Directory } from '@suyuan/access';
import { EventLogPort } from '@suyuan/event-log';
import { NoticeDeliveries, NoticeModule } from '@suyuan/notice';
import { Clock, Database } from '@suyuan/platform';
import { TraceQueries, TraceReader } from '@suyuan/trace';
import { ArchiveController } from './archive/archive.controller';
import { RecallArchive } from './archive/recall-archive';
import { CheckModule } from './check/check.module';
import { NextDue } from './deadlines/next-due';
import { FollowUpModule } from './follow-up.module';
import { NoticeView } from './http/notice-view';
import { RecallReads } from './http/recall-reads';
import { InstallationKey } from './keys/installation-key';
import { Reconciliation } from './reconciliation/reconciliation';
import { Words } from './privacy/words';
import { RegimeBook } from './regimes/regime-book';
import { SortableSheet } from './reports/fsma204/sortable-sheet';
import { RecallReports } from './reports/recall-reports';
import { ReportsController } from './reports/reports.controller';

/** What leaves as paper: reports, feeds, and the whole case as evidence. Stands on the recall and the follow-up module. */
@Module({
  imports: [FollowUpModule, NoticeModule, CheckModule],
  controllers: [ReportsController, ArchiveController],
  providers: [
    {
      provide: RecallReports,
      inject: [RecallReads, Reconciliation, NextDue, Directory, EventLogPort, Database, Clock, Words],
      useFactory: (
        reads: RecallReads,
        reconciliation: Reconciliation,
        due: NextDue,
        directory: Directory,
        log: EventLogPort,
        database: Database,
        clock: Clock,
        words: Words,
      ) => new RecallReports(reads, reconciliation, due, directory, log, database, clock, words),
    },
    {
      provide: SortableSheet,
      inject: [TraceQueries, EventLogPort, Directory],
      useFactory: (trace: TraceQueries, log: EventLogPort, directory: Directory) => new SortableSheet(trace, log, directory),
    },
    {
      provide: RecallArchive,
      inject: [
        EventLogPort,
        RecallReads,
        TraceReader,
        RecallReports,
        NoticeView,
        NoticeDeliveries,
        RegimeBook,
        InstallationKey,
        Clock,
        Words,
      ],
      useFactory: (
        log: EventLogPort,
        reads: RecallReads,
        trace: TraceReader,
        reports: RecallReports,
        notices: NoticeView,
        deliveries: NoticeDeliveries,
        regimes: RegimeBook,
        key: InstallationKey,
        clock: Clock,
        words: Words,
      ) => new RecallArchive(log, reads, trace, reports, notices, deliveries, regimes, key, clock, words),
    },
  ],
})
export class ReportsModule {}
