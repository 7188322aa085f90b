import { FollowUpModule } from './follow-up.module';
import { RecallModule } from './recall.module';
import { ReportsModule } from './reports.module';

/** Everything of recalls that one app takes in. */
export const RECALL_MODULES = [RecallModule, FollowUpModule, ReportsModule] as const;
