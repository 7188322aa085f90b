import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Public } from '@suyuan/access';
import { Problem } from '@suyuan/platform';
import { Paging, pageFrom, readPaging } from './paging';
import { PublicRecalls } from './public-recalls';

/** Recalls as the public reads them. */
@ApiTags('public')
@Controller('api/v1/public/recalls')
@Public()
export class PublicRecallsController {
  constructor(private readonly recalls: PublicRecalls) {}

  @Get()
  async list(@Query() query: Paging): Promise<unknown> {
    const { limit, offset } = readPaging(query, 100);
    return pageFrom(await this.recalls.list(limit + 1, offset), limit, offset);
  }

  @Get(':id')
  async one(@Param('id') id: string): Promise<unknown> {
    const found = await this.recalls.find(id);
    if (found === undefined) throw Problem.notFound('There is no such recall.');
    return found;
  }
}
