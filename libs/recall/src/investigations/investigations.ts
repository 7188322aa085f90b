import { randomUUID } from 'node:crypto';
import { Directory, isAuthority, Principal } from '@suyuan/access';
import { EventLogPort, Json } from '@suyuan/event-log';
import { describeKey, parseCode } from '@suyuan/gs1';
import { Clock, Database, Problem } from '@suyuan/platform';
import { Scope } from '@suyuan/trace';
import { actorOf } from '../http/actor';
import { Words } from '../privacy/words';
import { DecidedStreams, Outcome } from '../processes/decided-stream';
import { signalStream } from '../projection/records';
import { readScope } from '../scope/read-scope';
import { InvestigationCommand, InvestigationState, MoveInvestigation } from './domain/investigation.decider';
import { Hold, InvestigationEvent } from './domain/investigation.events';
import { InvestigationMove } from './domain/investigation.transitions';
import { INVESTIGATIONS, investigationStream } from './investigation-stream';
import { SIGNAL_DISMISSED } from './investigation.projector';
import { SignalTriage } from './signal-triage';
import { MoveInvestigationDto, OpenInvestigationDto } from './investigation.dto';

interface StoredSignal {
  readonly id: string;
  readonly data: { readonly codes: readonly string[]; readonly at: string };
  readonly party: string | null;
  readonly triage: SignalTriage | null;
}

/** What people ask of investigations. */
export class Investigations {
  private readonly streams: DecidedStreams<InvestigationState, InvestigationCommand, InvestigationEvent>;

  constructor(
    private readonly log: EventLogPort,
    private readonly database: Database,
    private readonly directory: Directory,
    private readonly clock: Clock,
    private readonly words: Words,
  ) {
    this.streams = new DecidedStreams(log, INVESTIGATIONS, words);
  }

  async open(body: OpenInvestigationDto, caller: Principal): Promise<{ id: string } & Outcome<InvestigationState>> {
    const signals = await this.signalsOf(body.signals ?? [], caller);
    const said = (body.codes ?? []).map((code, index) => keyOf(code, `/codes/${index}`));
    const codes = [...new Set([...said, ...signals.flatMap(({ data }) => data.codes)])];
    if (codes.length === 0 && signals.length === 0) throw missing('codes', 'an investigation needs a signal or a code');
    const now = this.now();
    const id = `in-${randomUUID()}`;
    const outcome = await this.streams.handle(investigationStream(id), {
      type: 'Open',
      title: body.title,
      signals: signals.map((signal) => signal.id),
      codes,
      producers: await this.producersOf(codes),
      knownAt: signals.map(({ data }) => data.at).sort()[0] ?? now,
      at: now,
      by: actorOf(caller),
    });
    return { id, ...outcome };
  }

  async move(
    id: string,
    move: InvestigationMove,
    body: MoveInvestigationDto,
    caller: Principal,
  ): Promise<Outcome<InvestigationState>> {
    checkBody(move, body);
    const more: Partial<MoveInvestigation> = {
      ...(body.reason === undefined ? {} : { reason: body.reason }),
      ...(body.finding === undefined ? {} : { finding: body.finding }),
      ...(body.upheld === undefined ? {} : { upheld: body.upheld }),
      ...(move === 'add-signal' ? { signal: (await this.signalsOf([body.signal ?? ''], caller))[0]?.id ?? '' } : {}),
      ...(move === 'assess' ? { assessment: assessmentOf(body) } : {}),
      ...(move === 'hold' ? { hold: await this.holdOf(body, caller) } : {}),
    };
    return this.streams.handle(investigationStream(id), { type: 'Move', move, at: this.now(), by: actorOf(caller), ...more });
  }

  /** The recall that an investigation led to; told twice, written once. */
  async decided(id: string, recallId: string): Promise<number> {
    const by = { keyId: 'system', role: 'system' } as const;
    const { state } = await this.streams.read(investigationStream(id));
    if (state.recallId === recallId) return 0;
    return (await this.streams.handle(investigationStream(id), { type: 'Move', move: 'decide', recallId, at: this.now(), by }))
      .position;
  }

  async state(id: string): Promise<InvestigationState> {
    return (await this.streams.read(investigationStream(id))).state;
  }

  /** Triage: nothing in it. Who reported it sees why. @returns the log position */
  async dismiss(signal: string, reason: string, caller: Principal): Promise<number> {
    const [found] = await this.signalsOf([signal], caller);
    if (found === undefined) throw Problem.notFound('There is no such signal.');
    if (found.triage?.state === 'investigated')
      throw Problem.conflict('signal/investigated', 'This signal is part of an investigation: that is closed, with a reason.');
    if (found.triage?.state === 'dismissed')
      throw Problem.conflict('signal/dismissed', 'This signal has been dismissed already.');
    const { command: said, words } = this.words.apart({ reason }, ['reason']);
    await this.words.keep(words, signal);
    const record = {
      id: `${signalStream(signal)}:dismissed`,
      type: SIGNAL_DISMISSED,
      data: { signal, state: 'dismissed', ...said, at: this.now(), by: caller.keyId } as unknown as Json,
      meta: {},
    };
    const result = await this.log.append([{ stream: signalStream(signal), records: [record] }]);
    if (result.kind !== 'appended') throw Problem.conflict('signal/dismissed', 'This signal has been dismissed already.');
    return result.position;
  }

  /** A producer holds its own products; an authority any. */
  private async holdOf(body: MoveInvestigationDto, caller: Principal): Promise<Hold> {
    const scope: Scope = readScope(body.scope ?? {});
    if (!isAuthority(caller)) {
      for (const [index, { gtin }] of scope.include.entries()) {
        // Master data must say so: a product of which nobody says whose it is may be anybody's.
        const producer = gtin === undefined ? undefined : (await this.directory.product(`01/${gtin}`))?.producer;
        if (producer !== undefined && producer === caller.party) continue;
        const message = 'a producer holds goods of its own products, named by GTIN';
        const rule = 'investigation/not-your-product';
        throw new Problem(403, rule, 'Forbidden', message, [{ pointer: `/scope/include/${index}`, rule, message }]);
      }
    }
    return { scope, instructions: body.instructions ?? '', reason: body.reason ?? '' };
  }

  private async signalsOf(ids: readonly string[], caller: Principal): Promise<StoredSignal[]> {
    const rows = await this.database.query<StoredSignal>(
      'SELECT id, data, party, triage FROM recall_signal WHERE id = ANY($1::text[])',
      [ids],
    );
    return ids.map((id, index) => {
      const found = rows.find((row) => row.id === id);
      const visible = found !== undefined && (isAuthority(caller) || found.party === caller.party);
      if (visible) return found;
      const message = `there is no signal ${JSON.stringify(id.slice(0, 60))}`;
      throw Problem.badRequest('investigation/unknown-signal', message, [
        { pointer: `/signals/${index}`, rule: 'investigation/unknown-signal', message },
      ]);
    });
  }

  private async producersOf(codes: readonly string[]): Promise<string[]> {
    const producers = new Set<string>();
    for (const gtin of new Set(codes.flatMap((code) => describeKey(code).gtin ?? []))) {
      const producer = (await this.directory.product(`01/${gtin}`))?.producer;
      if (producer !== undefined) producers.add(producer);
    }
    return [...producers].sort();
  }

  private now(): string {
    return this.clock.now().toISOString();
  }
}

/** Members without which a move means nothing. */
const NEEDS: Readonly<Partial<Record<InvestigationMove, readonly (keyof MoveInvestigationDto)[]>>> = {
  'add-signal': ['signal'],
  notify: ['reason'],
  report: ['finding', 'reason'],
  'take-over': ['reason'],
  assess: ['scenarios'],
  dispute: ['reason'],
  'answer-dispute': ['upheld', 'reason'],
  hold: ['scope', 'instructions', 'reason'],
  lift: ['reason'],
  close: ['reason'],
};

function checkBody(move: InvestigationMove, body: MoveInvestigationDto): void {
  for (const member of NEEDS[move] ?? []) {
    const value = body[member];
    if (value === undefined || (typeof value === 'string' && value.trim() === ''))
      throw missing(member, `${move} needs ${member}`);
  }
}

function assessmentOf({
  scenarios = [],
  class: recallClass,
  depth,
}: MoveInvestigationDto): NonNullable<MoveInvestigation['assessment']> {
  return {
    scenarios: scenarios.map(({ harm, severity, probability, vulnerable = false }) => ({
      harm,
      severity,
      probability,
      vulnerable,
    })),
    ...(recallClass === undefined ? {} : { class: recallClass }),
    ...(depth === undefined ? {} : { depth }),
  };
}

function keyOf(code: string, pointer: string): string {
  const parsed = parseCode(code);
  if (parsed.ok) return parsed.identifier.key;
  const { rule, message } = parsed.error;
  throw Problem.badRequest(rule, message, [{ pointer, rule, message }]);
}

function missing(member: string, message: string): Problem {
  const rule = `investigation/${member}-missing`;
  return Problem.badRequest(rule, message, [{ pointer: `/${member}`, rule, message }]);
}
