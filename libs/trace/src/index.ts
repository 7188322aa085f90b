export * from './domain';
export { TraceModule } from './trace.module';
export { TRACE_FOLLOWER } from './projection/trace-follower';
export { traceMigrations } from './projection/trace.migrations';
export { TraceQueries } from './queries/trace-queries';
