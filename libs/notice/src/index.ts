export * from './notice-delivery';
export * from './notice.migrations';
export * from './notice.module';
export { EgressPolicy } from './egress-policy';
export { WEBHOOK_DISPATCHER } from './webhook-dispatcher';
