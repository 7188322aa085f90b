export { RecallModule } from './recall.module';
export { recallMigrations } from './projection/recall.migrations';
export { rebuildRecalls } from './projection/rebuild';
export { checkMigrations } from './check/check.migrations';
export { CodeCheck } from './check/code-check';
export { type CheckAnswer } from './check/check-answer';
export { PublicRecalls, type PublicRecallView } from './http/public-recalls';
export { RECALL_PROJECTION } from './projection/recall-follower';
export { RECALL_PROCESS } from './processes/recall-process';
