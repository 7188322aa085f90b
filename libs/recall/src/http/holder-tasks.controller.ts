import { Body, Controller, Get, HttpCode, Param, Post, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Caller, isAuthority, Principal, Roles } from '@suyuan/access';
import { toUri } from '@suyuan/gs1';
import { Clock, Problem, setPosition } from '@suyuan/platform';
import { HoldingProof, TraceReader } from '@suyuan/trace';
import { ChangeHolderTask } from '../commands/commands';
import { stateName } from '../domain/holder-task.state';
import { RecallCommands } from './recall-commands';
import { mayReadRecall, RecallReads } from './recall-reads';
import { MarkTaskDto } from './recall.dto';

/** One holder of a recall as the authority and the producer see it. */
@ApiTags('recalls')
@Controller('api/v1/recalls')
export class HolderTasksController {
  constructor(
    private readonly reads: RecallReads,
    private readonly bus: CommandBus,
    private readonly commands: RecallCommands,
    private readonly trace: TraceReader,
    private readonly clock: Clock,
  ) {}

  /**
   * Why this party counts as a holder: `{party, products[], steps: [{product, from, to, quantity, uom, events, eventIds[],
   * firstAt, lastAt}], madeFrom[], complete, position}`, from where the goods were made to where they are.
   */
  @Get(':id/holders/:noticeId/proof')
  @ApiOperation({ summary: 'The way of the affected goods to a holder, each step with its events' })
  async proof(@Param('id') id: string, @Param('noticeId') noticeId: string, @Caller() caller: Principal): Promise<unknown> {
    const { state } = mayReadRecall(await this.reads.recall(id), caller);
    const task = await this.reads.task(id, noticeId);
    const within = new Set(state.lastResolution?.products ?? []);
    const products = [...new Set(task.holding?.rows.map(({ product }) => product) ?? [])];
    const known = products.length > 0 ? products : [...within];
    return shown(await this.trace.proofOf(task.party, known, within));
  }

  /** What is known of a holder that does not go on by itself. A waiver is the authority's alone. */
  @Post(':id/holders/:noticeId/mark')
  @HttpCode(200)
  @Roles('regulator', 'operator')
  @ApiOperation({ summary: 'Mark a holder as unreachable, out of business, refused, waived; `none` takes the mark off' })
  async mark(
    @Param('id') id: string,
    @Param('noticeId') noticeId: string,
    @Body() { mark, reason }: MarkTaskDto,
    @Caller() caller: Principal,
    @Res({ passthrough: true }) reply: { header(name: string, value: string): unknown },
  ): Promise<unknown> {
    mayReadRecall(await this.reads.recall(id), caller);
    if (mark === 'waived' && !isAuthority(caller))
      throw Problem.forbidden('recall/authority-only', 'only an authority waives what a holder has to do');
    const { party } = await this.reads.task(id, noticeId);
    const stamp = { reason, at: this.clock.now().toISOString(), by: caller.keyId };
    const { state, position } = await this.bus.execute(
      new ChangeHolderTask(id, party, mark === 'none' ? { type: 'Unmark', ...stamp } : { type: 'Mark', mark, ...stamp }),
    );
    await this.commands.visible(position);
    setPosition(reply, position);
    return { noticeId, party: toUri(party), state: stateName(state) };
  }
}

function shown({ party, products, steps, madeFrom, ...rest }: HoldingProof): unknown {
  const account = <T extends { party: string | null; place: string | null }>(one: T): T => ({
    ...one,
    party: one.party === null ? null : toUri(one.party),
    place: one.place === null ? null : toUri(one.place),
  });
  return {
    party: toUri(party),
    products: products.map(toUri),
    steps: steps.map((step) => ({
      ...step,
      product: toUri(step.product),
      from: step.from === null ? null : account(step.from),
      to: account(step.to),
    })),
    madeFrom: madeFrom.map(({ product, input, how }) => ({ product: toUri(product), input: toUri(input), how })),
    ...rest,
  };
}
