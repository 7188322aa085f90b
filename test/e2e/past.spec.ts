import type { ServerProcess } from '../support/server-process';
import { StandaloneProduct } from '../support/standalone-product';

const PRODUCT = '09506000400198';
const CODE = encodeURIComponent(`01/${PRODUCT}/10/PAST`);
const PLACE = 'https://id.gs1.org/414/9506000530000';
/** More than is replayed in memory. */
const SALES = 6_000;
const ROWS_AT_ONCE = 2_000;

describe('a question about the past of very much', () => {
  let server: ServerProcess;
  beforeAll(async () => {
    server = await StandaloneProduct.start();
  });
  afterAll(() => server.remove());

  const at = (second: number): string => new Date(Date.UTC(2026, 0, 1) + second * 1_000).toISOString();
  const post = async (kind: string, rows: object[]): Promise<void> => {
    for (let from = 0; from < rows.length; from += ROWS_AT_ONCE) {
      const { status } = await server.call('POST', `/api/v1/events/${kind}`, rows.slice(from, from + ROWS_AT_ONCE));
      expect(status).toBe(201);
    }
  };
  const holders = async (query: string): Promise<{ status: number; body: Record<string, unknown> }> => {
    for (;;) {
      const answer = await server.call('GET', `/api/v1/trace/${CODE}/holders?${query}`);
      if (answer.status !== 503) return answer;
      expect(answer.headers.get('retry-after')).toBe('10');
    }
  };

  it('is answered as it was, at any time and in any state of knowledge, while everything else goes on', async () => {
    await post('production', [{ product: PRODUCT, lot: 'PAST', quantity: 10_000, place: PLACE, at: at(0) }]);
    const sales = Array.from({ length: SALES }, (_, index) => ({
      items: [{ code: `(01)${PRODUCT}(10)PAST`, quantity: 1 }],
      place: PLACE,
      at: at(index + 1),
    }));
    await post('sale', sales);
    const asked = holders(`asOf=${at(2_500)}&atLeast=${SALES + 1}`);
    expect((await server.call('GET', '/health/live')).status).toBe(200);
    expect(await asked).toMatchObject({ status: 200, body: { totals: { produced: 10_000, held: 7_500, sold: 2_500 } } });
    // Known then: the making and the first half of what was sold.
    const known = await holders(`asKnownAt=${1 + SALES / 2}`);
    expect(known).toMatchObject({ status: 200, body: { position: 1 + SALES / 2, totals: { held: 7_000, sold: 3_000 } } });
    const both = await holders(`asOf=${at(1_000)}&asKnownAt=${1 + SALES / 2}`);
    expect(both).toMatchObject({ status: 200, body: { totals: { held: 9_000, sold: 1_000 } } });
  }, 120_000);
});
