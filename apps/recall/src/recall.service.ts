import { ACCESS_FOLLOWER } from '@suyuan/access';
import { PagesModule } from '@suyuan/pages';
import {
  BLOCKLIST_PUBLISHER,
  CHECK_FOLLOWER,
  CheckModule,
  PERSONAL_DATA_EXPIRY,
  RECALL_DEADLINES,
  RECALL_PROCESS,
  RECALL_PROJECTION,
  RECALL_MODULES,
  RECALL_RECONCILIATION,
} from '@suyuan/recall';
import { PublicPagesBindings, Role, serviceGround } from '@suyuan/service';
import { TRACE_FOLLOWER, TraceModule } from '@suyuan/trace';
import { Module } from '@nestjs/common';

@Module({})
class RecallService {}

/** Recalls, the notices of their holders, the check at the till and the public pages; reads the graph that the trace service keeps. */
export const RECALL_SERVICE: Role = {
  name: 'recall',
  module: (parts) => ({
    module: RecallService,
    imports: [...serviceGround(parts), TraceModule, ...RECALL_MODULES, PublicPagesBindings, PagesModule],
  }),
  serves: [...RECALL_MODULES, CheckModule, PagesModule],
  runs: {
    [ACCESS_FOLLOWER]: 'each',
    [CHECK_FOLLOWER]: 'each',
    [BLOCKLIST_PUBLISHER]: 'one',
    [RECALL_PROJECTION]: 'one',
    [RECALL_PROCESS]: 'one',
    [RECALL_DEADLINES]: 'one',
    [RECALL_RECONCILIATION]: 'one',
    [PERSONAL_DATA_EXPIRY]: 'one',
  },
  needs: [ACCESS_FOLLOWER, CHECK_FOLLOWER, TRACE_FOLLOWER, RECALL_PROJECTION, RECALL_PROCESS],
};
