export * from './event-log';
export * from './event-log.port';
export * from './event-log.migrations';
export { EventLogHead } from './event-log-head';
export * from './event-log.module';
export * from './log-covering';
export { PostgresEventLog } from './postgres/postgres-event-log.adapter';
export { isLoggableKey } from './postgres/log-rows';
export { TracedEventLog } from './tracing/traced-event-log';
