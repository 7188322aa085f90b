export * from './messaging.port';
export { KafkaMessaging, type KafkaOptions } from './kafka/kafka-messaging.adapter';
export { InProcessMessaging } from './in-process/in-process-messaging.adapter';
