export * from './trace-reader';
export { TraceModule } from './trace.module';
export { TRACE_FOLLOWER } from './projection/trace-follower';
export { traceMigrations } from './projection/trace.migrations';
export { timeToMicros, microsToTime } from './domain/facts/time';
export { lotPatternMatches } from './domain/lineage/scope-selection';
export { TraceQueries } from './queries/trace-queries';
