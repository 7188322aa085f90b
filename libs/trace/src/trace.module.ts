import { Global, Logger, Module, OnModuleInit } from '@nestjs/common';
import { PlaceOwnership } from '@suyuan/access';
import { EventLogPort } from '@suyuan/event-log';
import { Clock, Database, Progress, RunnerRegistry } from '@suyuan/platform';
import { ExceptionsController } from './http/exceptions.controller';
import { TraceAdminController } from './http/trace-admin.controller';
import { TraceController } from './http/trace.controller';
import { GraphProjection } from './projection/graph-projection';
import { GraphRebuild } from './projection/rebuild';
import { TraceFollower } from './projection/trace-follower';
import { LIVE_SCHEMA } from './projection/trace.migrations';
import { ExceptionReader } from './queries/exception-reader';
import { GraphReader } from './queries/graph-reader';
import { GraphTraceReader } from './queries/graph-trace-reader';
import { TraceQueries } from './queries/trace-queries';
import { TraceReader } from './domain/trace-reader';

/** The trace graph: its follower, its questions, and `TraceReader` for recalls. Place parties come from the global access module. */
@Global()
@Module({
  controllers: [TraceController, ExceptionsController, TraceAdminController],
  providers: [
    {
      provide: GraphReader,
      inject: [Database, Clock],
      useFactory: (database: Database, clock: Clock) => new GraphReader(database, clock, LIVE_SCHEMA),
    },
    { provide: TraceQueries, inject: [GraphReader], useFactory: (graph: GraphReader) => new TraceQueries(graph) },
    {
      provide: TraceReader,
      inject: [Database, GraphReader],
      useFactory: (database: Database, graph: GraphReader) => new GraphTraceReader(database, graph),
    },
    {
      provide: ExceptionReader,
      inject: [Database],
      useFactory: (database: Database) => new ExceptionReader(database, LIVE_SCHEMA),
    },
    {
      provide: GraphRebuild,
      inject: [Database, EventLogPort, PlaceOwnership],
      useFactory: (database: Database, log: EventLogPort, owners: PlaceOwnership) =>
        new GraphRebuild(database, log, (position) => owners.claimsAt(position)),
    },
    {
      provide: TraceFollower,
      inject: [EventLogPort, Database, Progress, Clock, PlaceOwnership],
      useFactory: (log: EventLogPort, database: Database, progress: Progress, clock: Clock, owners: PlaceOwnership) =>
        new TraceFollower(
          log,
          new GraphProjection(database, LIVE_SCHEMA),
          progress,
          clock,
          (position) => owners.claimsAt(position),
          (error) => new Logger('TraceFollower').error(error),
        ),
    },
  ],
  exports: [TraceReader, TraceQueries],
})
export class TraceModule implements OnModuleInit {
  constructor(
    private readonly runners: RunnerRegistry,
    private readonly follower: TraceFollower,
  ) {}

  onModuleInit(): void {
    this.runners.add(this.follower);
  }
}
