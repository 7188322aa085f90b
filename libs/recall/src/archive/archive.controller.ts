import { Controller, Get, Param, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Caller, Principal } from '@suyuan/access';
import { mayReadRecall, RecallReads } from '../http/recall-reads';
import { RecallArchive } from './recall-archive';

/** The whole case as evidence. */
@ApiTags('recalls')
@Controller('api/v1/recalls')
export class ArchiveController {
  constructor(
    private readonly reads: RecallReads,
    private readonly archive: RecallArchive,
  ) {}

  @Get(':id/archive')
  @ApiOperation({ summary: 'The whole case as one signed zip that can be checked offline' })
  async download(
    @Param('id') id: string,
    @Caller() caller: Principal,
    @Res() reply: { header(name: string, value: string): unknown; send(body: unknown): unknown },
  ): Promise<void> {
    const recall = mayReadRecall(await this.reads.recall(id), caller);
    reply.header('content-type', 'application/zip');
    reply.header('content-disposition', `attachment; filename="${id}.zip"`);
    reply.send(await this.archive.make(recall));
  }
}
