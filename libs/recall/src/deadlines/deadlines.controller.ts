import { Controller, Get, Param } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Caller, Principal } from '@suyuan/access';
import { Clock } from '@suyuan/platform';
import { mayReadRecall, RecallReads } from '../http/recall-reads';
import { NextDue } from './next-due';

/** The clocks of the law on a recall. */
@ApiTags('recalls')
@Controller('api/v1/recalls')
export class DeadlinesController {
  constructor(
    private readonly reads: RecallReads,
    private readonly due: NextDue,
    private readonly clock: Clock,
  ) {}

  /**
   * `{items: [{key, regime, name, duty, anchor, limit, dueAt?, metAt?, status, overdue?, evidence, source, note?}]}`. `status`:
   * `waiting` for its anchor, `running`, `met`, `met_late`, `missed`; `overdue` where nothing here can tell whether it was done.
   */
  @Get(':id/deadlines')
  @ApiOperation({ summary: 'The clocks that run on a recall, by regime, with the source of each' })
  async deadlines(@Param('id') id: string, @Caller() caller: Principal): Promise<unknown> {
    const { state } = mayReadRecall(await this.reads.recall(id), caller);
    const now = this.clock.now();
    return {
      items: this.due.deadlines(state, now.toISOString()).map(({ limit, ...deadline }) => ({
        ...deadline,
        limit: `${limit.count} ${limit.unit}`,
        ...(deadline.dueAt === undefined
          ? {}
          : { overdue: deadline.metAt === undefined && Date.parse(deadline.dueAt) < now.getTime() }),
      })),
    };
  }
}
