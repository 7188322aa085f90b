import { randomUUID } from 'node:crypto';
import { Directory, isAuthority, Principal } from '@suyuan/access';
import { EventLogPort, Json } from '@suyuan/event-log';
import { describeKey, parseCode } from '@suyuan/gs1';
import { Clock, Database, InputFault, Problem } from '@suyuan/platform';
import { Scope } from '@suyuan/trace';
import { actorOf } from '../http/actor';
import { Words } from '../privacy/words';
import { RegimeBook } from '../regimes/regime-book';
import { checkClass } from '../regimes/check-class';
import { DecidedStreams, Outcome } from '../processes/decided-stream';
import { signalStream } from '../projection/records';
import { readScope } from '../scope/read-scope';
import { InvestigationCommand, InvestigationState, MoveInvestigation, SignalFacts } from './domain/investigation.decider';
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
    private readonly regimes: RegimeBook,
  ) {
    this.streams = new DecidedStreams(log, INVESTIGATIONS, words);
  }

  async open(body: OpenInvestigationDto, caller: Principal): Promise<{ id: string } & Outcome<InvestigationState>> {
    const signals = await this.signalsOf([...new Set(body.signals ?? [])], caller, (index) => `/signals/${index}`);
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
      knownAt: earliest([now, ...signals.map(({ data }) => data.at)]),
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
      ...(body.evidence === undefined ? {} : { evidence: body.evidence }),
      ...(move === 'add-signal' ? { signal: await this.signalFacts(body.signal ?? '', caller) } : {}),
      ...(move === 'assess' ? { assessment: this.assessmentOf(body) } : {}),
      ...(move === 'hold' ? { hold: await this.holdOf(body, caller) } : {}),
    };
    return this.streams.handle(investigationStream(id), { type: 'Move', move, at: this.now(), by: actorOf(caller), ...more });
  }

  /** The recall that an investigation led to; told twice, written once. @returns the log position that shows it */
  async decided(id: string, recallId: string): Promise<number> {
    const by = { keyId: 'system', role: 'system' } as const;
    const { state, position } = await this.streams.read(investigationStream(id));
    if (state.phase === 'absent' || state.recallId !== undefined) return position;
    return (await this.streams.handle(investigationStream(id), { type: 'Move', move: 'decide', recallId, at: this.now(), by }))
      .position;
  }

  async state(id: string): Promise<InvestigationState> {
    return (await this.streams.read(investigationStream(id))).state;
  }

  /** Triage: nothing in it. Who reported it sees why. @returns the log position */
  async dismiss(signal: string, reason: string, caller: Principal): Promise<number> {
    const found = await this.signal(signal, caller);
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

  /** A producer holds its own products, and reaches no others through them (`check/recall-rows.ts`); an authority any. */
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

  /** @param pointerTo where in the body the signal of an index is named */
  private async signalsOf(
    ids: readonly string[],
    caller: Principal,
    pointerTo: (index: number) => string,
  ): Promise<StoredSignal[]> {
    const found: StoredSignal[] = [];
    const faults: InputFault[] = [];
    for (const [index, id] of ids.entries()) {
      const signal = await this.signal(id, caller);
      const message = `there is no signal ${JSON.stringify(id.slice(0, 60))}`;
      if (signal === undefined) faults.push({ pointer: pointerTo(index), rule: 'investigation/unknown-signal', message });
      else found.push(signal);
    }
    if (faults[0] !== undefined) throw Problem.badRequest('investigation/unknown-signal', faults[0].message, faults);
    return found;
  }

  /** undefined when there is none, or none for this caller: others' signals are the authority's to see. */
  private async signal(id: string, caller: Principal): Promise<StoredSignal | undefined> {
    const [row] = await this.database.query<StoredSignal>('SELECT id, data, party, triage FROM recall_signal WHERE id = $1', [
      id,
    ]);
    return row !== undefined && (isAuthority(caller) || row.party === caller.party) ? row : undefined;
  }

  private async signalFacts(id: string, caller: Principal): Promise<SignalFacts> {
    const signals = await this.signalsOf([id], caller, () => '/signal');
    const codes = [...new Set(signals.flatMap(({ data }) => data.codes))];
    const knownAt = earliest([this.now(), ...signals.map(({ data }) => data.at)]);
    return { id, codes, producers: await this.producersOf(codes), knownAt };
  }

  /** A class that some regime knows: under which ones the recall will run is not decided yet. */
  private assessmentOf({
    scenarios = [],
    class: recallClass,
    depth,
  }: MoveInvestigationDto): NonNullable<MoveInvestigation['assessment']> {
    checkClass(recallClass, this.regimes.all());
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
  dispute: ['reason', 'evidence'],
  'answer-dispute': ['upheld', 'reason'],
  hold: ['scope', 'instructions', 'reason'],
  lift: ['reason'],
  close: ['reason'],
};

function checkBody(move: InvestigationMove, body: MoveInvestigationDto): void {
  for (const member of NEEDS[move] ?? []) {
    const value = body[member];
    if (value === undefined || (typeof value === 'string' && value.trim() === ''))
      throw missing(member, `${move} needs ${member}`, member === 'evidence' ? 422 : 400);
  }
}

function keyOf(code: string, pointer: string): string {
  const parsed = parseCode(code);
  if (parsed.ok) return parsed.identifier.key;
  const { rule, message } = parsed.error;
  throw Problem.badRequest(rule, message, [{ pointer, rule, message }]);
}

/** 422: what was sent is understood and not enough, for a judgement is disputed with what shows it. */
function missing(member: string, message: string, status: 400 | 422 = 400): Problem {
  const rule = `investigation/${member}-missing`;
  const faults = [{ pointer: `/${member}`, rule, message }];
  return status === 400 ? Problem.badRequest(rule, message, faults) : Problem.unprocessable(rule, message, faults);
}

/** Of RFC 3339 times the first, whatever offsets they are written with. Nothing is known later than now. */
function earliest(times: readonly [string, ...string[]]): string {
  return times.reduce((first, time) => (Date.parse(time) < Date.parse(first) ? time : first));
}
