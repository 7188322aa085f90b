import { FollowUpModule } from './follow-up.module';
import { MovementsModule } from './movements/movements.module';
import { RecallModule } from './recall.module';
import { ReportsModule } from './reports.module';

/** Everything of recalls that one app takes in. */
export const RECALL_MODULES = [RecallModule, MovementsModule, FollowUpModule, ReportsModule] as const;
