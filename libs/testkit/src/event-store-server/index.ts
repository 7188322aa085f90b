export { EventStoreServer, type EventStoreServerOptions } from './event-store-server';
