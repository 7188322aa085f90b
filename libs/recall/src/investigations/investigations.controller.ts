import { Body, Controller, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Caller, isAuthority, Principal, Roles } from '@suyuan/access';
import { toUri } from '@suyuan/gs1';
import { Database, Problem, setPosition } from '@suyuan/platform';
import { Scope } from '@suyuan/trace';
import { Paging, pageFrom, readPaging } from '../http/paging';
import { RecallCommands } from '../http/recall-commands';
import { ENTRY_WORDS } from '../domain/recall.words';
import { within } from '../domain/word-paths';
import { Words } from '../privacy/words';
import { showScope } from '../scope/show-scope';
import { InvestigationState, PlacedHold } from './domain/investigation.decider';
import { Hold } from './domain/investigation.events';
import { INVESTIGATION_STATE_WORDS } from './domain/investigation.words';
import { INVESTIGATION_MOVES, InvestigationMove } from './domain/investigation.transitions';
import { DismissSignalDto, MoveInvestigationDto, OpenInvestigationDto } from './investigation.dto';
import { Investigations } from './investigations';

type Reply = { header(name: string, value: string): unknown };

interface Stored {
  readonly id: string;
  readonly state: InvestigationState;
}

/** What of a fact the timeline shows. */
interface TimelineData {
  readonly by?: { readonly role?: string };
  readonly reason?: string;
  readonly hold?: Hold;
  readonly scope?: Scope;
  readonly except?: Scope;
}

const STORED_WORDS = within('state', INVESTIGATION_STATE_WORDS);

/** Moves that a recall makes, not people. */
const INNER: readonly string[] = ['decide'];

/** From signals to a decision: inquiries, hazard assessment, and holds before there is a recall. */
@ApiTags('investigations')
@Controller('api/v1')
export class InvestigationsController {
  constructor(
    private readonly investigations: Investigations,
    private readonly commands: RecallCommands,
    private readonly database: Database,
    private readonly words: Words,
  ) {}

  @Post('investigations')
  @Roles('regulator', 'operator')
  @ApiOperation({ summary: 'Open an investigation from one or several signals, or codes' })
  async open(
    @Body() body: OpenInvestigationDto,
    @Caller() caller: Principal,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<unknown> {
    const { id, state, position } = await this.investigations.open(body, caller);
    await this.commands.visible(position);
    setPosition(reply, position);
    return this.shown({ id, state });
  }

  @Get('investigations')
  @ApiOperation({ summary: 'Investigations, newest first; a producer sees those of its products' })
  async list(@Query() query: Paging & { state?: string }, @Caller() caller: Principal): Promise<unknown> {
    const { limit, offset } = readPaging(query, 100);
    const party = isAuthority(caller) || caller.role === 'auditor' ? null : (caller.party ?? '');
    const rows = await this.database.query<Stored>(
      `SELECT id, state FROM recall_investigation WHERE ($1::text IS NULL OR $1 = ANY(producers)) AND ($2::text IS NULL OR phase = $2)
        ORDER BY opened_at DESC, id LIMIT $3 OFFSET $4`,
      [party, query.state ?? null, limit + 1, offset],
    );
    const page = pageFrom(rows, limit, offset);
    return { ...page, items: (await this.words.spoken(page.items, STORED_WORDS)).map(shown) };
  }

  @Get('investigations/:id')
  async one(@Param('id') id: string, @Caller() caller: Principal): Promise<unknown> {
    return this.shown(await this.readable(id, caller));
  }

  /** `{items: [{position, at, type, by?, reason?, scope?, except?}]}`, oldest first; scopes of holds placed and lifted. */
  @Get('investigations/:id/timeline')
  async timeline(@Param('id') id: string, @Query() query: Paging, @Caller() caller: Principal): Promise<unknown> {
    await this.readable(id, caller);
    const { limit, offset } = readPaging(query, 1_000);
    const rows = await this.database.query<{
      position: number;
      at: string;
      type: string;
      data: TimelineData;
    }>('SELECT position, at, type, data FROM recall_entry WHERE recall_id = $1 ORDER BY position LIMIT $2 OFFSET $3', [
      id,
      limit + 1,
      offset,
    ]);
    const page = pageFrom(rows, limit, offset);
    const items = page.items.map(({ data, ...entry }) => ({
      ...entry,
      ...(data.by?.role === undefined ? {} : { by: data.by.role }),
      ...(data.reason === undefined ? {} : { reason: data.reason }),
      ...heldGoods(data),
    }));
    return { ...page, items: await this.words.spoken(items, ENTRY_WORDS) };
  }

  @Post('investigations/:id/:move')
  @HttpCode(200)
  @Roles('regulator', 'operator')
  @ApiOperation({ summary: `One of ${INVESTIGATION_MOVES.filter((one) => !INNER.includes(one)).join(', ')}` })
  async move(
    @Param('id') id: string,
    @Param('move') move: string,
    @Body() body: MoveInvestigationDto,
    @Caller() caller: Principal,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<unknown> {
    const known = INVESTIGATION_MOVES.find((one) => one === move && !INNER.includes(one)) as InvestigationMove | undefined;
    if (known === undefined) throw Problem.notFound(`There is no move ${move.slice(0, 40)}.`);
    await this.readable(id, caller);
    const { state, position } = await this.investigations.move(id, known, body, caller);
    await this.commands.visible(position);
    setPosition(reply, position);
    return this.shown({ id, state });
  }

  /** Nothing is in it: the signal stays, with the reason. */
  @Post('signals/:id/dismiss')
  @HttpCode(200)
  @Roles('regulator')
  @ApiOperation({ summary: 'Dismiss a signal after triage' })
  async dismiss(
    @Param('id') id: string,
    @Body() { reason }: DismissSignalDto,
    @Caller() caller: Principal,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<unknown> {
    const position = await this.investigations.dismiss(id, reason, caller);
    await this.commands.visible(position);
    setPosition(reply, position);
    return { id, state: 'dismissed', reason };
  }

  private async shown(stored: Stored): Promise<unknown> {
    return shown(await this.words.spokenOne(stored, STORED_WORDS));
  }

  private async readable(id: string, caller: Principal): Promise<Stored> {
    const [row] = await this.database.query<Stored>('SELECT id, state FROM recall_investigation WHERE id = $1', [id]);
    const mayRead =
      isAuthority(caller) ||
      caller.role === 'auditor' ||
      (caller.party !== undefined && (row?.state.producers.includes(caller.party) ?? false));
    if (row === undefined || !mayRead) throw Problem.notFound('There is no such investigation.');
    return row;
  }
}

/** What a hold reaches from now on, or what is free: its scope without what is still held. */
function heldGoods({ hold, scope = hold?.scope, except }: TimelineData): Record<string, unknown> {
  return {
    ...(scope === undefined ? {} : { scope: showScope(scope) }),
    ...(except === undefined ? {} : { except: showScope(except) }),
  };
}

function shown({ id, state }: Stored): Record<string, unknown> {
  const { phase, codes, producers, hold, openedBy: _openedBy, ...rest } = state;
  return {
    id,
    state: phase,
    ...Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined)),
    codes: codes.map(toUri),
    producers: producers.map(toUri),
    ...(hold === undefined ? {} : { hold: shownHold(hold) }),
  };
}

function shownHold({ party, ...hold }: PlacedHold): unknown {
  return { ...hold, ...(party === undefined ? {} : { party: toUri(party) }), scope: showScope(hold.scope) };
}
