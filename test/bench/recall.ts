import { Database } from '@suyuan/platform';
import { Figure } from './figures';
import { LOT, LotTruth, PRODUCT } from './million-lot';
import { BenchProduct } from './product';

const LONGEST_WAIT_MS = 120_000;

interface Holder {
  readonly quantities: readonly { readonly held: number; readonly sold: number }[];
}

/**
 * The recall of the lot of the trace benchmark: from the decision to where every holder has its task and its notice, durably
 * queued. What the tasks say in all must be what the events add up to.
 */
export async function recallFigures(product: BenchProduct, database: Database, truth: LotTruth): Promise<Figure[]> {
  const call = async <Answer>(method: 'GET' | 'POST', address: string, body?: object): Promise<Answer> => {
    const answer = await product.ask(method, address, body === undefined ? undefined : JSON.stringify(body));
    if (answer.status >= 300) throw new Error(`${method} ${address}: ${answer.text}`);
    return JSON.parse(answer.text) as Answer;
  };
  const began = performance.now();
  const { id } = await call<{ id: string }>('POST', '/api/v1/recalls', {
    title: 'Benchmark',
    mode: 'real',
    regimes: ['cn-consumer', 'eu-gpsr'],
    basis: 'ordered',
    depth: 'consumer',
    reason: 'A benchmark.',
    hazard: 'None.',
    product: 'Lot L1',
    scope: { include: [{ gtin: PRODUCT, lots: [LOT.slice(LOT.lastIndexOf('/') + 1)] }] },
    instructions: 'Nothing.',
    contacts: [],
  });
  await call('POST', `/api/v1/recalls/${id}/activate`, {});
  const tasks = await allQueued(database, id, truth.shops);
  const seconds = (performance.now() - began) / 1_000;
  const { items } = await call<{ items: Holder[] }>('GET', `/api/v1/recalls/${id}/holders`);
  const sum = (of: 'held' | 'sold'): number =>
    items.flatMap(({ quantities }) => quantities.map((one) => one[of])).reduce((a, b) => a + b, 0);
  for (const [name, found, wanted] of [
    ['held', sum('held'), truth.shops * truth.heldPerShop],
    ['sold', sum('sold'), truth.shops * truth.soldPerShop],
  ] as const)
    if (found !== wanted) throw new Error(`the recall's holders have ${name} ${found}, the events say ${wanted}`);
  const checked = performance.now();
  await call('GET', `/api/v1/recalls/${id}/reconciliation`);
  return [
    { name: `recall of the lot: decision to ${tasks} tasks and notices durably queued`, value: seconds, unit: 's', must: '≤ 5' },
    { name: 'its reconciliation, declared beside derived', value: (performance.now() - checked) / 1_000, unit: 's' },
  ];
}

/** Waits until each task has a notice in the queue, and there are as many as there must be. @returns how many tasks */
async function allQueued(database: Database, id: string, atLeast: number): Promise<number> {
  const until = performance.now() + LONGEST_WAIT_MS;
  while (performance.now() < until) {
    const [row] = await database.query<{ tasks: number; queued: number }>(
      `SELECT count(*)::int AS tasks, count(d.notice_id)::int AS queued FROM recall_task t
         LEFT JOIN (SELECT DISTINCT notice_id FROM notice_delivery) d ON d.notice_id = t.notice_id WHERE t.recall_id = $1`,
      [id],
    );
    if (row !== undefined && row.tasks >= atLeast && row.queued === row.tasks) return row.tasks;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('not every holder had its notice queued in time');
}
