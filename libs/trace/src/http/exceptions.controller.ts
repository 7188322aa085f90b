import { Controller, Get, Optional, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { toUri } from '@suyuan/gs1';
import { Clock } from '@suyuan/platform';
import { MoreExceptions, TraceException } from '../domain/exceptions';
import { ExceptionReader } from '../queries/exception-reader';
import { requiredKey } from '../queries/trace-queries';
import { pageOf } from './paging';

const nameOf = ({ type, key, party, eventIds, uom }: TraceException): string => JSON.stringify([type, key, party, eventIds, uom]);

/** Facts that do not fit: each names the events that prove it (TRACE.md section 7). */
@ApiTags('trace')
@Controller('api/v1/exceptions')
export class ExceptionsController {
  constructor(
    private readonly exceptions: ExceptionReader,
    private readonly clock: Clock,
    @Optional() private readonly more?: MoreExceptions,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Exceptions, filtered by code, party or type' })
  async list(
    @Query() query: { code?: string; party?: string; type?: string; limit?: string; cursor?: string },
  ): Promise<unknown> {
    const filter = {
      ...(query.code === undefined ? {} : { key: requiredKey(query.code) }),
      ...(query.party === undefined ? {} : { party: requiredKey(query.party) }),
      ...(query.type === undefined ? {} : { type: query.type }),
    };
    const found = [
      ...(await this.exceptions.list(filter, this.clock.now().getTime() * 1000)),
      ...((await this.more?.list(filter)) ?? []),
    ];
    const page = pageOf(found, nameOf, query, 1000);
    return {
      ...page,
      items: page.items.map(({ key, party, ...row }) => ({
        ...row,
        code: toUri(key),
        party: party === null ? null : toUri(party),
      })),
    };
  }
}
