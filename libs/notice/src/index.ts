export * from './notice-delivery';
