import { createHash } from 'node:crypto';
import { HolderRow } from '@suyuan/trace/domain';
import { HolderClass } from '../../domain/holder-task.events';
import { isWithinDepth } from './depth';
import { ALGORITHM, Check, draw, effectivenessDecider, outcomeOf, Sample, verdictOf } from './effectiveness';

const hash = (text: string): string => createHash('sha256').update(text).digest('hex');
const frame = Array.from({ length: 30 }, (_, index) => `nt-${index}`);
const sample = (change: Partial<Sample> = {}): Sample => ({
  sampleId: 'es-1',
  checker: 'firm',
  level: 'C',
  fraction: 0.1,
  seed: 's',
  algorithm: ALGORITHM,
  frame,
  drawn: draw(frame, 's', 0.1, hash),
  at: '2026-05-01T00:00:00Z',
  ...change,
});
const found = { gotNotice: true, understood: true, foundProduct: true, acted: true, forwarded: null };
const check = (noticeId: string, change: Partial<Check> = {}): Omit<Check, 'attempt' | 'verdict'> => ({
  checkId: 'ec',
  noticeId,
  checker: 'firm',
  method: 'phone',
  reached: true,
  ...found,
  at: '2026-05-02T00:00:00Z',
  by: 'k',
  ...change,
});

describe('The depth of a recall', () => {
  const holder = (kind: HolderClass, sold = 0): Parameters<typeof isWithinDepth>[0] => {
    const face = { party: '417/1', place: null, product: '01/09506000134352/10/L', uom: 'EA', since: '', certainty: 'certain' };
    const row = { ...face, quantity: sold, state: 'sold' } as HolderRow;
    return { holding: { class: kind, certainty: 'certain', since: '', rows: [row] } };
  };

  it('to wholesale leaves out who sold to consumers and who is a retailer alone', () => {
    expect(isWithinDepth(holder('current', 1), [], 'wholesale')).toBe(false);
    expect(isWithinDepth(holder('seller'), ['distributor'], 'wholesale')).toBe(false);
    expect(isWithinDepth(holder('current'), ['retailer'], 'wholesale')).toBe(false);
    expect(isWithinDepth(holder('current'), ['retailer', 'distributor'], 'wholesale')).toBe(true);
    expect(isWithinDepth(holder('current'), [], 'wholesale')).toBe(true);
    expect(isWithinDepth({ holding: undefined }, [], 'wholesale')).toBe(true);
  });

  it('to retail or consumers leaves nobody out', () => {
    for (const depth of ['retail', 'consumer'] as const)
      expect(isWithinDepth(holder('seller', 3), ['retailer'], depth)).toBe(true);
  });
});

describe('A sample of holders', () => {
  it('is the same for the same frame, seed and fraction, in whatever order the frame comes', () => {
    expect(draw(frame, 'a', 0.1, hash)).toEqual(draw([...frame].reverse(), 'a', 0.1, hash));
    expect(draw(frame, 'a', 0.1, hash)).not.toEqual(draw(frame, 'b', 0.1, hash));
  });

  it('holds the fraction rounded up, without dust, none at 0 and all at 1', () => {
    const sizes = [0, 0.02, 0.1, 0.5, 1].map((fraction) => draw(frame, 'a', fraction, hash).length);
    expect(sizes).toEqual([0, 1, 3, 15, 30]);
  });

  it('grows by adding: a higher level keeps whom the lower one drew', () => {
    expect(draw(frame, 'a', 0.5, hash).slice(0, 3)).toEqual(draw(frame, 'a', 0.1, hash));
  });

  it('drawn again is not another one, and nobody is drawn from nobody', () => {
    const drawn = effectivenessDecider.evolve(effectivenessDecider.initial, {
      type: 'SampleDrawn',
      sample: sample(),
      by: 'k',
      at: '',
    });
    expect(effectivenessDecider.decide(drawn, { type: 'Draw', sample: sample({ sampleId: 'es-2' }), by: 'k' })).toEqual({
      ok: true,
      events: [],
    });
    expect(effectivenessDecider.decide(drawn, { type: 'Draw', sample: sample({ checker: 'authority' }), by: 'k' })).toMatchObject(
      {
        events: [{ type: 'SampleDrawn' }],
      },
    );
    expect(effectivenessDecider.decide(drawn, { type: 'Draw', sample: sample({ frame: [] }), by: 'k' })).toMatchObject({
      ok: false,
    });
  });
});

describe('A check', () => {
  it('is effective only when the holder was told, understood and did all of it', () => {
    expect(verdictOf(true, found)).toBe('effective');
    for (const one of ['gotNotice', 'understood', 'acted'] as const)
      expect(verdictOf(true, { ...found, [one]: false })).toBe('ineffective');
    expect(verdictOf(true, { ...found, forwarded: false })).toBe('ineffective');
    expect(verdictOf(false, found)).toBe('not_reached');
  });

  it('counts its attempts per holder and checker; the newest one counts in the rate', () => {
    let state = effectivenessDecider.initial;
    const [one = '', other = ''] = sample().drawn;
    const record = (noticeId: string, change: Partial<Check> = {}): void => {
      const decision = effectivenessDecider.decide(state, { type: 'Record', check: check(noticeId, change) });
      if (decision.ok) state = decision.events.reduce(effectivenessDecider.evolve, state);
    };
    record(one, { reached: false });
    record(one);
    record(other, { acted: false });
    record(one, { checker: 'authority', acted: false });
    expect(state.checks.map(({ attempt, verdict }) => [attempt, verdict])).toEqual([
      [1, 'not_reached'],
      [2, 'effective'],
      [1, 'ineffective'],
      [1, 'ineffective'],
    ]);
    expect(outcomeOf(sample(), state.checks, { A: 1, B: 0.5, C: 0.1 })).toEqual({
      sampleId: 'es-1',
      drawn: 3,
      checked: 2,
      effective: 1,
      ineffective: 1,
      notReached: 0,
      rate: 0.5,
      proposedLevel: 'B',
    });
  });
});
