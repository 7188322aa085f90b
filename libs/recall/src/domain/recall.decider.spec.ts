import { Actor, RecallContent, RecallEvent } from './recall.events';
import { recallDecider, RecallCommand, RecallState } from './recall.decider';
import { Move, MOVE_NAMES, MOVES } from './recall.transitions';

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
      for (const { from, to } of Object.values(MOVES)) {
        if (to !== undefined && !reached.has(to) && from.some((phase) => reached.has(phase))) {
          reached.add(to);
          grown = true;
        }
      }
    }
    // Withdrawal goes by proposal and approval, which leave from every open phase.
    expect(MOVES.withdraw.from).toContain('decided');
    expect([...reached].sort()).toEqual(['active', 'completing', 'decided', 'monitored', 'planned', 'suspended', 'terminated']);
  });

  it('gives every move to somebody, and nothing that frees goods to the firm alone', () => {
    for (const name of MOVE_NAMES) expect(MOVES[name].by.length).toBeGreaterThan(0);
    for (const name of ['suspend', 'monitor', 'terminate', 'reopen'] as const) expect(MOVES[name].by).toEqual(['authority']);
  });

  it('is what the decider does: each move from each phase is refused or changes to where the table says', () => {
    const phases = { decided: given(decided()), active: given(decided(), { type: 'RecallActivated', at, by: regulator }) };
    for (const [phase, state] of Object.entries(phases)) {
      for (const name of MOVE_NAMES) {
        const outcome = when(state, move(name, regulator));
        const allowed = (MOVES[name].from as readonly string[]).includes(phase);
        const settled = (MOVES[name].settled as readonly string[]).includes(phase);
        if (settled) expect(outcome).toBe('');
        else if (!allowed) expect(outcome).toBe('recall/wrong-state');
        else expect(outcome).not.toBe('recall/wrong-state');
      }
    }
  });
});
