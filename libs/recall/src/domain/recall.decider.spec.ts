import { Actor, RecallContent, RecallEvent } from './recall.events';
import { recallDecider, RecallCommand, RecallState } from './recall.decider';
import { mayMove, Move, MOVE_NAMES, MOVES } from './recall.transitions';

const regulator: Actor = { keyId: 'k-regulator', role: 'authority' };
const colleague: Actor = { keyId: 'k-colleague', role: 'authority' };
const producer: Actor = { keyId: 'k-maker', role: 'producer', party: '417/9506000000015' };
const stranger: Actor = { keyId: 'k-other', role: 'producer', party: '417/9506000000022' };
const at = '2026-05-01T00:00:00Z';
const content: RecallContent = {
  title: 'Heater',
  regimes: ['cn-consumer'],
  depth: 'consumer',
  reason: 'overheats',
  hazard: 'fire',
  product: 'Heater',
  scope: { include: [{ gtin: '09506000134352', lots: ['F1'] }] },
  instructions: 'Unplug it.',
  contacts: [],
};

const decided = (basis: 'voluntary' | 'ordered' = 'ordered'): RecallEvent => ({
  type: 'RecallDecided',
  mode: 'real',
  basis,
  content,
  producers: ['417/9506000000015'],
  at,
  by: regulator,
});
const given = (...events: RecallEvent[]): RecallState =>
  events.reduce((state, event) => recallDecider.evolve(state, event), recallDecider.initial);
const move = (name: Move, by: Actor, more: Partial<Extract<RecallCommand, { type: 'Move' }>> = {}): RecallCommand => ({
  type: 'Move',
  move: name,
  at,
  by,
  reason: 'because',
  ...more,
});
const when = (state: RecallState, command: RecallCommand): string => {
  const decision = recallDecider.decide(state, command);
  return decision.ok ? decision.events.map(({ type }) => type).join() : decision.refusal.code;
};

describe('A recall', () => {
  it('that an authority orders is decided and activated by it alone', () => {
    expect(
      when(recallDecider.initial, {
        type: 'DecideRecall',
        mode: 'real',
        basis: 'ordered',
        content,
        producers: [],
        at,
        by: regulator,
      }),
    ).toBe('RecallDecided');
    expect(
      when(recallDecider.initial, {
        type: 'DecideRecall',
        mode: 'real',
        basis: 'ordered',
        content,
        producers: [],
        at,
        by: producer,
      }),
    ).toBe('recall/authority-only');
    expect(when(given(decided()), move('activate', regulator))).toBe('RecallActivated');
    expect(when(given(decided()), move('activate', producer))).toBe('recall/not-allowed-to-activate');
  });

  it('is voluntary only for the producer of the product', () => {
    const voluntary = {
      type: 'DecideRecall',
      mode: 'real',
      basis: 'voluntary',
      content,
      producers: ['417/9506000000015'],
      at,
    } as const;
    expect(when(recallDecider.initial, { ...voluntary, by: producer })).toBe('RecallDecided');
    expect(when(recallDecider.initial, { ...voluntary, by: stranger })).toBe('recall/not-your-product');
    expect(when(given(decided('voluntary')), move('activate', producer))).toBe('RecallActivated');
    expect(when(given(decided('voluntary')), move('activate', stranger))).toBe('recall/not-allowed-to-activate');
  });

  it('is terminated by an authority, after completion, never by the firm', () => {
    const active = given(decided('voluntary'), { type: 'RecallActivated', at, by: producer });
    expect(when(active, move('terminate', regulator))).toBe('recall/wrong-state');
    const completing = recallDecider.evolve(active, { type: 'RecallCompleted', at, by: producer });
    expect(when(completing, move('terminate', producer))).toBe('recall/not-allowed-to-terminate');
    expect(when(completing, move('terminate', regulator))).toBe('RecallTerminated');
  });

  it('wished the same twice has nothing new happen', () => {
    const active = given(decided(), { type: 'RecallActivated', at, by: regulator });
    expect(when(active, move('activate', regulator))).toBe('');
  });

  it('needs a second pair of eyes to narrow or to withdraw', () => {
    const active = given(decided(), { type: 'RecallActivated', at, by: regulator });
    expect(when(active, move('amend', regulator, { changes: { scope: { include: [] } }, narrows: true }))).toBe(
      'NarrowingProposed',
    );
    const proposed = recallDecider.evolve(active, { type: 'WithdrawalProposed', reason: 'mistaken', at, by: regulator });
    expect(when(proposed, move('approve', regulator))).toBe('recall/four-eyes');
    expect(when(proposed, move('approve', colleague))).toBe('RecallWithdrawn');
    expect(when(active, move('approve', colleague))).toBe('recall/nothing-to-approve');
  });

  it('widens at once, and counts its versions', () => {
    const active = given(decided(), { type: 'RecallActivated', at, by: regulator });
    expect(when(active, move('amend', regulator, { changes: { title: 'Heaters' } }))).toBe('RecallAmended');
    expect(
      given(decided(), { type: 'RecallAmended', changes: { title: 'Heaters' }, narrows: false, at, by: regulator }),
    ).toMatchObject({ contentVersion: 2, content: { title: 'Heaters' } });
  });
});

describe('The table of moves', () => {
  it('reaches every phase from the decision', () => {
    const reached = new Set<string>(['decided']);
    for (let grown = true; grown;) {
      grown = false;
      for (const { path } of Object.values(MOVES)) {
        for (const [from, to] of Object.entries(path)) {
          if (!reached.has(from) || reached.has(to)) continue;
          reached.add(to);
          grown = true;
        }
      }
    }
    // Withdrawal goes by proposal and approval, which leave from every open phase.
    expect(Object.keys(MOVES.withdraw.path)).toEqual(Object.keys(MOVES.approve.path));
    expect([...reached].sort()).toEqual(['active', 'completing', 'decided', 'monitored', 'planned', 'suspended', 'terminated']);
  });

  it('gives every move to somebody, and nothing that ends a recall or frees goods to the firm alone', () => {
    for (const name of MOVE_NAMES) {
      const { by, producerOf } = MOVES[name];
      expect(by.length).toBeGreaterThan(0);
      expect(by.includes('producer')).toBe(producerOf.length > 0);
    }
    for (const name of ['accept-plan', 'return-plan', 'answer-objection', 'suspend', 'monitor', 'terminate', 'reopen'] as const)
      expect(MOVES[name].by).toEqual(['authority']);
  });

  it('is what the decider does: from every phase, by everybody', () => {
    const active = given(decided('voluntary'), { type: 'RecallActivated', publication: 'proposed', at, by: producer });
    const completing = recallDecider.evolve(active, { type: 'RecallCompleted', at, by: regulator });
    const phases: Record<string, RecallState> = {
      decided: given(decided('voluntary')),
      planned: given(decided('voluntary'), { type: 'RecallPlanned', plan: { text: '{}' }, at, by: producer }),
      active,
      suspended: recallDecider.evolve(active, { type: 'RecallSuspended', at, by: regulator }),
      completing,
      monitored: recallDecider.evolve(completing, { type: 'RecallMonitored', at, by: regulator }),
      terminated: recallDecider.evolve(completing, { type: 'RecallTerminated', reason: 'done', at, by: regulator }),
      withdrawn_in_error: recallDecider.evolve(active, { type: 'RecallWithdrawn', reason: 'wrong', at, by: regulator }),
    };
    for (const [phase, state] of Object.entries(phases)) {
      expect(state.phase).toBe(phase);
      for (const name of MOVE_NAMES) {
        for (const by of [regulator, producer, stranger]) {
          const decision = recallDecider.decide(state, move(name, by));
          const code = decision.ok ? '' : decision.refusal.code;
          const { path, settled } = MOVES[name];
          if (!mayMove(state, name, by)) expect(code).toBe(`recall/not-allowed-to-${name}`);
          else if ((settled as readonly string[]).includes(phase)) expect(decision).toEqual({ ok: true, events: [] });
          else if (path[state.phase as 'active'] === undefined) expect(code).toBe('recall/wrong-state');
          else {
            expect(code).not.toBe('recall/wrong-state');
            if (!decision.ok || name === 'approve') continue;
            const after = decision.events.reduce((now, event) => recallDecider.evolve(now, event), state);
            expect([phase, name, after.phase]).toEqual([phase, name, path[state.phase as 'active']]);
          }
        }
      }
    }
  });
});

describe('Of a recall that an authority ordered, the producer', () => {
  const active = given(decided(), { type: 'RecallActivated', publication: 'at-once', at, by: regulator });

  it('files a plan that is returned and filed again, while the recall runs', () => {
    const filed = recallDecider.evolve(active, { type: 'RecallPlanned', plan: { text: '{}' }, at, by: producer });
    expect(when(active, move('plan', producer))).toBe('RecallPlanned');
    expect(when(active, move('return-plan', regulator))).toBe('recall/no-plan');
    expect(when(filed, move('return-plan', producer))).toBe('recall/not-allowed-to-return-plan');
    const returned = recallDecider.evolve(filed, { type: 'PlanReturned', reason: 'no disposal', at, by: regulator });
    expect(returned).toMatchObject({ phase: 'active', plan: { status: 'returned', reason: 'no disposal' } });
    expect(when(returned, move('accept-plan', regulator))).toBe('recall/no-plan');
    expect(when(returned, move('plan', producer))).toBe('RecallPlanned');
  });

  it('objects once; an objection upheld proposes withdrawal, which another key approves', () => {
    expect(when(active, move('object', producer))).toBe('ObjectionRaised');
    expect(when(active, move('object', regulator))).toBe('recall/not-allowed-to-object');
    expect(when(active, move('answer-objection', regulator, { upheld: true }))).toBe('recall/no-objection');
    const objected = recallDecider.evolve(active, { type: 'ObjectionRaised', reason: 'not ours', at, by: producer });
    expect(when(objected, move('object', producer))).toBe('recall/objection-exists');
    expect(when(objected, move('answer-objection', regulator, { upheld: false }))).toBe('ObjectionAnswered');
    expect(when(objected, move('answer-objection', regulator, { upheld: true }))).toBe('ObjectionAnswered,WithdrawalProposed');
  });
});

describe('Publication', () => {
  it('is at once by an authority, a proposal by the producer until another key approves it', () => {
    const own = given(decided('voluntary'), { type: 'RecallActivated', publication: 'proposed', at, by: producer });
    expect(own).toMatchObject({ publishedAt: undefined, proposals: [{ kind: 'publish' }] });
    expect(when(own, move('approve', producer))).toBe('recall/four-eyes');
    expect(when(own, move('approve', regulator))).toBe('RecallPublished');
    expect(given(decided(), { type: 'RecallActivated', publication: 'at-once', at, by: regulator }).publishedAt).toBe(at);
  });

  it('does not stand in the way of a narrowing proposed later', () => {
    const own = given(
      decided('voluntary'),
      { type: 'RecallActivated', publication: 'proposed', at, by: producer },
      { type: 'NarrowingProposed', changes: { scope: { include: [] } }, at, by: producer },
    );
    expect(when(own, move('approve', regulator))).toBe('RecallAmended');
    expect(when(own, move('approve', regulator, { what: 'publish' }))).toBe('RecallPublished');
    expect(when(own, move('approve', regulator, { what: 'withdraw' }))).toBe('recall/nothing-to-approve');
  });

  it('never comes to a drill', () => {
    const drill = given({ ...decided('voluntary'), mode: 'drill' } as RecallEvent);
    const decision = recallDecider.decide(drill, move('activate', regulator));
    expect(decision).toMatchObject({ events: [{ publication: 'withheld' }] });
    const active = given({ ...decided('voluntary'), mode: 'drill' } as RecallEvent, {
      type: 'RecallActivated',
      publication: 'withheld',
      at,
      by: regulator,
    });
    expect(when(active, move('publish', regulator))).toBe('recall/drill');
  });
});
