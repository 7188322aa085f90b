export { RecallModule } from './recall.module';
export { recallMigrations } from './projection/recall.migrations';
export { rebuildRecalls } from './projection/rebuild';
export { CodeCheck, type CheckAnswer } from './http/code-check';
export { PublicRecalls, type PublicRecallView } from './http/public-recalls';
