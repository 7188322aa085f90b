import { gln, gtin } from '../support/gs1';
import { segment, ServerProcess } from '../support/server-process';

const MAKER = gln(1);
const PRODUCT = gtin(41);

let server: ServerProcess;
beforeAll(async () => {
  server = await ServerProcess.start();
});
afterAll(() => server.remove());

async function made(serials: readonly string[]): Promise<string> {
  const answer = await server.call('POST', '/api/v1/events/production', {
    product: PRODUCT,
    lot: 'L1',
    serials,
    place: MAKER,
    at: '2026-05-04T08:00:00+08:00',
  });
  expect(answer.status).toBe(201);
  return answer.headers.get('suyuan-position') ?? '';
}

/** The last line of a long work's answer. */
async function work(name: 'rebuild' | 'verify'): Promise<{ position: number; differences?: unknown[] }> {
  const answer = await server.call('POST', `/api/v1/admin/trace/${name}`);
  const last = JSON.parse(String(answer.body).trim().split('\n').pop() ?? '{}') as { result?: { position: number } };
  if (last.result === undefined) throw new Error(`${name} failed: ${String(answer.body)}`);
  return last.result;
}

it('A graph that is rebuilt while events come in lacks none of them, and is served throughout', async () => {
  let writing = true;
  let events = 0;
  const writers = Array.from({ length: 4 }, async (_, writer) => {
    let position = '0';
    for (let number = 0; writing; number++) {
      position = await made([`W${writer}N${number}`]);
      events += 1;
      expect((await server.call('GET', `/api/v1/trace/${segment(`01/${PRODUCT}/10/L1`)}/holders`)).status).toBe(200);
    }
    return position;
  });
  for (let round = 0; round < 5; round++) await work('rebuild');
  writing = false;
  const position = Math.max(...(await Promise.all(writers)).map(Number));
  const holders = await server.call('GET', `/api/v1/trace/${segment(`01/${PRODUCT}/10/L1`)}/holders?atLeast=${position}`);
  expect((holders.body as { holders: { quantity: number }[] }).holders.map(({ quantity }) => quantity)).toEqual([events]);
  expect((await work('verify')).differences).toEqual([]);
}, 120_000);
