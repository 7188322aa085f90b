import { ACCESS_FOLLOWER } from '@suyuan/access';
import { NoticeModule, WEBHOOK_DISPATCHER } from '@suyuan/notice';
import { RecallModule } from '@suyuan/recall';
import { Role, serviceGround } from '@suyuan/service';
import { TraceModule } from '@suyuan/trace';
import { Module } from '@nestjs/common';

@Module({})
class NotifyService {}

/** Brings notices to webhooks: any number of processes, each delivery under a lease of its own. */
export const NOTIFY_SERVICE: Role = {
  name: 'notify',
  module: (parts) => ({ module: NotifyService, imports: [...serviceGround(parts), TraceModule, RecallModule] }),
  serves: [NoticeModule],
  runs: { [ACCESS_FOLLOWER]: 'each', [WEBHOOK_DISPATCHER]: 'each' },
  needs: [ACCESS_FOLLOWER],
};
