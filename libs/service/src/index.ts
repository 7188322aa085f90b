export * from './role';
export { PublicPagesBindings } from './bindings/public-pages.bindings';
export { LogHeadBinding } from './bindings/log-head.binding';
export { runService } from './start/run-service';
export { startService, type Service } from './start/start-service';
export { openStorage } from './start/storage';
export { ENTITIES, MIGRATIONS } from './start/schema';
export { serviceGround } from './service-ground';
export { serving } from './serving';
