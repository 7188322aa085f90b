import { hasActed, holderTaskDecider, HolderTaskCommand, HolderTaskState, isDone, stateName } from './holder-task.decider';
import { HolderTaskEvent, Holding } from './holder-task.events';

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
const answer = (event: Extract<HolderTaskEvent, { by: string }>): HolderTaskCommand => ({ type: 'Answer', answer: event });

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

  it('is not answered before it exists', () => {
    expect(run(answer({ type: 'NoticeAcknowledged', at, by: 'k' })).last).toEqual(['recall/unknown-notice']);
  });
});
