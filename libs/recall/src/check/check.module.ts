import { Logger, Module, OnModuleInit } from '@nestjs/common';
import { EventLogPort } from '@suyuan/event-log';
import { Clock, Database, Progress, RunnerRegistry } from '@suyuan/platform';
import { TraceReader } from '@suyuan/trace';
import { CheckFollower } from './check-follower';
import { CheckIndex } from './check-index';
import { CheckController } from './check.controller';
import { CodeCheck } from './code-check';

/** The check at the till: an index in memory that follows the log, and the questions that only the graph can answer. */
@Module({
  controllers: [CheckController],
  providers: [
    { provide: CheckIndex, useFactory: () => new CheckIndex() },
    {
      provide: CheckFollower,
      inject: [EventLogPort, Database, Progress, Clock, CheckIndex],
      useFactory: (log: EventLogPort, database: Database, progress: Progress, clock: Clock, index: CheckIndex) =>
        new CheckFollower(log, database, progress, clock, index, (error) => new Logger('CheckFollower').error(error)),
    },
    {
      provide: CodeCheck,
      inject: [CheckIndex, TraceReader, CheckFollower],
      useFactory: (index: CheckIndex, trace: TraceReader, follower: CheckFollower) =>
        new CodeCheck(index, trace, () => follower.state()),
    },
  ],
  exports: [CodeCheck],
})
export class CheckModule implements OnModuleInit {
  constructor(
    private readonly runners: RunnerRegistry,
    private readonly follower: CheckFollower,
  ) {}

  onModuleInit(): void {
    this.runners.add(this.follower);
  }
}
