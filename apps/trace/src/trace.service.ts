import { ACCESS_FOLLOWER } from '@suyuan/access';
import { MovementsModule } from '@suyuan/recall';
import { Role, serviceGround } from '@suyuan/service';
import { TRACE_FOLLOWER, TraceModule } from '@suyuan/trace';
import { Module } from '@nestjs/common';

@Module({})
class TraceService {}

/** Keeps the graph and answers from it; `serve` and `follow` as its argument scale the two apart. */
export const TRACE_SERVICE: Role = {
  name: 'trace',
  module: (parts) => ({ module: TraceService, imports: [...serviceGround(parts), TraceModule, MovementsModule] }),
  serves: [TraceModule],
  runs: { [ACCESS_FOLLOWER]: 'each', [TRACE_FOLLOWER]: 'one' },
  needs: [ACCESS_FOLLOWER, TRACE_FOLLOWER],
};
