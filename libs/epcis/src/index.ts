export * from './canonical-event';
