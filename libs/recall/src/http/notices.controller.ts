import { Body, Controller, Get, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Caller, isAuthority, Principal, Roles } from '@suyuan/access';
import { parseCode } from '@suyuan/gs1';
import { Clock, Database, InputFault, Problem, setPosition } from '@suyuan/platform';
import { ChangeHolderTask } from '../commands/commands';
import { AnswerEvent, HolderTaskCommand } from '../domain/holder-task.decider';
import { HolderTaskState } from '../domain/holder-task.state';
import { TASK_STATE_WORDS } from '../domain/holder-task.words';
import { RecallState } from '../domain/recall.decider';
import { NoticeDeliveries } from '@suyuan/notice';
import { machineNotice } from '../notices/recall-forms';
import { Outcome } from '../processes/decided-stream';
import { noticeIdOf } from '../processes/holdings';
import { PersonalData } from '../privacy/personal-data';
import { Words } from '../privacy/words';
import { RegimeBook } from '../regimes/regime-book';
import { RecallChanges } from './changes';
import { NoticeView } from './notice-view';
import { Paging, pageFrom, readPaging } from './paging';
import { RecallCommands } from './recall-commands';
import { AcknowledgeDto, AssessDto, ContainDto, DisposeDto, DisputeDto, ForwardDto, ReconcileDto } from './recall.dto';
import { lastEventId, streamEvents, StreamReply } from './server-sent-events';

type Reply = { header(name: string, value: string): unknown };

interface NoticeRow {
  readonly recall_id: string;
  readonly state: HolderTaskState;
  readonly recall: RecallState;
  readonly issued_position: number;
}

const SELECT =
  'SELECT t.recall_id, t.state, t.issued_position, r.state AS recall FROM recall_task t JOIN recall_recall r ON r.id = t.recall_id';

/** A holder's notices and its answers. A party sees its own; another party's notice does not exist for it. */
@ApiTags('notices')
@Controller('api/v1/notices')
export class NoticesController {
  constructor(
    private readonly database: Database,
    private readonly bus: CommandBus,
    private readonly commands: RecallCommands,
    private readonly notices: NoticeView,
    private readonly changes: RecallChanges,
    private readonly clock: Clock,
    private readonly sent: NoticeDeliveries,
    private readonly regimes: RegimeBook,
    private readonly personal: PersonalData,
    private readonly words: Words,
  ) {}

  @Get()
  @ApiOperation({ summary: 'The caller’s notices, newest first; fetching one marks it delivered' })
  async list(@Query() query: Paging & { party?: string; recall?: string }, @Caller() caller: Principal): Promise<unknown> {
    const { limit, offset } = readPaging(query, 500);
    const party = this.partyFilter(caller, query.party);
    const rows = await this.rows(
      `${SELECT} WHERE ($1::text IS NULL OR t.party = $1) AND ($2::text IS NULL OR t.recall_id = $2) ORDER BY t.issued_position DESC, t.notice_id LIMIT $3 OFFSET $4`,
      [party, query.recall ?? null, limit + 1, offset],
    );
    const page = pageFrom(rows, limit, offset);
    return { ...page, items: await this.fetched(page.items, caller, 'inbox') };
  }

  /** Server-sent events `recall.notice`, one per version; resumes after `Last-Event-ID`. */
  @Get('stream')
  async stream(
    @Caller() caller: Principal,
    @Req() request: { headers: Record<string, string | undefined> },
    @Res() reply: StreamReply,
  ): Promise<void> {
    const party = this.partyFilter(caller, undefined);
    await streamEvents(reply, this.changes, lastEventId(request.headers), async (position) => {
      const rows = await this.rows(
        `${SELECT} WHERE ($1::text IS NULL OR t.party = $1) AND t.issued_position > $2 ORDER BY t.issued_position LIMIT 200`,
        [party, position],
      );
      const shown = await this.fetched(rows, caller, 'sse');
      return rows.map((row, index) => ({ id: row.issued_position, event: 'recall.notice', data: shown[index] }));
    });
  }

  @Get(':id')
  async one(@Param('id') id: string, @Caller() caller: Principal): Promise<unknown> {
    const [shown] = await this.fetched([await this.readable(id, caller)], caller, 'inbox');
    return shown;
  }

  /** Each channel's attempts and what comes next; for authorities, auditors and the party itself. */
  @Get(':id/deliveries')
  async deliveries(@Param('id') id: string, @Caller() caller: Principal): Promise<unknown> {
    const { state } = await this.readable(id, caller);
    return { items: await this.sent.of(state.noticeId) };
  }

  /** GS1's form of this notice, or with `form=gs1-removal` of the holder's answer (404 before there is one). */
  @Get(':id/machine')
  async machine(@Param('id') id: string, @Query('form') form: string | undefined, @Caller() caller: Principal): Promise<unknown> {
    const { recall_id: recallId, recall, state } = await this.readable(id, caller);
    const shown = machineNotice(recallId, recall, state, form ?? 'gs1');
    if (shown === undefined) throw Problem.notFound('There is no answer to this notice yet.');
    return shown;
  }

  @Post(':id/acknowledge')
  @HttpCode(200)
  @Roles('operator', 'regulator')
  async acknowledge(
    @Param('id') id: string,
    @Body() body: AcknowledgeDto,
    @Caller() caller: Principal,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<unknown> {
    const by = body.by === undefined ? caller.keyId : await this.personal.keep(body.by, 'answer', id);
    return this.answer(id, caller, reply, { type: 'NoticeAcknowledged', at: this.now(), by });
  }

  @Post(':id/assess')
  @HttpCode(200)
  @Roles('operator', 'regulator')
  async assess(
    @Param('id') id: string,
    @Body() body: AssessDto,
    @Caller() caller: Principal,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<unknown> {
    return this.answer(id, caller, reply, {
      type: 'NoticeAssessed',
      affected: body.affected,
      ...(body.note === undefined ? {} : { note: body.note }),
      at: this.now(),
      by: caller.keyId,
    });
  }

  @Post(':id/contain')
  @HttpCode(200)
  @Roles('operator', 'regulator')
  async contain(
    @Param('id') id: string,
    @Body() body: ContainDto,
    @Caller() caller: Principal,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<unknown> {
    const lines = withProducts(body.lines).map(({ product, uom, quantity }) => ({ product, uom, quantity }));
    return this.answer(id, caller, reply, { type: 'GoodsContained', lines, at: this.now(), by: caller.keyId });
  }

  /** Customers of the holder: known parties get a notice of their own; others are noted, outside the log. */
  @Post(':id/forward')
  @HttpCode(200)
  @Roles('operator', 'regulator')
  async forward(
    @Param('id') id: string,
    @Body() body: ForwardDto,
    @Caller() caller: Principal,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<unknown> {
    const row = await this.readable(id, caller);
    const parties = body.to.map(({ party }, index) => (party === undefined ? undefined : partyKey(party, `/to/${index}/party`)));
    const to = [];
    for (const [index, { name, contact }] of body.to.entries()) {
      const party = parties[index];
      if (party === undefined && name === undefined)
        throw fault(`/to/${index}`, 'recall/forward-target', 'a party, or a name and contact');
      to.push({
        ...(party === undefined ? {} : { party }),
        ...(name === undefined && contact === undefined
          ? {}
          : { personalDataId: await this.personal.keep(JSON.stringify({ name, contact }), 'forwarding', id) }),
      });
    }
    const at = this.clock.now();
    const dueAt = this.regimes.dueTimes(row.recall.content?.regimes ?? [], row.recall.content?.class, at);
    for (const party of parties) {
      if (party === undefined) continue;
      const holding = { class: 'unknown' as const, certainty: 'possible' as const, since: at.toISOString(), rows: [] };
      await this.change(row.recall_id, party, {
        type: 'FindHolder',
        recallId: row.recall_id,
        party,
        noticeId: noticeIdOf(row.recall_id, party),
        holding,
        tracePosition: 0,
        contentVersion: row.recall.contentVersion,
        updates: false,
        dueAt,
        at: at.toISOString(),
        forwardedBy: row.state.party,
      });
    }
    return this.answer(id, caller, reply, { type: 'NoticeForwarded', to, at: at.toISOString(), by: caller.keyId });
  }

  @Post(':id/reconcile')
  @HttpCode(200)
  @Roles('operator', 'regulator')
  async reconcile(
    @Param('id') id: string,
    @Body() body: ReconcileDto,
    @Caller() caller: Principal,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<unknown> {
    const lines = withProducts(body.lines).map(
      ({ product, uom, onHand = 0, sold = 0, moved = 0, consumed = 0, destroyed = 0, returned = 0, lost = 0 }) => ({
        product,
        uom,
        onHand,
        sold,
        moved,
        consumed,
        destroyed,
        returned,
        lost,
      }),
    );
    return this.answer(id, caller, reply, { type: 'GoodsReconciled', lines, at: this.now(), by: caller.keyId });
  }

  @Post(':id/dispose')
  @HttpCode(200)
  @Roles('operator', 'regulator')
  async dispose(
    @Param('id') id: string,
    @Body() body: DisposeDto,
    @Caller() caller: Principal,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<unknown> {
    const lines = withProducts(body.lines).map(({ product, uom, quantity, method, evidence }) => ({
      product,
      uom,
      quantity,
      method,
      ...(evidence === undefined ? {} : { evidence }),
    }));
    return this.answer(id, caller, reply, { type: 'GoodsDisposed', lines, at: this.now(), by: caller.keyId });
  }

  @Post(':id/dispute')
  @HttpCode(200)
  @Roles('operator', 'regulator')
  async dispute(
    @Param('id') id: string,
    @Body() body: DisputeDto,
    @Caller() caller: Principal,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<unknown> {
    return this.answer(id, caller, reply, { type: 'NoticeDisputed', reason: body.reason, at: this.now(), by: caller.keyId });
  }

  /** The holder will not do what the notice asks; the authority learns it. */
  @Post(':id/refuse')
  @HttpCode(200)
  @Roles('operator', 'regulator')
  async refuse(
    @Param('id') id: string,
    @Body() body: DisputeDto,
    @Caller() caller: Principal,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<unknown> {
    return this.answer(id, caller, reply, { type: 'NoticeRefused', reason: body.reason, at: this.now(), by: caller.keyId });
  }

  private change(recallId: string, party: string, command: HolderTaskCommand): Promise<Outcome<HolderTaskState>> {
    return this.bus.execute(new ChangeHolderTask(recallId, party, command));
  }

  private async answer(id: string, caller: Principal, reply: Reply, answer: AnswerEvent): Promise<unknown> {
    const row = await this.readable(id, caller);
    const { state, position } = await this.change(row.recall_id, row.state.party, { type: 'Answer', answer });
    await this.commands.visible(position);
    setPosition(reply, position);
    return this.notices.show(row.recall_id, row.recall, state);
  }

  /** Notices with the words and contacts of their recalls and answers, as far as these are still kept. */
  private async rows(sql: string, parameters: readonly unknown[]): Promise<NoticeRow[]> {
    const rows = await this.database.query<NoticeRow>(sql, [...parameters]);
    const recalls = await this.personal.filledById(rows);
    const tasks = await this.words.spoken(
      rows.map(({ state }) => state),
      TASK_STATE_WORDS,
    );
    return rows.map((row, index) => ({
      ...row,
      recall: recalls.get(row.recall_id) ?? row.recall,
      state: tasks[index] ?? row.state,
    }));
  }

  /** Shows notices to the party they are for, and notes that it has them now. */
  private async fetched(rows: readonly NoticeRow[], caller: Principal, channel: string): Promise<unknown[]> {
    const shown: unknown[] = [];
    for (const { recall_id, recall, state } of rows) {
      let now = state;
      if (caller.party === state.party && state.deliveredAt === undefined && caller.role === 'operator') {
        ({ state: now } = await this.change(recall_id, state.party, {
          type: 'NoteDelivery',
          version: state.version,
          channel,
          at: this.now(),
        }));
      }
      shown.push(this.notices.show(recall_id, recall, now));
    }
    return shown;
  }

  private async readable(id: string, caller: Principal): Promise<NoticeRow> {
    const [row] = await this.rows(`${SELECT} WHERE t.notice_id = $1`, [id]);
    const allowed = row !== undefined && (isAuthority(caller) || caller.role === 'auditor' || caller.party === row.state.party);
    if (!allowed) throw Problem.notFound('There is no such notice.');
    return row;
  }

  /** Whose notices may be seen: an authority's choice, else the caller's own. */
  private partyFilter(caller: Principal, asked: string | undefined): string | null {
    if (isAuthority(caller) || caller.role === 'auditor') return asked === undefined ? null : partyKey(asked, '/party');
    if (caller.party === undefined)
      throw Problem.forbidden('recall/no-party', 'This key acts for no party and so has no notices.');
    return caller.party;
  }

  private now(): string {
    return this.clock.now().toISOString();
  }
}

/** Lines with canonical product keys and a unit; every malformed code with its pointer. */
function withProducts<Line extends { product: string; uom?: string }>(lines: readonly Line[]): (Line & { uom: string })[] {
  const faults: InputFault[] = [];
  const read = lines.map((line, index) => {
    const parsed = parseCode(line.product);
    if (!parsed.ok) faults.push({ pointer: `/lines/${index}/product`, rule: parsed.error.rule, message: parsed.error.message });
    return { ...line, product: parsed.ok ? parsed.identifier.key : line.product, uom: line.uom ?? 'EA' };
  });
  if (faults.length > 0) throw Problem.badRequest('recall/bad-code', 'A product code can not be read.', faults);
  return read;
}

function partyKey(text: string, pointer: string): string {
  const parsed = parseCode(/^\d{13}$/.test(text) ? `417/${text}` : text);
  if (!parsed.ok) throw fault(pointer, parsed.error.rule, parsed.error.message);
  const { key } = parsed.identifier;
  return key.startsWith('414/') ? `417/${key.slice(4, 17)}` : key;
}

function fault(pointer: string, rule: string, message: string): Problem {
  return Problem.badRequest(rule, message, [{ pointer, rule, message }]);
}
