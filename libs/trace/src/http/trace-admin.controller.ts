import { Controller, Post, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Roles } from '@suyuan/access';
import { GraphWork, WorkProgress } from '../projection/graph-work';

interface RawReply {
  raw: NodeJS.WritableStream & { writeHead(status: number, headers: Record<string, string>): void };
  hijack(): void;
}

/** Re-derives the graph from the log, on line. Answers are lines of progress and one last line with the result. */
@ApiTags('administration')
@Controller('api/v1/admin/trace')
@Roles('admin')
export class TraceAdminController {
  constructor(private readonly work: GraphWork) {}

  @Post('rebuild')
  @ApiOperation({ summary: 'Fill a new graph beside the live one and switch to it' })
  async rebuild(@Res() reply: RawReply): Promise<void> {
    await stream(reply, (report) => this.work.rebuild(report));
  }

  @Post('verify')
  @ApiOperation({ summary: 'Compare the live graph with a fresh replay of the log; names every table that differs' })
  async verify(@Res() reply: RawReply): Promise<void> {
    await stream(reply, (report) => this.work.verify(report));
  }
}

async function stream(reply: RawReply, work: (report: (progress: WorkProgress) => void) => Promise<unknown>): Promise<void> {
  reply.hijack();
  reply.raw.writeHead(200, { 'content-type': 'application/x-ndjson' });
  const line = (value: unknown): boolean => reply.raw.write(`${JSON.stringify(value)}\n`);
  try {
    line({ result: await work(line) });
  } catch (error) {
    // The head is out: the failure is the last line, and the command line exits with it.
    line({ error: error instanceof Error ? error.message : 'failed' });
  }
  reply.raw.end();
}
