import { createHash, randomUUID } from 'node:crypto';
import { Body, Controller, Get, HttpCode, Param, Post, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Caller, Directory, isAuthority, Principal, Roles } from '@suyuan/access';
import { EventLogPort } from '@suyuan/event-log';
import { toUri } from '@suyuan/gs1';
import { Clock, Problem, setPosition } from '@suyuan/platform';
import { HolderTaskState } from '../domain/holder-task.state';
import { RecallState } from '../domain/recall.state';
import { mayReadRecall, RecallReads } from '../http/recall-reads';
import { RecallCommands } from '../http/recall-commands';
import { DecidedStreams } from '../processes/decided-stream';
import { Words } from '../privacy/words';
import { RecallStreams } from '../processes/recall-streams';
import { Effectiveness as EffectivenessRules } from '../regimes/regime';
import { RegimeBook } from '../regimes/regime-book';
import {
  ALGORITHM,
  Check,
  Checker,
  draw,
  Effectiveness,
  EffectivenessCommand,
  EffectivenessEvent,
  outcomeOf,
  Sample,
} from './domain/effectiveness';
import { Depth, isWithinDepth } from './domain/depth';
import { EFFECTIVENESS, effectivenessStream } from './effectiveness-stream';
import { DrawSampleDto, RecordCheckDto } from './effectiveness.dto';

type Reply = { header(name: string, value: string): unknown };

/** Did the recall reach its holders, and did they act? Samples that anybody can draw again, and what the checks found. */
@ApiTags('recalls')
@Controller('api/v1/recalls')
export class EffectivenessController {
  private readonly streams: DecidedStreams<Effectiveness, EffectivenessCommand, EffectivenessEvent>;

  constructor(
    log: EventLogPort,
    words: Words,
    private readonly reads: RecallReads,
    private readonly tasks: RecallStreams,
    private readonly commands: RecallCommands,
    private readonly directory: Directory,
    private readonly regimes: RegimeBook,
    private readonly clock: Clock,
  ) {
    this.streams = new DecidedStreams(log, EFFECTIVENESS, words);
  }

  /** `{samples: [{sampleId, checker, level, fraction, depth?, seed, algorithm, frame, drawn[], at, outcome}], checks[]}` */
  @Get(':id/effectiveness')
  @ApiOperation({ summary: 'Samples, checks and rates; the authority’s audit checks beside the firm’s' })
  async show(@Param('id') id: string, @Caller() caller: Principal): Promise<unknown> {
    const { state } = mayReadRecall(await this.reads.recall(id), caller);
    return this.shown(state, (await this.streams.read(effectivenessStream(id))).state);
  }

  @Post(':id/effectiveness/samples')
  @Roles('regulator', 'operator')
  @ApiOperation({ summary: 'Draw holders to check: by a regime’s level or a fraction, reproducible by its seed' })
  async sample(
    @Param('id') id: string,
    @Body() body: DrawSampleDto,
    @Caller() caller: Principal,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<unknown> {
    const { state } = mayReadRecall(await this.reads.recall(id), caller);
    const rules = this.rulesOf(state);
    const level = body.level ?? rules.levelByClass?.[state.content?.class ?? ''] ?? rules.level;
    const fraction = body.fraction ?? rules.levels[level];
    if (fraction === undefined) {
      const message = `level must be one of ${Object.keys(rules.levels).join(', ')}`;
      throw Problem.badRequest('recall/unknown-level', message, [{ pointer: '/level', rule: 'recall/unknown-level', message }]);
    }
    const depth = body.depth ?? state.content?.depth ?? 'consumer';
    const frame = await this.frameOf(id, depth);
    const seed = body.seed ?? randomUUID();
    const sample: Sample = {
      sampleId: `es-${randomUUID()}`,
      checker: checkerOf(caller),
      level,
      fraction,
      depth,
      seed,
      algorithm: ALGORITHM,
      frame: frame.sort(),
      drawn: draw(frame, seed, fraction, sha256),
      at: this.clock.now().toISOString(),
    };
    const outcome = await this.streams.handle(effectivenessStream(id), { type: 'Draw', sample, by: caller.keyId });
    setPosition(reply, outcome.position);
    return this.shown(state, outcome.state);
  }

  /** Notice ids of the holders within a depth, released ones left out. */
  private async frameOf(id: string, depth: Depth): Promise<string[]> {
    const tasks = (await this.reads.tasks(id)).filter(({ released }) => !released);
    const parties = await this.directory.parties(tasks.map(({ party }) => party));
    const within = tasks.filter((task) => isWithinDepth(task, parties.get(task.party)?.roles ?? [], depth));
    return within.map(({ noticeId }) => noticeId);
  }

  /** A check that failed marks the holder as not responding; one that passed verifies it. */
  @Post(':id/effectiveness/checks')
  @HttpCode(201)
  @Roles('regulator', 'operator')
  @ApiOperation({ summary: 'Record what a check of a holder found' })
  async check(
    @Param('id') id: string,
    @Body() body: RecordCheckDto,
    @Caller() caller: Principal,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<unknown> {
    mayReadRecall(await this.reads.recall(id), caller);
    const task = await this.reads.task(id, body.noticeId);
    const at = this.clock.now().toISOString();
    const { state } = await this.streams.handle(effectivenessStream(id), {
      type: 'Record',
      check: {
        checkId: `ec-${randomUUID()}`,
        noticeId: body.noticeId,
        checker: checkerOf(caller),
        method: body.method,
        reached: body.reached,
        gotNotice: body.reached && body.gotNotice,
        understood: body.reached && body.understood,
        foundProduct: body.reached && body.foundProduct,
        acted: body.reached && body.acted,
        forwarded: body.forwarded ?? null,
        ...(body.quantity === undefined ? {} : { quantity: body.quantity }),
        at,
        by: caller.keyId,
      },
    });
    const check = state.checks[state.checks.length - 1];
    if (check === undefined) throw new Error('a check that was recorded is not there');
    const position = await this.consequence(id, task, check);
    await this.commands.visible(position);
    setPosition(reply, position);
    const { by: _by, ...shown } = check;
    return { ...shown, party: toUri(task.party) };
  }

  private async consequence(id: string, task: HolderTaskState, { verdict, attempt, at, by }: Check): Promise<number> {
    const { state } = await this.reads.recall(id);
    const stamp = { at, by };
    if (verdict === 'effective') return (await this.tasks.task(id, task.party, { type: 'Verify', ...stamp })).position;
    const tries = this.rulesOf(state).attempts;
    if (verdict === 'not_reached' && attempt < tries) return 0;
    const reason =
      verdict === 'not_reached' ? `not reached in ${attempt} attempts` : 'an effectiveness check found that it did not act';
    return (await this.tasks.task(id, task.party, { type: 'Mark', mark: 'non_responsive', reason, ...stamp })).position;
  }

  /** Of the recall's regimes the one that checks most. */
  private rulesOf({ content }: RecallState): EffectivenessRules {
    const rules = this.regimes.of(content?.regimes ?? []).map(({ effectiveness }) => effectiveness);
    const share = (one: EffectivenessRules): number => one.levels[one.levelByClass?.[content?.class ?? ''] ?? one.level] ?? 0;
    return rules.sort((one, other) => share(other) - share(one))[0] ?? NO_RULES;
  }

  private shown(recall: RecallState, { samples, checks }: Effectiveness): unknown {
    const { levels } = this.rulesOf(recall);
    return {
      samples: samples.map((sample) => ({ ...sample, outcome: outcomeOf(sample, checks, levels) })),
      checks: checks.map(({ by: _by, ...check }) => check),
    };
  }
}

const NO_RULES: EffectivenessRules = { level: 'A', levels: { A: 1 }, attempts: 3, source: 'Suyuan', evidence: 'read' };
const checkerOf = (caller: Principal): Checker => (isAuthority(caller) ? 'authority' : 'firm');
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
