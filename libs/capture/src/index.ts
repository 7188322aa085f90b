export * from './events/captured-record';
export * from './capture.migrations';
export * from './capture.module';
export { EVENT_INDEX_FOLLOWER } from './event-index/event-index.follower';
