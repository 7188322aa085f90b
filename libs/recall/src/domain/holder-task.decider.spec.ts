import { AnswerEvent, holderTaskDecider, HolderTaskCommand } from './holder-task.decider';
import { hasActed, HolderTaskState, isDone, stateName, wantedAnswer } from './holder-task.state';
import { Holding, LadderRung, WantedAnswer } from './holder-task.events';

const dueAt = { acknowledge: 'a', contain: 'b', reconcile: 'c' };
const holding = (quantity: number): Holding => ({
  class: 'current',
  certainty: 'certain',
  since: '2026-05-01T00:00:00Z',
  rows: [
    {
      party: '417/1',
      place: '414/1',
      product: '01/1/10/L',
      quantity,
      uom: 'EA',
      state: 'held',
      since: '2026-05-01T00:00:00Z',
      certainty: 'certain',
    },
  ],
});
const renamed = (product: string): Holding => {
  const { rows, ...rest } = holding(4);
  return { ...rest, rows: rows.map((row) => ({ ...row, product })) };
};
const find = (quantity: number, contentVersion = 1): HolderTaskCommand => ({
  type: 'FindHolder',
  recallId: 'rc',
  party: '417/1',
  noticeId: 'nt',
  holding: holding(quantity),
  tracePosition: 7,
  contentVersion,
  updates: true,
  dueAt,
  at: '2026-05-02T00:00:00Z',
});
const answer = (event: AnswerEvent): HolderTaskCommand => ({ type: 'Answer', answer: event });

function run(...commands: HolderTaskCommand[]): { state: HolderTaskState; last: string[] } {
  let state = holderTaskDecider.initial;
  let last: string[] = [];
  for (const command of commands) {
    const decision = holderTaskDecider.decide(state, command);
    last = decision.ok ? decision.events.map(({ type }) => type) : [decision.refusal.code];
    if (decision.ok) state = decision.events.reduce((now, event) => holderTaskDecider.evolve(now, event), state);
  }
  return { state, last };
}

describe('A holder’s task', () => {
  const at = '2026-05-02T01:00:00Z';

  it('begins with one notice; found again unchanged, nothing happens', () => {
    expect(run(find(4)).last).toEqual(['HolderFound', 'NoticeIssued']);
    expect(run(find(4), find(4)).last).toEqual([]);
  });

  it('is revised without a new notice when only quantities change, and updated when the recall does', () => {
    expect(run(find(4), find(3)).last).toEqual(['HolderRevised']);
    expect(run(find(4), find(3, 2)).last).toEqual(['HolderRevised', 'NoticeIssued']);
  });

  it('is released once, and told anew when goods turn up again', () => {
    const release: HolderTaskCommand = { type: 'ReleaseHolder', reason: 'corrected', contentVersion: 1, dueAt, at };
    expect(run(find(4), release).last).toEqual(['HolderReleased', 'NoticeIssued']);
    expect(run(find(4), release, release).last).toEqual([]);
    expect(run(find(4), release, find(2))).toMatchObject({
      last: ['HolderFound', 'NoticeIssued'],
      state: { version: 3, kind: 'recall' },
    });
  });

  it('lets a later answer imply the earlier ones', () => {
    const { state } = run(find(4), answer({ type: 'GoodsReconciled', lines: [], at, by: 'k' }));
    expect(state).toMatchObject({ acknowledgedAt: at, everDeliveredAt: at, containedAt: at });
    expect([stateName(state), hasActed(state), isDone(state)]).toEqual(['reconciled', true, true]);
  });

  it('never takes back an answer with a new version', () => {
    const { state } = run(find(4), answer({ type: 'GoodsContained', lines: [], at, by: 'k' }), find(3, 2));
    expect([stateName(state), state.version, state.deliveredAt]).toEqual(['contained', 2, undefined]);
    expect(state.everDeliveredAt).toBe(at);
  });

  it('counts a delivery reported twice once', () => {
    const delivered: HolderTaskCommand = { type: 'NoteDelivery', version: 1, channel: 'webhook', at };
    expect(run(find(4), delivered).last).toEqual(['NoticeDelivered']);
    expect(run(find(4), delivered, delivered).last).toEqual([]);
  });

  it('is told of goods that come later, with clocks of their own, and has then not done with them', () => {
    const contained = answer({ type: 'GoodsContained', lines: [], at, by: 'k' });
    const disposed = answer({ type: 'GoodsDisposed', lines: [], at, by: 'k' });
    const { state, last } = run(find(4), contained, disposed, find(6));
    expect(last).toEqual(['HolderRevised', 'NoticeIssued']);
    expect(state).toMatchObject({ kind: 'update', version: 2, told: { '01/1/10/L': 6 } });
    expect([isDone(state), hasActed(state), wantedAnswer(state)]).toEqual([false, true, 'contain']);
    expect(isDone(run(find(4), contained, disposed, find(6), disposed).state)).toBe(true);
  });

  it('says with an update which products came and which went', () => {
    const other: HolderTaskCommand = { ...find(4, 2), holding: renamed('01/1/10/M') } as HolderTaskCommand;
    expect(run(find(4), other).state.changes).toEqual({ added: ['01/1/10/M'], removed: ['01/1/10/L'] });
  });

  const climb = (level: number, rung: LadderRung, wanted: WantedAnswer = 'acknowledge'): HolderTaskCommand => ({
    type: 'Escalate',
    answer: wanted,
    level,
    rung,
    at,
  });

  it('climbs each rung once, reminds without new clocks, and names the silent one to the authority', () => {
    expect(run(find(4), climb(1, 'reminder'))).toMatchObject({
      last: ['TaskEscalated', 'NoticeIssued'],
      state: { kind: 'reminder', version: 2, dueAt },
    });
    expect(run(find(4), climb(1, 'reminder'), climb(1, 'reminder')).last).toEqual([]);
    expect(run(find(4), climb(2, 'reminder')).last).toEqual([]);
    const reported = run(find(4), climb(1, 'reminder'), climb(2, 'report_to_authority'));
    expect(reported.last).toEqual(['TaskEscalated', 'TaskMarked']);
    expect(stateName(reported.state)).toBe('non_responsive');
    const answered = holderTaskDecider.evolve(reported.state, { type: 'NoticeAcknowledged', at, by: 'k' });
    expect([stateName(answered), wantedAnswer(answered)]).toEqual(['acknowledged', 'contain']);
  });

  it('is not reminded of what it answered, nor when it is waived, refused or disputed', () => {
    const acknowledged = answer({ type: 'NoticeAcknowledged', at, by: 'k' });
    expect(run(find(4), acknowledged, climb(1, 'reminder')).last).toEqual([]);
    expect(run(find(4), acknowledged, climb(1, 'reminder', 'contain')).last).toEqual(['TaskEscalated', 'NoticeIssued']);
    const waive: HolderTaskCommand = { type: 'Mark', mark: 'waived', reason: 'shop burnt down', at, by: 'k' };
    expect(run(find(4), waive, climb(1, 'reminder')).last).toEqual([]);
    expect(stateName(run(find(4), waive).state)).toBe('waived');
    expect(run(find(4), answer({ type: 'NoticeRefused', reason: 'no', at, by: 'k' })).state.mark?.mark).toBe('refused');
    expect(
      run(find(4), answer({ type: 'NoticeDisputed', reason: 'no', at, by: 'k' }), climb(1, 'reminder', 'contain')).last,
    ).toEqual([]);
  });

  it('is bounced while no channel brought any version', () => {
    const failed: HolderTaskCommand = { type: 'NoteFailure', version: 1, channel: 'webhook', reason: 'gone', at };
    const delivered: HolderTaskCommand = { type: 'NoteDelivery', version: 1, channel: 'email', at };
    expect(stateName(run(find(4), failed).state)).toBe('bounced');
    expect(stateName(run(find(4), failed, delivered).state)).toBe('delivered');
    expect(stateName(run(find(4), delivered, failed).state)).toBe('delivered');
  });

  it('is verified by a check, once', () => {
    const verify: HolderTaskCommand = { type: 'Verify', at, by: 'k' };
    expect(run(find(4), verify).last).toEqual(['TaskVerified']);
    expect(run(find(4), verify, verify).last).toEqual([]);
  });

  it('is not answered before it exists', () => {
    expect(run(answer({ type: 'NoticeAcknowledged', at, by: 'k' })).last).toEqual(['recall/unknown-notice']);
  });
});
