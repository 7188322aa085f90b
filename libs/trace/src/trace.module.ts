import { Global, Inject, Logger, Module, OnModuleDestroy, OnModuleInit } from '@nestjs/common';
import { PlaceOwnership } from '@suyuan/access';
import { EventLogPort, LogCovering } from '@suyuan/event-log';
import { Clock, Database, Progress, Runner, RunnerRegistry, Settings } from '@suyuan/platform';
import { ExceptionsController } from './http/exceptions.controller';
import { TraceAdminController } from './http/trace-admin.controller';
import { TraceController } from './http/trace.controller';
import { GraphProjection } from './projection/graph-projection';
import { GraphWork } from './projection/graph-work';
import { GraphRebuild } from './projection/rebuild';
import { TraceFollower } from './projection/trace-follower';
import { LIVE_SCHEMA } from './projection/trace.migrations';
import { ExceptionReader } from './queries/exception-reader';
import { GraphReader } from './queries/graph-reader';
import { PastGraphs } from './queries/past-graphs';
import { GraphTraceReader } from './queries/graph-trace-reader';
import { TraceQueries } from './queries/trace-queries';
import { FollowerThread } from './thread/follower-thread';
import { GraphWorkThread } from './thread/graph-work-thread';
import { ThreadOrder } from './thread/thread-messages';
import { TraceReader } from './domain/trace-reader';

/** What keeps the live graph up to date. */
const GRAPH_FOLLOWER = Symbol('graph follower');

/**
 * The work on the graph goes to threads wherever the log is the process's own to read. Records that come another way,
 * over messaging, come to this process's memory, and the graph is kept here.
 */
const ORDER = Symbol('order for graph threads');

/** The trace graph: its follower, its questions, and `TraceReader` for recalls. Place parties come from the global access module. */
@Global()
@Module({
  controllers: [TraceController, ExceptionsController, TraceAdminController],
  providers: [
    {
      provide: PastGraphs,
      inject: [Database, GraphWork],
      useFactory: (database: Database, work: GraphWork) =>
        new PastGraphs(database, work, (error) => new Logger('PastGraphs').error(error)),
    },
    {
      provide: GraphReader,
      inject: [Database, Clock, PastGraphs],
      useFactory: (database: Database, clock: Clock, past: PastGraphs) => new GraphReader(database, clock, LIVE_SCHEMA, past),
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
      provide: ORDER,
      inject: [Database, Settings, { token: LogCovering, optional: true }],
      useFactory: (
        { url, directUrl }: Database,
        { eventStoreUrl, logLevel }: Settings,
        covering?: LogCovering,
      ): Omit<ThreadOrder, 'task'> | null =>
        covering === undefined ? { databaseUrl: url, directUrl, eventStoreUrl, logLevel } : null,
    },
    {
      provide: GraphWork,
      inject: [ORDER, Database, EventLogPort, PlaceOwnership],
      useFactory: (
        order: Omit<ThreadOrder, 'task'> | null,
        database: Database,
        log: EventLogPort,
        owners: PlaceOwnership,
      ): GraphWork =>
        order === null ? new GraphRebuild(database, log, (position) => owners.claimsAt(position)) : new GraphWorkThread(order),
    },
    {
      provide: GRAPH_FOLLOWER,
      inject: [ORDER, EventLogPort, Database, Progress, Clock, PlaceOwnership],
      useFactory: (
        order: Omit<ThreadOrder, 'task'> | null,
        log: EventLogPort,
        database: Database,
        progress: Progress,
        clock: Clock,
        owners: PlaceOwnership,
      ): Runner => {
        const logger = new Logger('TraceFollower');
        const onError = (error: unknown): void => logger.error(error);
        if (order !== null) return new FollowerThread(order, progress, onError);
        const live = new GraphProjection(database, LIVE_SCHEMA);
        return new TraceFollower(log, live, progress, clock, (position) => owners.claimsAt(position), onError);
      },
    },
  ],
  exports: [TraceReader, TraceQueries],
})
export class TraceModule implements OnModuleInit, OnModuleDestroy {
  constructor(
    private readonly runners: RunnerRegistry,
    @Inject(GRAPH_FOLLOWER) private readonly follower: Runner,
    private readonly past: PastGraphs,
  ) {}

  async onModuleDestroy(): Promise<void> {
    await this.past.close();
  }

  onModuleInit(): void {
    this.runners.add(this.follower);
  }
}
