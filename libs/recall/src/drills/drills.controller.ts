import { createHash, randomUUID } from 'node:crypto';
import { Body, Controller, Get, Param, Post, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Caller, Principal, Roles } from '@suyuan/access';
import { describeKey, parseCode, toUri } from '@suyuan/gs1';
import { Database, Problem, setPosition } from '@suyuan/platform';
import { TraceReader } from '@suyuan/trace';
import { IsOptional, IsString, MaxLength, MinLength } from 'class-validator';
import { RecallCommands } from '../http/recall-commands';
import { mayReadRecall, RecallReads, StoredRecall } from '../http/recall-reads';
import { Reconciliation } from '../reconciliation/reconciliation';
import { certificatePage } from './certificate-page';
import { certificateOf, DrillCertificate } from './domain/certificate';
import { DrillScore, scoreOf } from './domain/score';

class StartDrillDto {
  /** GTIN of the product in any spelling: one of its lots is chosen. */
  @IsString() @MinLength(1) @MaxLength(300) gtin!: string;
  @IsOptional() @IsString() @MinLength(1) @MaxLength(100) seed?: string;
  @IsOptional() @IsString() @MinLength(1) @MaxLength(300) title?: string;
}

type Reply = { header(name: string, value: string): unknown };
type FileReply = Reply & { send(body: unknown): unknown };

/** Recalls played with a real lot: the same way, the same figures, and nothing leaves the system. */
@ApiTags('drills')
@Controller('api/v1')
export class DrillsController {
  constructor(
    private readonly commands: RecallCommands,
    private readonly reads: RecallReads,
    private readonly reconciliation: Reconciliation,
    private readonly trace: TraceReader,
    private readonly database: Database,
  ) {}

  /** 201 `{id, state, lot, seed}`: the lot is the first by the hash of seed and key, so that the choice can be repeated. */
  @Post('drills')
  @Roles('regulator', 'operator')
  @ApiOperation({ summary: 'Start a drill with a lot chosen by a seed, and activate it' })
  async start(
    @Body() body: StartDrillDto,
    @Caller() caller: Principal,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<unknown> {
    const gtin = gtinOfCode(body.gtin);
    const seed = body.seed ?? randomUUID();
    const lots = (await this.trace.productsOf(gtin)).filter((key) => describeKey(key).kind === 'lot');
    const chosen = lots.map((key) => ({ key, rank: sha256(`${seed}\n${key}`) })).sort((a, b) => (a.rank < b.rank ? -1 : 1))[0];
    if (chosen === undefined) throw Problem.conflict('drill/no-lot', `No lot of GTIN ${gtin} is known.`);
    const lot = describeKey(chosen.key).lot ?? '';
    const { id } = await this.commands.create(
      {
        title: body.title ?? `Drill: lot ${lot}`,
        mode: 'drill',
        regimes: ['drill'],
        basis: 'voluntary',
        depth: 'retail',
        reason: 'Recall drill',
        hazard: 'None: this is a drill.',
        product: `GTIN ${gtin}, lot ${lot}`,
        scope: { include: [{ gtin, lots: [lot] }] },
        instructions: 'Drill: find the goods on paper and on the shelf, say what you have. Move nothing.',
        contacts: [],
      },
      caller,
    );
    const { state, position } = await this.commands.move(id, 'activate', {}, caller);
    setPosition(reply, position);
    return { id, state: state.phase, lot: toUri(chosen.key), seed };
  }

  /** How ready the firm is: `{id, lot, score, certificate?}`; a certificate once the drill is completed and was passed. */
  @Get('recalls/:id/drill')
  @ApiOperation({ summary: 'The score of a drill' })
  async score(@Param('id') id: string, @Caller() caller: Principal): Promise<unknown> {
    const recall = this.drill(await this.reads.recall(id), caller);
    const score = await this.scored(recall);
    return { id, title: recall.state.content?.title, score, ...certified(recall, score) };
  }

  /** 404 before the drill is completed and passed. `format=html` is made for printing. */
  @Get('recalls/:id/drill/certificate')
  @ApiOperation({ summary: 'The certificate of a passed drill, valid for twelve months' })
  async certificate(
    @Param('id') id: string,
    @Query('format') format: string | undefined,
    @Caller() caller: Principal,
    @Res() reply: FileReply,
  ): Promise<void> {
    const recall = this.drill(await this.reads.recall(id), caller);
    const { certificate } = certified(recall, await this.scored(recall));
    if (certificate === undefined) throw Problem.notFound('This drill is not completed, or was not passed.');
    reply.header('content-type', format === 'html' ? 'text/html; charset=utf-8' : 'application/json; charset=utf-8');
    reply.send(format === 'html' ? certificatePage(certificate) : certificate);
  }

  private drill(recall: StoredRecall, caller: Principal): StoredRecall {
    if (mayReadRecall(recall, caller).state.mode !== 'drill') throw Problem.notFound('This recall is no drill.');
    return recall;
  }

  private async scored({ id, state, resolution }: StoredRecall): Promise<DrillScore> {
    const [first] = await this.database.query<{ at: string }>(
      `SELECT at FROM recall_entry WHERE recall_id = $1 AND type = 'ScopeResolved' ORDER BY position LIMIT 1`,
      [id],
    );
    const { totals } = await this.reconciliation.ofRecall(id);
    const tasks = (await this.reads.tasks(id)).filter(({ released }) => !released);
    return scoreOf({
      activatedAt: state.activatedAt,
      resolvedAt: first?.at,
      tasks: tasks.map((task) => ({
        sentAt: task.sentAt,
        acknowledgedAt: task.acknowledgedAt,
        accountedAt: task.reconciledAt ?? (task.affected === false ? task.acknowledgedAt : undefined),
      })),
      totals: totals.map(({ product, uom, produced, declared, unaccounted }) => ({
        product,
        uom,
        produced,
        declared: Object.values(declared).reduce((all, figure) => all + figure, 0),
        unaccounted,
      })),
      holes: resolution?.unassigned.length ?? 0,
    });
  }
}

function certified({ id, state }: StoredRecall, score: DrillScore): { certificate?: DrillCertificate } {
  const { activatedAt, completedAt, content, producers } = state;
  const product = content?.product ?? '';
  return certificateOf({ drillId: id, producers: producers.map(toUri), product, activatedAt, completedAt }, score);
}

function gtinOfCode(code: string): string {
  const parsed = parseCode(/^\d{8,14}$/.test(code) ? `(01)${code.padStart(14, '0')}` : code);
  const gtin = parsed.ok ? describeKey(parsed.identifier.key).gtin : undefined;
  if (gtin !== undefined) return gtin;
  const message = parsed.ok ? 'not the code of a product' : parsed.error.message;
  throw Problem.badRequest('drill/bad-gtin', message, [{ pointer: '/gtin', rule: 'drill/bad-gtin', message }]);
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
