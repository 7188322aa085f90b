export * from './trace-reader';
