import { gln, gtin } from './gs1';
import { ServerProcess } from './server-process';

const WRITERS = 4;

/**
 * Kills the product without warning while clients capture, again and again. Afterwards every acknowledged event is there
 * exactly once, and the graph equals a replay of the log.
 * @param random 0 to 1, drawn from a seed that the caller prints
 */
export async function crashRounds(rounds: number, random: () => number): Promise<void> {
  const server = await ServerProcess.start();
  const acknowledged = new Map<string, string>();
  let number = 0;
  try {
    for (let round = 0; round < rounds; round++) {
      let killed = false;
      const write = async (): Promise<void> => {
        while (!killed) {
          const serials = Array.from({ length: 5 }, () => `S${(number += 1)}`);
          const row = {
            product: gtin(1 + (number % 3)),
            lot: `L${number % 4}`,
            serials,
            place: gln(1 + (number % 5)),
            at: '2026-05-01T08:00:00+08:00',
          };
          const answer = await server.call('POST', '/api/v1/events/production', row).catch(() => undefined);
          if (answer?.status === 201) acknowledged.set(answer.body.eventIds[0], serials[0] ?? '');
          else if (!killed && answer !== undefined) throw new Error(`refused: ${JSON.stringify(answer.body)}`);
        }
      };
      const writers = Array.from({ length: WRITERS }, write);
      await new Promise((resolve) => setTimeout(resolve, 50 + random() * 700));
      const dying = server.kill();
      killed = true;
      await Promise.all([dying, ...writers]);
      await server.boot();
    }
    await expectEachOnce(server, acknowledged);
    const verified = await server.call('POST', '/api/v1/admin/trace/verify');
    const result = JSON.parse(String(verified.body).trim().split('\n').pop() ?? '{}');
    expect(result).toMatchObject({ result: { differences: [] } });
  } finally {
    await server.remove();
  }
}

async function expectEachOnce(server: ServerProcess, acknowledged: ReadonlyMap<string, string>): Promise<void> {
  expect(acknowledged.size).toBeGreaterThan(0);
  const stored = new Map<string, number>();
  for (let address: string | undefined = '/epcis/events?perPage=1000'; address !== undefined;) {
    const page = await server.call('GET', address);
    expect(page.status).toBe(200);
    for (const { eventID } of page.body.epcisBody.queryResults.resultsBody.eventList)
      stored.set(eventID, (stored.get(eventID) ?? 0) + 1);
    const next = /<([^>]+)>;\s*rel="next"/.exec(page.headers.get('link') ?? '')?.[1];
    address = next === undefined ? undefined : new URL(next, server.url).pathname + new URL(next, server.url).search;
  }
  const wrong = [...acknowledged.keys()].filter((id) => stored.get(id) !== 1);
  expect(wrong).toEqual([]);
  expect([...stored.values()].every((count) => count === 1)).toBe(true);
}

/** A small seeded generator (mulberry32), so that a failed run can be repeated. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
