export { RecallModule } from './recall.module';
export { recallMigrations } from './projection/recall.migrations';
export { rebuildRecalls } from './projection/rebuild';
export { checkMigrations } from './check/check.migrations';
export { CodeCheck } from './check/code-check';
export { type CheckAnswer } from './check/check-answer';
export { PublicRecalls, type PublicRecallView } from './http/public-recalls';
