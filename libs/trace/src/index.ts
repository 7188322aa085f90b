export * from './domain';
export { TraceModule } from './trace.module';
export { TRACE_FOLLOWER } from './projection/trace-follower';
export { traceMigrations } from './projection/trace.migrations';
export type { HistoryEntry } from './domain/lineage/history';
export { TraceQueries } from './queries/trace-queries';
