import { createTestDatabase, TestDatabase } from '@suyuan/testkit';
import { GraphWork, PastOrder, WorkProgress } from '../projection/graph-work';
import { PastGraphs } from './past-graphs';

const MOMENT = { asOfMicros: 5, known: undefined, isNow: false };

/** Work that ends when the test says so. */
class Held {
  readonly orders: PastOrder[] = [];
  private readonly ends: { resolve: (made: { position: number }) => void; reject: (error: Error) => void }[] = [];
  readonly work = {
    past: (order: PastOrder, report: (progress: WorkProgress) => void) => {
      this.orders.push(order);
      report({ phase: 'replay', done: 3, total: 7 });
      return new Promise<{ position: number }>((resolve, reject) => this.ends.push({ resolve, reject }));
    },
  } as Partial<GraphWork> as GraphWork;

  async begun(count: number): Promise<void> {
    while (this.orders.length < count) await new Promise((resolve) => setTimeout(resolve, 5));
  }

  end(index: number, failure?: Error): void {
    if (failure === undefined) this.ends[index]?.resolve({ position: 9 });
    else this.ends[index]?.reject(failure);
  }
}

describe('PastGraphs', () => {
  let db: TestDatabase;
  let held: Held;
  let errors: unknown[];
  let graphs: PastGraphs;
  const ask = (seed: string): Promise<string> =>
    graphs.read([seed], MOMENT, false, ({ schema, position }) => Promise.resolve(`${schema.slice(0, 11)} at ${position}`));

  beforeAll(async () => {
    db = await createTestDatabase();
  });
  afterAll(() => db.drop());
  beforeEach(() => {
    held = new Held();
    errors = [];
    graphs = new PastGraphs(db.database, held.work, (error) => errors.push(error), 300);
  });

  it('says how far it is to who would wait long, and answers who comes again', async () => {
    await expect(ask('a')).rejects.toMatchObject({
      status: 503,
      code: 'trace/being-made-ready',
      headers: { 'Retry-After': '10' },
      extra: { progress: { phase: 'replay', done: 3, total: 7 } },
    });
    held.end(0);
    expect([await ask('a'), await ask('a')]).toEqual(['trace_past_ at 9', 'trace_past_ at 9']);
    expect(held.orders).toHaveLength(1);
  });

  it('makes one at a time', async () => {
    const [first, second] = [ask('a'), ask('b')];
    await held.begun(1);
    held.end(0);
    expect(await first).toBe('trace_past_ at 9');
    await held.begun(2);
    held.end(1);
    expect(await second).toBe('trace_past_ at 9');
  });

  it('tells who waits of a failure, and tries again for the next', async () => {
    const failed = ask('a');
    await held.begun(1);
    held.end(0, new Error('no room'));
    await expect(failed).rejects.toThrow('no room');
    expect(errors).toEqual([expect.objectContaining({ message: 'no room' })]);
    const again = ask('a');
    await held.begun(2);
    held.end(1);
    expect(await again).toBe('trace_past_ at 9');
  });

  it('drops what has not been used for longest, and what was left behind long ago', async () => {
    const schemas = async (): Promise<string[]> =>
      (await db.database.query<{ n: string }>(`SELECT nspname AS n FROM pg_namespace WHERE nspname LIKE 'trace\\_past\\_%'`)).map(
        ({ n }) => n,
      );
    await db.database.query('CREATE SCHEMA trace_past_1000000000_old');
    for (const [index, seed] of ['a', 'b', 'c', 'd', 'e', 'f'].entries()) {
      const asked = ask(seed);
      await held.begun(index + 1);
      await db.database.query(`CREATE SCHEMA ${held.orders[index]?.schema ?? ''}`);
      held.end(index);
      await asked;
    }
    await ask('f');
    expect((await schemas()).sort()).toEqual(
      held.orders
        .slice(2)
        .map(({ schema }) => schema)
        .sort(),
    );
    await graphs.close();
    expect(await schemas()).toEqual([]);
  });
});
