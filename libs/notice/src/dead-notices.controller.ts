import { Roles } from '@suyuan/access';
import { Problem } from '@suyuan/platform';
import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { DeadDeliveries, DeadDelivery, DeadDeliveryDetails } from './dead-deliveries';
import { NoticeDispatchers } from './notice-dispatchers';

const PAGE_DEFAULT = 100;
const PAGE_MAX = 1000;
const ID = /^\d{1,15}$/;

/** Notices whose webhook took none of the attempts. */
@Controller('api/v1/admin/notices/dead')
@Roles('admin')
export class DeadNoticesController {
  constructor(
    private readonly dead: DeadDeliveries,
    private readonly dispatchers: NoticeDispatchers,
  ) {}

  /** A page, oldest first. 400 for a bad `limit` or `cursor`. */
  @Get()
  async list(
    @Query('limit') limit?: string,
    @Query('cursor') cursor?: string,
  ): Promise<{ items: DeadDelivery[]; next?: string }> {
    const size = wholeNumber('limit', limit ?? String(PAGE_DEFAULT), 1, PAGE_MAX);
    const items = await this.dead.list(wholeNumber('cursor', cursor ?? '0', 0, Number.MAX_SAFE_INTEGER), size);
    const last = items.at(-1);
    return { items, ...(items.length === size && last !== undefined ? { next: last.id } : {}) };
  }

  /** One with its attempts and its body. 404 when no dead notice has this id. */
  @Get(':id')
  async show(@Param('id') id: string): Promise<DeadDeliveryDetails> {
    const found = ID.test(id) ? await this.dead.find(Number(id)) : undefined;
    if (found === undefined) throw unknown(id);
    return found;
  }

  /** Sends it again, from the first attempt on. 404 when no dead notice has this id. */
  @Post(':id/replay')
  @HttpCode(202)
  async replay(@Param('id') id: string): Promise<{ id: string; state: 'pending' }> {
    if (!ID.test(id) || !(await this.dead.replay(Number(id)))) throw unknown(id);
    this.dispatchers.nudge();
    return { id, state: 'pending' };
  }
}

function unknown(id: string): Problem {
  return Problem.notFound(`No undeliverable notice has the id ${id}.`);
}

function wholeNumber(name: string, text: string, least: number, most: number): number {
  const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  const message = `${name} must be a whole number from ${least} to ${most}`;
  throw Problem.badRequest('query/out-of-range', message, [{ field: name, rule: 'query/out-of-range', message }]);
}
