import { Roles } from '@suyuan/access';
import { Problem } from '@suyuan/platform';
import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { DeadLetter, DeadLetterDetails, DeadLetters } from '../dead-letters/dead-letters';

const LISTED_DEFAULT = 100;
const LISTED_MAX = 1_000;

/** Messages that a handler could not take and put aside. */
@ApiTags('administration')
@Controller('api/v1/admin/messages/dead')
@Roles('admin')
export class DeadLettersController {
  constructor(private readonly deadLetters: DeadLetters) {}

  /** Oldest first; `total` counts all that wait. 400 for a bad `limit`, 503 when the broker does not answer. */
  @Get()
  @ApiOperation({ summary: 'Messages in the dead-letter topic' })
  async list(@Query('limit') limit?: string): Promise<{ total: number; items: readonly DeadLetter[] }> {
    const wanted = /^\d{1,4}$/.test(limit ?? '') ? Number(limit) : limit === undefined ? LISTED_DEFAULT : 0;
    if (wanted < 1 || wanted > LISTED_MAX) {
      const message = `limit must be a whole number from 1 to ${LISTED_MAX}`;
      throw Problem.badRequest('query/out-of-range', message, [{ field: 'limit', rule: 'query/out-of-range', message }]);
    }
    return reached(async () => {
      const items = await this.deadLetters.list(wanted);
      return { total: await this.deadLetters.count(), items };
    });
  }

  /** One whole, by its `letter`. 404 where none waits there, 503 when the broker does not answer. */
  @Get(':letter')
  @ApiOperation({ summary: 'A message in the dead-letter topic, with headers and value' })
  async show(@Param('letter') letter: string): Promise<DeadLetterDetails> {
    const found = /^\d{1,9}-\d{1,18}$/.test(letter) ? await reached(() => this.deadLetters.find(letter)) : undefined;
    if (found === undefined) throw Problem.notFound(`No message waits at ${letter} of the dead-letter topic.`);
    return found;
  }

  /** Brings all of them back to where they came from. 503 when the broker does not answer; then ask again. */
  @Post('replay')
  @HttpCode(200)
  @ApiOperation({ summary: 'Bring messages from the dead-letter topic back to their topics' })
  async replay(): Promise<{ replayed: number }> {
    return reached(async () => ({ replayed: await this.deadLetters.replay() }));
  }
}

async function reached<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const detail = `The message broker did not do its part: ${reason}`;
    throw new Problem(503, 'broker-unavailable', 'Broker unavailable', detail, undefined, { 'Retry-After': '5' });
  }
}
