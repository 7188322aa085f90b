export * from './notice-delivery';
export * from './notice.migrations';
export * from './notice.module';
export { NoticeDeliveries, type NoticeChannelDelivery } from './notice-deliveries';
export { WEBHOOK_DISPATCHER } from './notice-dispatchers';
