import { Logger, Module, OnModuleInit } from '@nestjs/common';
import { EventLogPort } from '@suyuan/event-log';
import { Clock, Database, Metrics, Progress, RunnerRegistry } from '@suyuan/platform';
import { TraceReader } from '@suyuan/trace';
import { BlocklistBuilder } from './blocklist-builder';
import { InstallationKey } from '../keys/installation-key';
import { BlocklistPublisher } from './blocklist-publisher';
import { BlocklistStore } from './blocklist-store';
import { BlocklistView } from './blocklist-view';
import { BlocklistController } from './blocklist.controller';
import { CheckFollower } from './check-follower';
import { measureChecks } from './check-metrics';
import { CheckIndex } from './check-index';
import { CheckController } from './check.controller';
import { CodeCheck } from './code-check';

/** The check at the till: an index in memory that follows the log, and the questions that only the graph can answer. */
@Module({
  controllers: [BlocklistController, CheckController],
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
    { provide: BlocklistStore, inject: [Database], useFactory: (database: Database) => new BlocklistStore(database) },
    { provide: InstallationKey, inject: [Database], useFactory: (database: Database) => new InstallationKey(database) },
    {
      provide: BlocklistView,
      inject: [BlocklistStore, InstallationKey],
      useFactory: (store: BlocklistStore, key: InstallationKey) => new BlocklistView(store, key),
    },
    {
      provide: BlocklistPublisher,
      inject: [CheckIndex, TraceReader, BlocklistStore, CheckFollower, Clock],
      useFactory: (index: CheckIndex, trace: TraceReader, store: BlocklistStore, follower: CheckFollower, clock: Clock) => {
        // Its own: thousands of lots to look at must not stand before a till's question.
        const check = new CodeCheck(index, trace, () => follower.state(), 1);
        return new BlocklistPublisher(new BlocklistBuilder(index, check, trace), store, follower, trace, clock, (error) =>
          new Logger('BlocklistPublisher').error(error),
        );
      },
    },
  ],
  exports: [CodeCheck, InstallationKey],
})
export class CheckModule implements OnModuleInit {
  constructor(
    private readonly runners: RunnerRegistry,
    private readonly follower: CheckFollower,
    private readonly lists: BlocklistPublisher,
    private readonly store: BlocklistStore,
    private readonly metrics: Metrics,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.runners.add(this.follower);
    this.runners.add(this.lists);
    measureChecks(this.metrics.registry, this.follower, this.store, this.clock);
  }
}
