import { HolderTaskState, noTask } from '../../domain/holder-task.state';
import { RecallContent, RecallEvent } from '../../domain/recall.events';
import { evolveRecall, noRecall, RecallState } from '../../domain/recall.state';
import { loadRegimes } from '../../regimes/load-regimes';
import { Deadline, deadlinesOf, nextDeadline } from './deadlines';
import { nextRung } from './ladder';

const book = loadRegimes();
const by = { keyId: 'k', role: 'authority' } as const;
const content = { regimes: ['cn-consumer', 'eu-gpsr'], scope: { include: [] }, contacts: [] } as unknown as RecallContent;
const decided: RecallEvent = {
  type: 'RecallDecided',
  mode: 'real',
  basis: 'ordered',
  content,
  producers: [],
  at: '2026-02-10T02:00:00Z',
  by,
};
const given = (...events: RecallEvent[]): RecallState => [decided, ...events].reduce(evolveRecall, noRecall);
const at = (now: string, state: RecallState): Record<string, Deadline> =>
  Object.fromEntries(deadlinesOf(state, book.of(state.content?.regimes ?? []), book.add, now).map((one) => [one.key, one]));
const report = (when: string, kind: 'progress' | 'final' = 'progress'): RecallEvent => ({
  type: 'ReportFiled',
  kind,
  at: when,
  by,
});

describe('The clocks of a recall', () => {
  it('run for several laws at once, each from its own anchor', () => {
    const clocks = at('2026-02-11T00:00:00Z', given());
    expect(clocks['cn-consumer:plan']).toMatchObject({ status: 'running', dueAt: '2026-03-02T15:59:59.999Z' });
    expect(clocks['cn-consumer:publish']).toMatchObject({ status: 'waiting' });
    expect(clocks['eu-gpsr:marketplace-order']).toMatchObject({ status: 'waiting' });
    expect(clocks['eu-gpsr:safety-business-gateway']).toMatchObject({ status: 'overdue', evidence: 'read' });
  });

  it('are met by what was done, late or in time; a returned plan meets nothing', () => {
    const planned: RecallEvent = { type: 'RecallPlanned', plan: { text: '{}' }, at: '2026-02-20T00:00:00Z', by };
    expect(at('2026-03-01T00:00:00Z', given(planned))['cn-consumer:plan']).toMatchObject({ status: 'met' });
    const late: RecallEvent = { ...planned, at: '2026-03-05T00:00:00Z' };
    expect(at('2026-03-06T00:00:00Z', given(late))['cn-consumer:plan']).toMatchObject({ status: 'met_late' });
    const returned: RecallEvent = { type: 'PlanReturned', reason: 'thin', at: '2026-02-21T00:00:00Z', by };
    expect(at('2026-03-01T00:00:00Z', given(planned, returned))['cn-consumer:plan']).toMatchObject({ status: 'running' });
  });

  it('stay missed once they were, whatever comes later', () => {
    const missed: RecallEvent = {
      type: 'DeadlineMissed',
      deadline: 'cn-consumer:plan',
      regime: 'cn-consumer',
      name: 'plan',
      dueAt: '',
      at: '2026-03-03T00:00:00Z',
    };
    expect(at('2026-03-04T00:00:00Z', given(missed))['cn-consumer:plan']).toMatchObject({ status: 'missed' });
  });

  it('come round again while the recall runs, each round met by a report of its own', () => {
    const active = given({ type: 'RecallActivated', at: '2026-02-10T02:00:00Z', by }, report('2026-05-01T00:00:00Z'));
    const clocks = at('2026-09-01T00:00:00Z', active);
    expect(clocks['cn-consumer:progress-report:1']).toMatchObject({ status: 'met', dueAt: '2026-05-10T15:59:59.999Z' });
    expect(clocks['cn-consumer:progress-report:2']).toMatchObject({ status: 'running', dueAt: '2026-08-10T15:59:59.999Z' });
    expect(clocks['cn-consumer:progress-report:3']).toMatchObject({ status: 'running', dueAt: '2026-11-10T15:59:59.999Z' });
    expect(clocks['cn-consumer:progress-report:4']).toBeUndefined();
  });

  it('end with the recall: no round is asked for after its completion, but the final report is', () => {
    const done = given(
      { type: 'RecallActivated', at: '2026-02-10T02:00:00Z', by },
      { type: 'RecallCompleted', at: '2026-04-01T00:00:00Z', by },
    );
    const clocks = at('2027-01-01T00:00:00Z', done);
    expect(clocks['cn-consumer:progress-report:1']).toBeUndefined();
    expect(clocks['cn-consumer:final-report']).toMatchObject({ status: 'running' });
    expect(
      at('2027-01-01T00:00:00Z', evolveRecall(done, report('2026-04-10T00:00:00Z', 'final')))['cn-consumer:final-report'],
    ).toMatchObject({ status: 'met' });
  });

  it('say when to look next: the earliest that is unmet and can be noticed', () => {
    const clocks = (state: RecallState): Deadline[] => Object.values(at(state.decidedAt ?? '', state));
    expect(nextDeadline(clocks(given()))).toBe('2026-03-02T15:59:59.999Z');
    expect(nextDeadline([])).toBeUndefined();
  });
});

describe('The ladder', () => {
  const task = (change: Partial<HolderTaskState> = {}): HolderTaskState => ({
    ...noTask,
    exists: true,
    dueAt: { acknowledge: '2026-05-01T00:00:00Z', contain: '2026-05-02T00:00:00Z', reconcile: '2026-05-09T00:00:00Z' },
    ...change,
  });
  const next = (state: HolderTaskState, ...ids: string[]): unknown => nextRung(state, book.of(ids), book.add);

  it('begins when the first missing answer is due, and goes on rung by rung', () => {
    expect(next(task(), 'cn-consumer')).toEqual({
      answer: 'acknowledge',
      level: 1,
      rung: 'reminder',
      at: '2026-05-01T00:00:00.000Z',
    });
    expect(next(task({ escalations: { acknowledge: 4, contain: 0, reconcile: 0 } }), 'cn-consumer')).toMatchObject({
      rung: 'report_to_authority',
      at: '2026-05-06T00:00:00.000Z',
    });
    expect(next(task({ escalations: { acknowledge: 5, contain: 0, reconcile: 0 } }), 'cn-consumer')).toBeUndefined();
  });

  it('of the strictest regime counts', () => {
    const climbed = task({ escalations: { acknowledge: 1, contain: 0, reconcile: 0 } });
    expect(next(climbed, 'cn-consumer', 'cn-food')).toMatchObject({ rung: 'second_channel', at: '2026-05-01T04:00:00.000Z' });
  });

  it('follows the answers: what was given is not asked for again', () => {
    const acknowledged = task({ acknowledgedAt: 'x' });
    expect(next(acknowledged, 'cn-consumer')).toMatchObject({ answer: 'contain', level: 1, at: '2026-05-02T00:00:00.000Z' });
    expect(next(task({ acknowledgedAt: 'x', affected: false }), 'cn-consumer')).toBeUndefined();
    expect(next(task({ released: true }), 'cn-consumer')).toBeUndefined();
  });
});
