import { EventStoreDBClient, jsonEvent, NO_STREAM, streamNameFilter, WrongExpectedVersionError } from '@eventstore/db-client';
import { randomUUID } from 'node:crypto';
import { EventStoreServer } from './event-store-server';

let server: EventStoreServer;
let client: EventStoreDBClient;

beforeEach(async () => {
  server = await EventStoreServer.start();
  client = EventStoreDBClient.connectionString(`esdb://${server.address}?tls=false`);
});
afterEach(async () => {
  await client.dispose();
  await server.stop();
});

const event = (n: number, id: string = randomUUID()) => jsonEvent({ id, type: 'counted', data: { n }, metadata: { of: 'test' } });

async function ofStream(name: string): Promise<unknown[]> {
  const seen: unknown[] = [];
  for await (const { event: read } of client.readStream(name)) seen.push(read?.data);
  return seen;
}

describe('The event store server', () => {
  it.each([
    ['in batches', {}],
    ['one call each', { credentials: { username: 'u', password: 'p' } }],
  ])('takes appends %s and knows the revision that was expected', async (_name, options) => {
    const first = await client.appendToStream('s', [event(1), event(2)], { expectedRevision: NO_STREAM, ...options });
    expect(first).toMatchObject({ success: true, nextExpectedRevision: 1n });
    const rival = client.appendToStream('s', event(3), { expectedRevision: 0n, ...options });
    await expect(rival).rejects.toThrow(WrongExpectedVersionError);
    await expect(rival).rejects.toMatchObject({ actualVersion: 1n });
    expect(await ofStream('s')).toEqual([{ n: 1 }, { n: 2 }]);
  });

  it('writes an event of one id once, whatever revision its repeat expects', async () => {
    const id = randomUUID();
    for (const expectedRevision of [NO_STREAM, NO_STREAM, 'any'] as const)
      await client.appendToStream('s', event(1, id), { expectedRevision });
    expect(await ofStream('s')).toEqual([{ n: 1 }]);
  });

  it('reads everything both ways, from a position on', async () => {
    for (let n = 0; n < 5; n += 1) await client.appendToStream(`s${n % 2}`, event(n));
    const forwards = [];
    for await (const { event: read } of client.readAll()) forwards.push(read);
    expect(forwards.map((read) => read?.data)).toEqual([0, 1, 2, 3, 4].map((n) => ({ n })));
    const [, , third] = forwards;
    const from = { commit: third?.position?.commit ?? 0n, prepare: third?.position?.prepare ?? 0n };
    const later = [];
    for await (const { event: read } of client.readAll({ fromPosition: from })) later.push(read?.data);
    expect(later).toEqual([{ n: 2 }, { n: 3 }, { n: 4 }]);
    const back = [];
    for await (const { event: read } of client.readAll({ direction: 'backwards', fromPosition: 'end', maxCount: 2 }))
      back.push(read?.data);
    expect(back).toEqual([{ n: 4 }, { n: 3 }]);
  });

  it('says that a stream is not there', async () => {
    await expect(ofStream('nowhere')).rejects.toMatchObject({ type: 'stream-not-found' });
  });

  it('brings subscribers what was there, then what comes, of the streams they chose', async () => {
    await client.appendToStream('mine-1', event(1));
    await client.appendToStream('other', event(2));
    const seen: unknown[] = [];
    const subscription = client.subscribeToAll({ filter: streamNameFilter({ prefixes: ['mine-'] }) });
    for await (const { event: read } of subscription) {
      seen.push(read?.data);
      if (seen.length === 1) await client.appendToStream('mine-2', event(3));
      if (seen.length === 2) break;
    }
    expect(seen).toEqual([{ n: 1 }, { n: 3 }]);
  });

  it('cuts connections and welcomes new ones', async () => {
    await client.appendToStream('s', event(1));
    const subscription = client.subscribeToAll();
    const cut = new Promise((resolve) => subscription.once('error', resolve));
    await new Promise((resolve) => subscription.once('data', resolve));
    server.dropConnections();
    expect(await cut).toMatchObject({ type: expect.stringMatching(/unavailable|cancelled/) as string });
    expect(await ofStream('s')).toEqual([{ n: 1 }]);
  });

  it('keeps what it answered for over a stop, and repeats harmlessly what it did not answer', async () => {
    const id = randomUUID();
    server.faults.unansweredAppends = 1;
    await expect(client.appendToStream('s', event(1, id))).rejects.toThrow();
    await server.stop();
    await server.start();
    await client.appendToStream('s', event(1, id));
    expect(await ofStream('s')).toEqual([{ n: 1 }]);
  });

  it('lets in only its user', async () => {
    const guarded = await EventStoreServer.start({ credentials: { username: 'suyuan', password: 'secret' } });
    const stranger = EventStoreDBClient.connectionString(`esdb://${guarded.address}?tls=false`);
    await expect(stranger.appendToStream('s', event(1))).rejects.toMatchObject({ type: 'access-denied' });
    await stranger.dispose();
    await guarded.stop();
  });

  it('refuses an append that is larger than it takes', async () => {
    const large = jsonEvent({ type: 'large', data: { text: 'x'.repeat(1024 * 1024) } });
    await expect(client.appendToStream('s', large)).rejects.toMatchObject({ type: 'maximum-append-size-exceeded' });
  });

  it('is found by gossip', async () => {
    const cluster = EventStoreDBClient.connectionString(`esdb+discover://${server.address}?tls=false`);
    await cluster.appendToStream('s', event(1));
    expect(await ofStream('s')).toEqual([{ n: 1 }]);
    await cluster.dispose();
  });
});
