import { Logger, Module, OnModuleInit } from '@nestjs/common';
import { Directory } from '@suyuan/access';
import { EventLogPort } from '@suyuan/event-log';
import { Clock, Database, Progress, RunnerRegistry } from '@suyuan/platform';
import { TraceReader } from '@suyuan/trace';
import { DrillsController } from './drills/drills.controller';
import { EffectivenessController } from './effectiveness/effectiveness.controller';
import { RecallReads } from './http/recall-reads';
import { Words } from './privacy/words';
import { DiscrepancyFollower } from './reconciliation/discrepancy-follower';
import { Reconciliation } from './reconciliation/reconciliation';
import { ReconciliationController } from './reconciliation/reconciliation.controller';

/** What follows the notices: do the figures close, did the holders act, and would they in earnest. Stands on the recall module. */
@Module({
  controllers: [ReconciliationController, EffectivenessController, DrillsController],
  providers: [
    {
      provide: Reconciliation,
      inject: [RecallReads, TraceReader, Directory],
      useFactory: (reads: RecallReads, trace: TraceReader, directory: Directory) => new Reconciliation(reads, trace, directory),
    },
    {
      provide: DiscrepancyFollower,
      inject: [EventLogPort, Database, Progress, Clock, Reconciliation, Words],
      useFactory: (
        log: EventLogPort,
        database: Database,
        progress: Progress,
        clock: Clock,
        reconciliation: Reconciliation,
        words: Words,
      ) =>
        new DiscrepancyFollower(log, database, progress, clock, reconciliation, words, (error) =>
          new Logger('DiscrepancyFollower').error(error),
        ),
    },
  ],
  exports: [Reconciliation],
})
export class FollowUpModule implements OnModuleInit {
  constructor(
    private readonly runners: RunnerRegistry,
    private readonly discrepancies: DiscrepancyFollower,
  ) {}

  onModuleInit(): void {
    this.runners.add(this.discrepancies);
  }
}
