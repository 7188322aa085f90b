import { describeKey } from '@suyuan/gs1';
import { noticeIdOf } from '../processes/holdings';
import { CHECK_FOLLOWER } from './check-follower';
import { CodeCheck } from './code-check';
import { CheckAnswer } from './check-answer';
import { AT, AUTHORITY, CheckWorld } from './testing/check-world';

const HEATER = '09506000134352';
const FUSE = '09506000149301';
const unit = `01/${HEATER}/21/7`;
/** A graph that knows nothing. */
const graph = { ancestries: async () => new Map(), selfIdentities: async () => new Map() };

let world: CheckWorld;
beforeEach(async () => {
  world = await CheckWorld.open();
});
afterEach(async () => {
  expect(world.errors).toEqual([]);
  await world.close();
});

async function till(): Promise<{ ask: (key: string) => Promise<CheckAnswer>; look: (key: string) => string }> {
  const { index, follower } = await world.follow();
  const check = new CodeCheck(index, graph, () => follower.state());
  return { ask: (key) => check.check(describeKey(key)), look: (key) => index.lookAt(describeKey(key)) };
}

async function eventually(look: () => Promise<boolean>): Promise<void> {
  for (let attempt = 0; !(await look()); attempt++) {
    if (attempt > 400) throw new Error('it did not happen');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

describe('The index of the till', () => {
  it('blocks from the position at which a recall was activated, and frees what is withdrawn or reworked', async () => {
    await world.project();
    const { ask } = await till();
    expect(await ask(unit)).toEqual({ verdict: 'not_affected', recalls: [] });

    const activated = await world.recall('rc-1', { include: [{ gtin: HEATER }] });
    expect(await world.progress.waitFor(activated, 10_000)).toBe(true);
    expect(await ask(unit)).toMatchObject({
      verdict: 'affected',
      recalls: [{ id: 'rc-1', state: 'active', certainty: 'certain' }],
    });

    const party = '417/9506000000015';
    const rows: never[] = [];
    const holding = { class: 'current', certainty: 'certain', since: AT, rows } as const;
    const dueAt = { acknowledge: AT, contain: AT, reconcile: AT };
    const found = { type: 'FindHolder', recallId: 'rc-1', party, noticeId: noticeIdOf('rc-1', party), holding } as const;
    await world.streams.task('rc-1', party, { ...found, tracePosition: 1, contentVersion: 1, updates: true, dueAt, at: AT });
    const lines = [{ product: unit, uom: 'EA', quantity: 1, method: 'reworked' as const }];
    const answer = { type: 'GoodsDisposed', lines, at: AT, by: 'k' } as const;
    const disposed = await world.streams.task('rc-1', party, { type: 'Answer', answer });
    expect(await world.progress.waitFor(disposed.position, 10_000)).toBe(true);
    expect(await ask(unit)).toMatchObject({ verdict: 'not_affected' });
    expect(await ask(`01/${HEATER}/21/8`)).toMatchObject({ verdict: 'affected' });

    await world.streams.recall('rc-1', { type: 'Move', move: 'withdraw', reason: 'error', at: AT, by: AUTHORITY });
    const second = { ...AUTHORITY, keyId: 'k2' };
    const withdrawn = await world.streams.recall('rc-1', { type: 'Move', move: 'approve', at: AT, by: second });
    expect(await world.progress.waitFor(withdrawn.position, 10_000)).toBe(true);
    expect(await ask(`01/${HEATER}/21/8`)).toMatchObject({ verdict: 'not_affected' });
  });

  it('hears of a recall within a moment though nobody waits for its position', async () => {
    await world.project();
    const { ask } = await till();
    await world.recall('rc-1', { include: [{ gtin: HEATER }] });
    await eventually(async () => (await ask(unit)).verdict === 'affected');
  });

  it('looks at the origins of a product as soon as an event may have put affected goods into it', async () => {
    await world.project();
    const { look } = await till();
    const activated = await world.recall('rc-1', { include: [{ gtin: FUSE, lots: ['F1'] }] });
    await world.progress.waitFor(activated, 10_000);
    await eventually(async () => look(unit) === 'clear');
    const inputs = await world.capture({
      type: 'TransformationEvent',
      transformationId: 'urn:t',
      inputs: [{ key: `01/${FUSE}/21/1` }],
    });
    await world.progress.waitFor(inputs, 10_000);
    expect(look(unit)).toBe('clear');
    const outputs = await world.capture({ type: 'TransformationEvent', transformationId: 'urn:t', outputs: [{ key: unit }] });
    await world.progress.waitFor(outputs, 10_000);
    expect(look(unit)).toBe('origins');
    expect(look('00/095060000000000017')).toBe('clear');
    const packed = await world.capture({
      type: 'AggregationEvent',
      action: 'ADD',
      parent: { key: '00/095060000000000024' },
      children: [{ key: unit }],
    });
    await world.progress.waitFor(packed, 10_000);
    expect(look('00/095060000000000017')).toBe('origins');
  });

  it('knows after a start what it knew before, from disk and from what the log has since', async () => {
    await world.project();
    const before = await till();
    await world.recall('rc-1', { include: [{ gtin: FUSE }] });
    const packing = {
      type: 'AssociationEvent',
      action: 'ADD',
      parent: { key: unit },
      children: [{ key: `01/${FUSE}/21/1` }],
    } as const;
    await world.progress.waitFor(await world.capture(packing), 10_000);
    expect(before.look(unit)).toBe('origins');
    await world.stop();

    const links = await world.test.database.query('SELECT from_family, into_family FROM check_link');
    expect(links).toEqual([{ from_family: FUSE, into_family: HEATER }]);
    // Everything is on disk: a start that has read nothing of the log yet knows it.
    const after = await till();
    expect([after.look(unit), after.look(`01/${FUSE}`)]).toEqual(['origins', 'bare']);
  });

  it('clears nothing by itself before it has caught up, and nothing at all without news for too long', async () => {
    const { follower } = await world.follow();
    const activated = await world.recall('rc-1', { include: [{ gtin: HEATER }] });
    // Nobody projects recalls: the index must not pass the activation.
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(world.progress.positionOf(CHECK_FOLLOWER)).toBeLessThan(activated);
    expect(follower.freshness.isStale(Date.now() + 60_000)).toBe(true);
    world.progress.report('trace', activated);
    expect(follower.state()).toMatchObject({ coversGraph: false });
    await world.project();
    await world.progress.waitFor(activated, 10_000);
    await eventually(async () => follower.state().coversGraph);
  });
});

describe('A check on old knowledge', () => {
  it('is refused rather than clear, and still says affected', async () => {
    await world.project();
    const { index } = await world.follow();
    await world.progress.waitFor(await world.recall('rc-1', { include: [{ gtin: HEATER }] }), 10_000);
    const check = new CodeCheck(index, graph, () => ({ coversGraph: true, isStale: true }));
    await expect(check.check(describeKey(`01/${FUSE}`))).rejects.toMatchObject({ status: 503 });
    expect(await check.check(describeKey(unit))).toMatchObject({ verdict: 'affected' });
  });
});
