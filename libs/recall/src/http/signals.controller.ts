import { randomUUID } from 'node:crypto';
import { Body, Controller, Get, Param, Post, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Caller, isAuthority, Principal, Roles } from '@suyuan/access';
import { EventLogPort, Json } from '@suyuan/event-log';
import { parseCode, toUri } from '@suyuan/gs1';
import { Clock, Database, Problem, setPosition } from '@suyuan/platform';
import { timeToMicros } from '@suyuan/trace/domain';
import { SignalTriage } from '../investigations/signal-triage';
import { ERASED } from '../domain/word-paths';
import { PersonalData } from '../privacy/personal-data';
import { Words } from '../privacy/words';
import { signalStream, SIGNAL_RECEIVED } from '../projection/records';
import { Paging, pageFrom, readPaging } from './paging';
import { RecallCommands } from './recall-commands';
import { SignalDto } from './recall.dto';

interface SignalRow {
  readonly data: Record<string, unknown>;
  readonly said: string | null;
  /** What was judged of it. */
  readonly triage?: SignalTriage | null;
}

/** Where what was judged of a signal carries what somebody wrote. */
const TRIAGE_WORDS = ['triage.reason'];

/** Complaints, incidents, failed tests and foreign alerts: what recalls begin with. */
@ApiTags('signals')
@Controller('api/v1/signals')
export class SignalsController {
  constructor(
    private readonly log: EventLogPort,
    private readonly database: Database,
    private readonly commands: RecallCommands,
    private readonly clock: Clock,
    private readonly personal: PersonalData,
    private readonly words: Words,
  ) {}

  /** The description may speak of people: it is kept erasably, the log carries its id. */
  @Post()
  @Roles('regulator', 'operator')
  @ApiOperation({ summary: 'Report a signal' })
  async report(
    @Body() body: SignalDto,
    @Caller() caller: Principal,
    @Res({ passthrough: true }) reply: { header(name: string, value: string): unknown },
  ): Promise<unknown> {
    const codes = (body.codes ?? []).map((code, index) => {
      const parsed = parseCode(code);
      if (!parsed.ok)
        throw Problem.badRequest(parsed.error.rule, parsed.error.message, [
          { pointer: `/codes/${index}`, rule: parsed.error.rule, message: parsed.error.message },
        ]);
      return parsed.identifier.key;
    });
    if (body.at !== undefined && timeToMicros(body.at) === undefined) {
      const message = 'an RFC 3339 time with an offset is needed';
      throw Problem.badRequest('recall/bad-time', message, [{ pointer: '/at', rule: 'recall/bad-time', message }]);
    }
    const id = `sg-${randomUUID()}`;
    const data = {
      id,
      kind: body.kind,
      codes,
      descriptionId: await this.personal.keep(body.description, 'signal', id),
      at: body.at ?? this.clock.now().toISOString(),
      ...(caller.party === undefined ? {} : { party: caller.party }),
      ...(body.recallId === undefined ? {} : { recallId: body.recallId }),
    };
    const result = await this.log.append([
      {
        stream: signalStream(id),
        records: [{ id: signalStream(id), type: SIGNAL_RECEIVED, data: data as unknown as Json, meta: {} }],
      },
    ]);
    if (result.kind !== 'appended') throw Problem.conflict('recall/signal-refused', 'The signal could not be stored.');
    await this.commands.visible(result.position);
    setPosition(reply, result.position);
    return this.show({ data, said: body.description });
  }

  @Get()
  async list(@Query() query: Paging, @Caller() caller: Principal): Promise<unknown> {
    const { limit, offset } = readPaging(query, 200);
    const party = isAuthority(caller) || caller.role === 'auditor' ? null : (caller.party ?? '');
    const rows = await this.database.query<SignalRow>(
      `SELECT s.data, s.triage, p.said FROM recall_signal s LEFT JOIN recall_person p ON p.id = s.data->>'descriptionId'
        WHERE ($1::text IS NULL OR s.party = $1) ORDER BY s.position DESC LIMIT $2 OFFSET $3`,
      [party, limit + 1, offset],
    );
    return pageFrom(
      (await this.words.spoken(rows, TRIAGE_WORDS)).map((row) => this.show(row)),
      limit,
      offset,
    );
  }

  @Get(':id')
  async one(@Param('id') id: string, @Caller() caller: Principal): Promise<unknown> {
    const [row] = await this.database.query<SignalRow & { party: string | null }>(
      `SELECT s.data, s.party, s.triage, p.said FROM recall_signal s LEFT JOIN recall_person p ON p.id = s.data->>'descriptionId' WHERE s.id = $1`,
      [id],
    );
    const allowed =
      row !== undefined &&
      (isAuthority(caller) || caller.role === 'auditor' || (caller.party !== undefined && row.party === caller.party));
    if (!allowed) throw Problem.notFound('There is no such signal.');
    return this.show(await this.words.spokenOne(row, TRIAGE_WORDS));
  }

  private show({ data, said, triage }: SignalRow): Record<string, unknown> {
    const { descriptionId: _, codes, party, ...rest } = data;
    return {
      ...rest,
      codes: (codes as string[]).map(toUri),
      ...(typeof party === 'string' ? { party: toUri(party) } : {}),
      description: said ?? ERASED,
      ...shownTriage(triage),
    };
  }
}

/** Never who judged, nor when: the reporter is told what came of it. */
function shownTriage(triage: SignalTriage | null | undefined): Partial<SignalTriage> {
  if (triage === null || triage === undefined) return {};
  return triage.state === 'dismissed'
    ? { state: triage.state, reason: triage.reason }
    : { state: triage.state, investigationId: triage.investigationId };
}
