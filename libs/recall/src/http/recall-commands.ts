import { randomUUID } from 'node:crypto';
import { CommandBus } from '@nestjs/cqrs';
import { Directory, Principal } from '@suyuan/access';
import { Clock, Problem, Progress } from '@suyuan/platform';
import { Scope, TraceReader } from '@suyuan/trace';
import { ChangeRecall } from '../commands/commands';
import { MoveRecall, RecallCommand, RecallState } from '../domain/recall.decider';
import { RecallContent } from '../domain/recall.events';
import { narrows } from '../domain/narrows';
import { Move } from '../domain/recall.transitions';
import { Outcome } from '../processes/decided-stream';
import { RecallStreams } from '../processes/recall-streams';
import { RECALL_PROJECTION } from '../projection/recall-follower';
import { plainDetails } from '../notices/notice-details.dto';
import { PersonalData } from '../privacy/personal-data';
import { checkClass } from '../regimes/check-class';
import { RegimeBook } from '../regimes/regime-book';
import { readScope } from '../scope/read-scope';
import { Investigations } from '../investigations/investigations';
import { AskedRecall, Origin, recallIdOf, RecallOrigin } from '../investigations/recall-origin';
import { actorOf } from './actor';
import { CreateRecallDto, MoveDto } from './recall.dto';
import { RecallReads } from './recall-reads';

/** What people ask of a recall. Each write is visible in the read models when it resolves. */
export class RecallCommands {
  private readonly origin: RecallOrigin;

  constructor(
    private readonly bus: CommandBus,
    streams: RecallStreams,
    private readonly reads: RecallReads,
    private readonly directory: Directory,
    private readonly trace: TraceReader,
    private readonly progress: Progress,
    private readonly clock: Clock,
    private readonly regimes: RegimeBook,
    private readonly investigations: Investigations,
    private readonly personal: PersonalData,
  ) {
    this.origin = new RecallOrigin(investigations, streams, personal);
  }

  async create(body: CreateRecallDto, caller: Principal): Promise<{ id: string } & Outcome<RecallState>> {
    this.checkRegimes(body);
    const scope = readScope(body.scope);
    const content: RecallContent = {
      title: body.title,
      regimes: body.regimes,
      ...(body.class === undefined ? {} : { class: body.class }),
      depth: body.depth,
      reason: body.reason,
      hazard: body.hazard,
      product: body.product,
      scope,
      ...(body.remedy === undefined ? {} : { remedy: body.remedy }),
      instructions: body.instructions,
      contacts: body.contacts.map(({ name, phone, email }) => ({
        name,
        ...(phone === undefined ? {} : { phone }),
        ...(email === undefined ? {} : { email }),
      })),
      ...(body.details === undefined ? {} : { details: plainDetails(body.details) }),
    };
    const origin = body.investigationId === undefined ? undefined : await this.origin.of(body.investigationId, caller);
    const id = origin === undefined ? `rc-${randomUUID()}` : recallIdOf(origin.investigationId);
    const asked = { mode: body.mode, basis: body.basis, content, by: actorOf(caller) };
    const before = origin === undefined ? undefined : await this.origin.decidedBefore(origin.investigationId, asked);
    const outcome = before ?? (await this.decide(id, asked, origin));
    const linked = origin === undefined ? 0 : await this.investigations.decided(origin.investigationId, id);
    const position = Math.max(outcome.position, linked);
    await this.visible(position);
    return { id, ...outcome, state: await this.personal.filledOne(outcome.state), position };
  }

  private async decide(id: string, asked: AskedRecall, origin: Origin | undefined): Promise<Outcome<RecallState>> {
    return this.change(id, {
      type: 'DecideRecall',
      ...asked,
      content: await this.personal.setApart(asked.content, id),
      producers: await this.producersOf(asked.content.scope),
      ...origin,
      at: this.now(),
    });
  }

  async move(id: string, move: Move, body: MoveDto, caller: Principal): Promise<Outcome<RecallState>> {
    const { state } = await this.reads.recall(id);
    if (NEED_REASON.includes(move)) requireReason(move, body);
    if (move === 'answer-objection' && body.upheld === undefined) throw missing('upheld', 'say whether the objection is upheld');
    const changes = move === 'amend' ? await this.personal.setApart(await this.changesOf(body), id) : {};
    const outcome = await this.change(id, {
      type: 'Move',
      move,
      at: this.now(),
      by: actorOf(caller),
      ...(body.reason === undefined ? {} : { reason: body.reason }),
      ...(body.summary === undefined ? {} : { summary: body.summary }),
      // One text: its members are whatever the author calls them.
      ...(body.plan === undefined ? {} : { plan: { text: JSON.stringify(body.plan) } }),
      ...(body.upheld === undefined ? {} : { upheld: body.upheld }),
      ...(body.what === undefined ? {} : { what: body.what }),
      ...(move === 'file-report' ? { report: reportOf(body, state.content?.regimes ?? []) } : {}),
      changes,
      narrows: changes.scope !== undefined && state.content !== undefined && narrows(state.content.scope, changes.scope),
    });
    await this.visible(outcome.position);
    return { ...outcome, state: await this.personal.filledOne(outcome.state) };
  }

  private change(id: string, command: RecallCommand): Promise<Outcome<RecallState>> {
    return this.bus.execute(new ChangeRecall(id, command));
  }

  /** Waits until the read models show what stands at a position. */
  async visible(position: number): Promise<void> {
    for (let waitMs = 1; ; waitMs = Math.min(waitMs * 2, 50)) {
      const reached = this.progress.followers().find(({ name }) => name === RECALL_PROJECTION)?.position ?? 0;
      if (reached >= position) return;
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
  }

  /** Regimes that are loaded, and a class that one of them knows. */
  private checkRegimes(body: CreateRecallDto): void {
    for (const [index, id] of body.regimes.entries()) {
      if (this.regimes.get(id) !== undefined) continue;
      const message = `there is no regime ${JSON.stringify(id.slice(0, 40))}: ${this.regimes.ids().join(', ')}`;
      throw Problem.badRequest('recall/unknown-regime', message, [
        { pointer: `/regimes/${index}`, rule: 'recall/unknown-regime', message },
      ]);
    }
    checkClass(body.class, this.regimes.of(body.regimes));
  }

  private async changesOf(body: MoveDto): Promise<Partial<RecallContent>> {
    const { title, hazard, remedy, instructions, contacts } = body;
    const plain = Object.fromEntries(
      Object.entries({ title, hazard, remedy, instructions, contacts }).filter(([, value]) => value !== undefined),
    ) as Partial<RecallContent>;
    if (body.details !== undefined) Object.assign(plain, { details: plainDetails(body.details) });
    return body.scope === undefined ? plain : { ...plain, scope: readScope(body.scope) };
  }

  /** Whose product is it: master data says so, else who made it according to the graph. */
  private async producersOf(scope: Scope): Promise<string[]> {
    const producers = new Set<string>();
    for (const gtin of new Set(scope.include.flatMap((entry) => entry.gtin ?? []))) {
      const producer = (await this.directory.product(`01/${gtin}`))?.producer;
      if (producer !== undefined) producers.add(producer);
    }
    if (producers.size === 0)
      for (const party of (await this.trace.holdersOfScope({ ...scope, derived: false })).producers) producers.add(party);
    return [...producers].sort();
  }

  private now(): string {
    return this.clock.now().toISOString();
  }
}

const NEED_REASON: readonly Move[] = ['terminate', 'withdraw', 'return-plan', 'object', 'answer-objection'];

function requireReason(move: string, { reason }: MoveDto): void {
  if (reason === undefined || reason.trim() === '') throw missing('reason', `${move} needs a reason`);
}

function missing(member: string, message: string): Problem {
  const rule = `recall/${member}-missing`;
  return Problem.badRequest(rule, message, [{ pointer: `/${member}`, rule, message }]);
}

/** @throws a 400 for a regime that the recall does not name: the report would meet no clock, unnoticed */
function reportOf(
  { kind = 'progress', regime, summary }: MoveDto,
  regimes: readonly string[],
): NonNullable<MoveRecall['report']> {
  if (regime !== undefined && !regimes.includes(regime)) {
    const message = `the recall is under ${regimes.join(', ')}, not ${JSON.stringify(regime)}`;
    throw Problem.badRequest('recall/unknown-regime', message, [{ pointer: '/regime', rule: 'recall/unknown-regime', message }]);
  }
  return { kind, ...(regime === undefined ? {} : { regime }), ...(summary === undefined ? {} : { summary }) };
}
