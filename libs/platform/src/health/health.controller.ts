import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { KeylessEndpoint } from '../http/keyless-endpoint';
import { Database } from '../database/database';
import { Problem } from '../http/problem';
import { Followers } from './followers';

/** A follower further behind than this answers too old to send readers to. */
const LAG_MAX = 100_000;
const DATABASE_PATIENCE_MS = 2000;

@ApiTags('operation')
@KeylessEndpoint()
@Controller('health')
export class HealthController {
  constructor(
    private readonly database: Database,
    private readonly followers: Followers,
  ) {}

  /** 200 as long as the process answers at all. */
  @Get('live')
  @ApiOperation({ summary: 'Does the process answer?' })
  live(): { status: 'live' } {
    return { status: 'live' };
  }

  /** 200 when the database answers and every follower is within reach of the log's head, else 503 with the reason. */
  @Get('ready')
  @ApiOperation({ summary: 'Can it serve: database reachable, projections near the head of the log?' })
  async ready(): Promise<object> {
    const { head, followers } = await within(DATABASE_PATIENCE_MS, this.ask());
    const behind = followers.filter((follower) => follower.lag > LAG_MAX);
    if (behind.length > 0) throw notReady(`Still catching up: ${behind.map((one) => `${one.name} by ${one.lag}`).join(', ')}.`);
    return { status: 'ready', position: head, followers };
  }

  private async ask(): ReturnType<Followers['lags']> {
    try {
      await this.database.query('SELECT 1');
      return await this.followers.lags();
    } catch {
      throw notReady('The database does not answer.');
    }
  }
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(notReady('The database does not answer in time.')), ms);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

function notReady(detail: string): Problem {
  return new Problem(503, 'not-ready', 'Not ready', detail, undefined, { 'Retry-After': '2' });
}
