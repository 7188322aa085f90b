import { Body, Controller, Get, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Caller, Principal, Roles } from '@suyuan/access';
import { Database, Problem, setPosition } from '@suyuan/platform';
import { Move, MOVE_NAMES } from '../domain/recall.transitions';
import { RecallChanges } from './changes';
import { Paging, pageFrom, readPaging } from './paging';
import { RecallCommands } from './recall-commands';
import { RegimeBook } from '../regimes/regime-book';
import { CreateRecallDto, MoveDto } from './recall.dto';
import { isReadableBy, mayReadRecall, RecallReads, showRecall, StoredRecall } from './recall-reads';
import { findingsOf, machineRecall } from '../notices/recall-forms';
import { lastEventId, streamEvents, StreamReply } from './server-sent-events';

/** Moves after which the author should look at what the notices say. */
const LINTED: readonly string[] = ['plan', 'amend', 'activate', 'approve'];

type Reply = { header(name: string, value: string): unknown };

/** Recalls, for authorities, for the producer of the product, and for auditors to read. */
@ApiTags('recall')
@Controller('api/v1/recalls')
export class RecallsController {
  constructor(
    private readonly commands: RecallCommands,
    private readonly reads: RecallReads,
    private readonly changes: RecallChanges,
    private readonly database: Database,
    private readonly regimes: RegimeBook,
  ) {}

  @Post()
  @Roles('regulator', 'operator')
  @ApiOperation({ summary: 'Decide a recall: requested or ordered by an authority, or voluntarily by the producer' })
  async create(
    @Body() body: CreateRecallDto,
    @Caller() caller: Principal,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<unknown> {
    const { id, state, position } = await this.commands.create(body, caller);
    setPosition(reply, position);
    return { ...showRecall({ id, state }), ...findingsOf(state, this.regimes) };
  }

  @Get()
  async list(@Query() query: Paging, @Caller() caller: Principal): Promise<unknown> {
    const { limit, offset } = readPaging(query, 100);
    const rows = await this.reads.recalls(limit + 1, offset);
    const page = pageFrom(rows, limit, offset);
    return { ...page, items: page.items.filter((recall) => isReadableBy(recall, caller)).map(showRecall) };
  }

  @Get(':id')
  async one(@Param('id') id: string, @Caller() caller: Principal): Promise<unknown> {
    return showRecall(await this.readable(id, caller));
  }

  @Get(':id/holders')
  async holders(@Param('id') id: string, @Query() query: Paging, @Caller() caller: Principal): Promise<unknown> {
    await this.readable(id, caller);
    const { limit, offset } = readPaging(query, 10_000);
    return pageFrom((await this.reads.holders(id)).slice(offset, offset + limit + 1), limit, offset);
  }

  @Get(':id/progress')
  async progress(@Param('id') id: string, @Caller() caller: Principal): Promise<unknown> {
    await this.readable(id, caller);
    return this.reads.progress(id);
  }

  @Get(':id/timeline')
  async timeline(@Param('id') id: string, @Query() query: Paging, @Caller() caller: Principal): Promise<unknown> {
    await this.readable(id, caller);
    const { limit, offset } = readPaging(query, 1_000);
    return pageFrom(await this.reads.timeline(id, limit + 1, offset), limit, offset);
  }

  /** What the notice linter has to say. Warnings, never a refusal. */
  @Get(':id/lint')
  async lint(@Param('id') id: string, @Caller() caller: Principal): Promise<unknown> {
    const { state } = await this.readable(id, caller);
    return { id, version: state.contentVersion, ...findingsOf(state, this.regimes) };
  }

  /** GTINs and the predicate, for machines. `form=gs1` gives GS1's recall notification, `form=gs1-closeout` its closeout (404 before the end). */
  @Get(':id/machine')
  async machine(@Param('id') id: string, @Query('form') form: string | undefined, @Caller() caller: Principal): Promise<unknown> {
    const { state } = await this.readable(id, caller);
    const shown = machineRecall(id, state, form ?? 'suyuan');
    if (shown === undefined) throw Problem.notFound('This recall has not ended.');
    return shown;
  }

  @Get(':id/events')
  async events(
    @Param('id') id: string,
    @Caller() caller: Principal,
    @Req() request: { headers: Record<string, string | undefined> },
    @Res() reply: StreamReply,
  ): Promise<void> {
    await this.readable(id, caller);
    await streamEvents(reply, this.changes, lastEventId(request.headers), async (position) => {
      const rows = await this.database.query<{ position: number; at: string; type: string; party: string | null }>(
        'SELECT position, at, type, party FROM recall_entry WHERE recall_id = $1 AND position > $2 ORDER BY position LIMIT 500',
        [id, position],
      );
      return rows.map((row) => ({ id: row.position, event: row.type, data: row }));
    });
  }

  @Post(':id/:move')
  @HttpCode(200)
  @Roles('regulator', 'operator')
  @ApiOperation({ summary: `One of ${MOVE_NAMES.join(', ')}; a refused move is a 409 with a named reason` })
  async move(
    @Param('id') id: string,
    @Param('move') move: string,
    @Body() body: MoveDto,
    @Caller() caller: Principal,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<unknown> {
    if (!isMove(move)) throw Problem.notFound(`There is no move ${move.slice(0, 40)}: ${MOVE_NAMES.join(', ')}.`);
    await this.readable(id, caller);
    const { state, position } = await this.commands.move(id, move, body, caller);
    setPosition(reply, position);
    const shown = { ...showRecall({ id, state }), ...(LINTED.includes(move) ? findingsOf(state, this.regimes) : {}) };
    if (move !== 'complete' && move !== 'terminate') return shown;
    // Outstanding tasks or goods refuse neither: they are said.
    const progress = await this.reads.progress(id);
    return { ...shown, outstanding: await this.outstanding(id), progress };
  }

  private async outstanding(id: string): Promise<unknown> {
    const tasks = (await this.reads.holders(id)).filter(
      ({ state, noticeId }) =>
        noticeId !== null && !['contained', 'forwarded', 'reconciled', 'disposed', 'released'].includes(String(state)),
    );
    return { tasks: tasks.map(({ party, state, noticeId }) => ({ party, state, noticeId })) };
  }

  /** A producer reads the recalls of its own products; others do not learn that there are any. */
  private async readable(id: string, caller: Principal): Promise<StoredRecall> {
    return mayReadRecall(await this.reads.recall(id), caller);
  }
}

function isMove(text: string): text is Move {
  return (MOVE_NAMES as readonly string[]).includes(text);
}
