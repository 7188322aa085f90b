import { Actor } from '../../domain/recall.events';
import { gravest, HazardScenario, PROBABILITIES, riskOf, Severity } from './hazard';
import { investigationDecider, InvestigationState, MoveInvestigation } from './investigation.decider';
import { InvestigationEvent } from './investigation.events';
import { INVESTIGATION_MOVES, INVESTIGATION_RULES, InvestigationMove, mayInvestigate } from './investigation.transitions';

const authority: Actor = { keyId: 'k-a', role: 'authority' };
const producer: Actor = { keyId: 'k-p', role: 'producer', party: '417/1' };
const stranger: Actor = { keyId: 'k-s', role: 'producer', party: '417/2' };
const system: Actor = { keyId: 'system', role: 'system' };
const at = '2026-05-01T00:00:00Z';
const scenario: HazardScenario = { harm: 'burns', severity: 3, probability: '>1/1000', vulnerable: false };
const hold = { scope: { include: [{ gtin: '09506000134352' }] }, instructions: 'Do not sell.', reason: 'fire' };
const opened = (by: Actor = authority): InvestigationEvent => ({
  type: 'InvestigationOpened',
  title: 'Kettle',
  signals: ['sg-1'],
  codes: [],
  producers: ['417/1'],
  knownAt: at,
  at,
  by,
});
const given = (...events: InvestigationEvent[]): InvestigationState =>
  events.reduce(investigationDecider.evolve, investigationDecider.initial);
const move = (name: InvestigationMove, by: Actor, more: Partial<MoveInvestigation> = {}): MoveInvestigation => ({
  type: 'Move',
  move: name,
  at,
  by,
  reason: 'why',
  signal: { id: 'sg-2', codes: ['01/09506000134352'], producers: ['417/1'], knownAt: at },
  finding: 'defect',
  assessment: { scenarios: [scenario] },
  hold,
  recallId: 'rc-1',
  ...more,
});
const when = (state: InvestigationState, command: MoveInvestigation): string => {
  const decision = investigationDecider.decide(state, command);
  return decision.ok ? decision.events.map(({ type }) => type).join() : decision.refusal.code;
};
const assessed = (by: Actor): InvestigationEvent => ({
  type: 'HazardAssessed',
  assessment: { scenarios: [scenario], risk: 'serious' },
  at,
  by,
});

describe('The table of an investigation’s moves', () => {
  it('reaches every phase, and gives every move to somebody', () => {
    const reached = new Set<string>(['investigating']);
    for (let grown = true; grown;) {
      grown = false;
      for (const { path } of Object.values(INVESTIGATION_RULES))
        for (const [from, to] of Object.entries(path)) {
          if (!reached.has(from) || reached.has(to)) continue;
          reached.add(to);
          grown = true;
        }
    }
    expect([...reached].sort()).toEqual(['assessed', 'closed', 'disputed', 'investigating', 'led_to_recall']);
    for (const name of INVESTIGATION_MOVES) expect(INVESTIGATION_RULES[name].by.length).toBeGreaterThan(0);
  });

  it('is what the decider does: from every phase, by everybody', () => {
    const disputed = given(opened(), assessed(authority), { type: 'AssessmentDisputed', reason: 'no', at, by: producer });
    const phases: Record<string, InvestigationState> = {
      investigating: given(opened()),
      assessed: given(opened(), assessed(authority)),
      disputed,
      closed: given(opened(), { type: 'InvestigationClosed', reason: 'none', at, by: authority }),
      led_to_recall: given(opened(), { type: 'RecallDecidedUpon', recallId: 'rc', at, by: system }),
    };
    for (const [phase, state] of Object.entries(phases)) {
      expect(state.phase).toBe(phase);
      for (const name of INVESTIGATION_MOVES) {
        for (const by of [authority, producer, stranger, system]) {
          const decision = investigationDecider.decide(state, move(name, by));
          const code = decision.ok ? '' : decision.refusal.code;
          const to = INVESTIGATION_RULES[name].path[state.phase as 'assessed'];
          if (!mayInvestigate(state.producers, name, by)) expect(code).toBe(`investigation/not-allowed-to-${name}`);
          else if (to === undefined) expect(code).toBe('investigation/wrong-state');
          else if (decision.ok && decision.events.length > 0)
            expect(decision.events.reduce(investigationDecider.evolve, state).phase).toBe(to);
          else expect(code).not.toBe('investigation/wrong-state');
        }
      }
    }
  });
});

describe('An investigation', () => {
  it('asks the producer first, and is taken over where its answer does not convince', () => {
    const state = given(opened());
    expect(when(state, move('notify', authority))).toBe('ProducerNotified');
    expect(when(state, move('report', producer, { finding: 'no_defect' }))).toBe('FindingReported');
    const taken = given(opened(), { type: 'InquiryTakenOver', reason: 'unconvincing', at, by: authority });
    expect(when(taken, move('report', producer))).toBe('investigation/taken-over');
    expect(when(taken, move('assess', producer))).toBe('investigation/taken-over');
    expect(when(taken, move('close', producer))).toBe('investigation/not-yours-to-close');
  });

  it('that an authority judged is disputed, not judged anew, by the producer; upheld it goes on', () => {
    const state = given(opened(), assessed(authority));
    expect(when(state, move('assess', producer))).toBe('investigation/assessed-by-authority');
    expect(when(state, move('dispute', producer))).toBe('AssessmentDisputed');
    expect(when(given(opened(producer), assessed(producer)), move('dispute', producer))).toBe('investigation/own-assessment');
    const disputed = given(opened(), assessed(authority), { type: 'AssessmentDisputed', reason: 'no', at, by: producer });
    const upheld = investigationDecider.evolve(disputed, {
      type: 'DisputeAnswered',
      upheld: true,
      reason: 'right',
      at,
      by: authority,
    });
    expect(upheld).toMatchObject({ phase: 'investigating', assessment: undefined, dispute: { upheld: true } });
    expect(when(given(opened()), move('assess', authority, { assessment: { scenarios: [] } }))).toBe('investigation/no-scenario');
  });

  it('learns of codes, producers and an earlier time from a signal that is added, of each once', () => {
    const add = (state: InvestigationState, knownAt: string): InvestigationState => {
      const signal = { id: `sg-${knownAt}`, codes: ['a', 'b'], producers: ['417/0', '417/1'], knownAt };
      const decision = investigationDecider.decide(state, move('add-signal', authority, { signal }));
      return decision.ok ? decision.events.reduce(investigationDecider.evolve, state) : state;
    };
    // Three in the morning at nine hours east is the evening before.
    const [late, early] = ['2026-05-01T03:00:00Z', '2026-05-01T03:00:00+09:00'];
    const once = add(given(opened()), late);
    expect(once).toMatchObject({ codes: ['a', 'b'], producers: ['417/0', '417/1'], knownAt: at });
    const twice = add(once, early);
    expect(twice).toMatchObject({ codes: ['a', 'b'], producers: ['417/0', '417/1'], knownAt: early });
    expect(add(twice, early)).toBe(twice);
    // As records were written before they said what a signal adds.
    const old = investigationDecider.evolve(twice, { type: 'SignalAdded', signal: 'sg-9', at, by: authority });
    expect(old).toMatchObject({ codes: ['a', 'b'], knownAt: early });
  });

  it('holds goods; what an authority holds, an authority frees; closing frees', () => {
    const held = given(opened(), { type: 'HoldPlaced', hold, at, by: authority });
    expect(when(held, move('lift', producer))).toBe('investigation/held-by-authority');
    expect(when(held, move('hold', producer))).toBe('investigation/held-by-authority');
    expect(when(held, move('close', authority))).toBe('HoldLifted,InvestigationClosed');
    const own = given(opened(producer), { type: 'HoldPlaced', hold, at, by: producer });
    expect(when(own, move('lift', producer))).toBe('HoldLifted');
    expect(when(given(opened()), move('lift', authority))).toBe('');
    const decided = investigationDecider.evolve(held, { type: 'RecallDecidedUpon', recallId: 'rc', at, by: system });
    expect(decided.hold).toBeDefined();
  });

  it('frees nothing by placing a hold: what a second one does not reach is lifted by a fact of its own', () => {
    const lots = (...names: string[]): typeof hold => ({
      ...hold,
      scope: { include: [{ gtin: '09506000134352', lots: names } as { gtin: string }] },
    });
    const held = given(opened(), { type: 'HoldPlaced', hold, at, by: authority });
    const decision = investigationDecider.decide(held, move('hold', authority, { hold: lots('1') }));
    expect(decision).toMatchObject({
      events: [
        { type: 'HoldLifted', reason: 'why', scope: hold.scope, except: lots('1').scope },
        { type: 'HoldPlaced', hold: lots('1') },
      ],
    });
    const [lifted, placed] = decision.ok ? decision.events : [];
    if (lifted === undefined || placed === undefined) throw new Error('nothing was decided');
    // Between the two what stays held is held.
    expect(investigationDecider.evolve(held, lifted).hold?.scope).toEqual(lots('1').scope);
    const narrow = given(opened(), { type: 'HoldPlaced', hold: lots('1'), at, by: authority });
    expect(when(narrow, move('hold', authority, { hold: lots('1', '2') }))).toBe('HoldPlaced');
    expect(when(narrow, move('hold', authority, { hold: lots('2') }))).toBe('HoldLifted,HoldPlaced');
    expect(investigationDecider.decide(held, move('lift', authority))).toMatchObject({ events: [{ scope: hold.scope }] });
  });

  it('leaves a producer’s hold to that producer and the authority', () => {
    const both: InvestigationEvent = { ...opened(), producers: ['417/1', '417/2'] } as InvestigationEvent;
    const held = given(both, { type: 'HoldPlaced', hold, at, by: producer });
    for (const name of ['hold', 'lift'] as const) {
      expect(when(held, move(name, stranger))).toBe('investigation/held-by-another');
      expect(when(held, move(name, producer))).not.toContain('investigation/');
      expect(when(held, move(name, authority))).not.toContain('investigation/');
    }
    const own = given({ ...both, by: stranger }, { type: 'HoldPlaced', hold, at, by: producer });
    expect(when(own, move('close', stranger))).toBe('investigation/held-by-another');
    expect(when(own, move('close', authority))).toBe('HoldLifted,InvestigationClosed');
  });

  it('is opened by a producer of the product or an authority', () => {
    const open = (by: Actor): unknown =>
      investigationDecider.decide(investigationDecider.initial, { ...opened(by), type: 'Open' } as never);
    expect(open(authority)).toMatchObject({ ok: true });
    expect(open(producer)).toMatchObject({ ok: true });
    expect(open(stranger)).toMatchObject({ ok: false, refusal: { forbidden: true } });
  });
});

describe('A hazard', () => {
  it('is never judged milder for being graver, likelier, or for hitting the vulnerable', () => {
    const order = ['low', 'medium', 'high', 'serious'];
    const rank = (severity: number, row: number, vulnerable = false): number =>
      order.indexOf(riskOf({ harm: '', severity: severity as Severity, probability: PROBABILITIES[row] ?? '>1/2', vulnerable }));
    for (let severity = 1; severity <= 4; severity++) {
      for (let row = 0; row < PROBABILITIES.length; row++) {
        if (severity < 4) expect(rank(severity + 1, row)).toBeGreaterThanOrEqual(rank(severity, row));
        if (row > 0) expect(rank(severity, row - 1)).toBeGreaterThanOrEqual(rank(severity, row));
        expect(rank(severity, row, true)).toBeGreaterThanOrEqual(rank(severity, row));
      }
    }
  });

  it('of several scenarios is the gravest', () => {
    expect(gravest([{ ...scenario, probability: '<1/1000000' }, scenario])).toBe('serious');
    expect(gravest([{ ...scenario, probability: '<1/1000000' }])).toBe('low');
  });
});
