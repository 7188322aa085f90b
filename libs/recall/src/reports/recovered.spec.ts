import { HolderTaskState, noTask } from '../domain/holder-task.state';
import { recoveredAt } from './recovered';

const task = (party: string, change: Partial<HolderTaskState>): HolderTaskState => ({
  ...noTask,
  exists: true,
  party,
  ...change,
});
const line = (
  quantity: number,
  method: 'returned' | 'destroyed' | 'reworked',
  at: string,
  uom = 'EA',
): HolderTaskState['disposed'][number] => ({
  product: '01/09506000134352/10/L',
  uom,
  quantity,
  method,
  at,
});
const MAY = '2026-05-31T00:00:00Z';
const JUNE = '2026-06-30T00:00:00Z';
const contained = [{ product: '01/09506000134352/10/L', uom: 'EA', quantity: 30 }];
const shop = task('417/shop', {
  contained,
  containedAt: '2026-05-10T00:00:00Z',
  disposedAt: '2026-05-20T00:00:00Z',
  disposed: [line(10, 'returned', '2026-05-20T00:00:00Z'), line(25, 'returned', '2026-06-20T00:00:00Z')],
});
const maker = task('417/maker', {
  disposedAt: '2026-06-25T00:00:00Z',
  disposed: [line(50, 'destroyed', '2026-06-25T00:00:00Z'), line(2, 'destroyed', '2026-06-25T00:00:00Z', 'KGM')],
});
const makers = new Set(['417/maker']);

describe('What a recall has in hand', () => {
  it('counts contained goods once, though they are disposed of later, and each disposal in its own period', () => {
    expect(recoveredAt([shop], makers, 'EA', '2026-05-01T00:00:00Z').byOperators).toBe(0);
    expect(recoveredAt([shop], makers, 'EA', MAY).byOperators).toBe(30);
    expect(recoveredAt([shop], makers, 'EA', JUNE).byOperators).toBe(35);
  });

  it('counts what shops returned and the maker destroyed once, and the maker’s own stock beyond it', () => {
    expect(recoveredAt([shop, maker], makers, 'EA', JUNE)).toEqual({ byOperators: 35, byProducer: 15, reworked: 0 });
  });

  it('never adds one unit of measure to another', () => {
    expect(recoveredAt([shop, maker], makers, 'KGM', JUNE)).toEqual({ byOperators: 0, byProducer: 2, reworked: 0 });
  });
});
