import { createPublicKey, verify } from 'node:crypto';
import { get } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { parseCode } from '@suyuan/gs1';
import { Blocklist } from '../../libs/recall/src/check/offline/blocklist';
import { decode, encodeFull, hashOfFull } from '../../libs/recall/src/check/offline/codec';
import { applyDelta } from '../../libs/recall/src/check/offline/delta';
import { OfflineAnswer, OfflineTill } from '../../libs/recall/src/check/offline/offline-till';
import { gln, gtin } from '../support/gs1';
import { ApiAnswer, segment, ServerProcess } from '../support/server-process';

const MAKER = gln(1);
const HEATER = gtin(1);
const FUSE = gtin(2);
const KETTLE = gtin(3);
const at = '2026-05-01T08:00:00+08:00';

let server: ServerProcess;
beforeAll(async () => {
  server = await ServerProcess.start();
});
afterAll(() => server.remove());

const post = (address: string, body: unknown): Promise<ApiAnswer> => server.call('POST', address, body);
const check = async (code: string, query = ''): Promise<string> =>
  (await server.call('GET', `/api/v1/check/${segment(code)}${query}`, undefined, { key: null })).body.verdict;

async function recall(include: object[]): Promise<string> {
  const made = await post('/api/v1/recalls', {
    title: 'Heater',
    mode: 'real',
    regimes: ['cn-consumer'],
    basis: 'ordered',
    depth: 'consumer',
    reason: 'It overheats',
    hazard: 'Fire',
    product: 'Heater',
    scope: { include },
    instructions: 'Unplug it.',
    contacts: [{ name: 'Hotline' }],
  });
  expect(made.status).toBe(201);
  const active = await post(`/api/v1/recalls/${made.body.id}/activate`, {});
  return active.headers.get('suyuan-position') ?? '';
}

interface Downloaded {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly bytes: Buffer;
}

/** Bytes as they come: `fetch` would unpack them. */
function download(query: string, headers: Record<string, string> = {}): Promise<Downloaded> {
  return new Promise((resolve, reject) => {
    get(`${server.url}/api/v1/check/blocklist${query}`, { headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, bytes: Buffer.concat(chunks) }),
      );
    }).on('error', reject);
  });
}

function stated(answer: Downloaded): Record<string, string> {
  const text = String(answer.headers['suyuan-blocklist']);
  return Object.fromEntries(text.split('; ').map((part) => part.split('=') as [string, string]));
}

/** The newest full list that rests on this log position. */
async function fullList(position: string): Promise<Downloaded & { list: Blocklist }> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const answer = await download('');
    if (answer.status === 200 && Number(stated(answer)['position']) >= Number(position)) {
      const read = decode(answer.bytes);
      if ('full' in read) return { ...answer, list: read.full };
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('no list was published');
}

function offline(list: Blocklist, code: string, nowMs = 0): OfflineAnswer {
  const parsed = parseCode(code);
  if (!parsed.ok) throw new Error(code);
  return new OfflineTill(list, 1_000).ask(parsed.identifier, nowMs);
}

describe('The till', () => {
  let position = '';
  let first: Downloaded & { list: Blocklist };

  beforeAll(async () => {
    for (const [product, lot, serials] of [
      [FUSE, 'F1', ['f1', 'f2']],
      [FUSE, 'F2', ['f3']],
      [HEATER, 'H1', ['h1', 'h2']],
    ] as const)
      await post('/api/v1/events/production', { product, lot, serials, place: MAKER, at });
    const container = `(01)${HEATER}(21)h1`;
    await post('/api/v1/events/packing', { container, contents: [`(01)${FUSE}(21)f1`], place: MAKER, at });
    position = await recall([{ gtin: FUSE, lots: ['F1'] }]);
  });

  it('hears of a recall with the position of its activation', async () => {
    const heater = `(01)${HEATER}(21)h1`;
    expect(await check(heater, `?atLeast=${position}`)).toBe('affected');
    expect(await check(`(01)${HEATER}(21)h2`)).toBe('not_affected');
    expect(await check(`(01)${FUSE}(21)f2`)).toBe('affected');
    expect(await check(`(01)${FUSE}(21)f3`)).toBe('not_affected');
    expect(await check(`(01)${FUSE}(21)unheard`)).toBe('need_code');
    expect(await check(`(01)${FUSE}`)).toBe('need_code');
    expect(await check(`(01)${KETTLE}(21)1`)).toBe('not_affected');
  });

  it('asks for many codes at once, in their order, each fault at its place', async () => {
    const codes = [`(01)${FUSE}(10)F1`, 'nonsense', `(01)${KETTLE}`, ...Array<string>(3_000).fill(`(01)${FUSE}(21)f1`)];
    const answer = await server.call('POST', '/api/v1/check', { codes }, { key: null });
    expect(answer.status).toBe(200);
    expect(answer.body.items).toHaveLength(codes.length);
    expect(answer.body.items.slice(0, 4)).toMatchObject([
      { verdict: 'affected', recalls: [{ instructions: 'Unplug it.' }] },
      { code: 'nonsense', error: { pointer: '/codes/1', rule: expect.stringMatching(/^gs1\//) } },
      { verdict: 'not_affected' },
      { verdict: 'affected' },
    ]);
    const tooMany = await server.call('POST', '/api/v1/check', { codes: Array<string>(10_001).fill('x') });
    expect(tooMany).toMatchObject({ status: 400, body: { errors: [{ pointer: '/codes' }] } });
  });

  it('holds a list that it can ask without a line', async () => {
    first = await fullList(position);
    const ask = (code: string): string => offline(first.list, code);
    expect(ask(`(01)${HEATER}(21)h1`)).toBe('ask');
    expect(ask(`(01)${HEATER}(21)h2`)).toBe('ask'); // its lot is one of which a piece is affected: one of two
    expect(ask(`(01)${HEATER}(10)H9(21)h9`)).toBe('clear');
    expect(ask(`(01)${FUSE}(10)F2(21)f3`)).toBe('clear');
    expect(ask(`(01)${FUSE}(10)F2(21)f1`)).toBe('ask'); // the print says one lot, the maker said another
    expect(ask(`(01)${FUSE}(21)unheard`)).toBe('ask');
    expect(ask(`(01)${KETTLE}(21)1`)).toBe('clear');
    expect(offline(first.list, `(01)${KETTLE}(21)1`, 2_000)).toBe('stale');
    expect(offline(first.list, `(01)${FUSE}(10)F1`, 2_000)).toBe('ask');
  });

  it('can prove whose list it is and as of when', async () => {
    const key = (await server.call('GET', '/api/v1/check/blocklist/key', undefined, { key: null })).body.publicKey;
    const statement = Buffer.from(String(first.headers['suyuan-blocklist']));
    const signature = Buffer.from(String(first.headers['suyuan-blocklist-signature']), 'base64');
    expect(verify(null, statement, createPublicKey(key), signature)).toBe(true);
    expect(verify(null, Buffer.concat([statement, Buffer.from(' ')]), createPublicKey(key), signature)).toBe(false);
    const { hash = '', 'as-of': asOf = '', 'fresh-until': freshUntil = '', 'false-positive-rate': rate = '' } = stated(first);
    expect(hash).toBe(hashOfFull(first.bytes));
    expect(Date.parse(freshUntil) - Date.parse(asOf)).toBe(30 * 60_000);
    expect(Number(rate)).toBeLessThan(1e-9);
    const damaged = Buffer.from(first.bytes);
    damaged[10] = (damaged[10] ?? 0) ^ 1;
    expect(() => decode(damaged)).toThrow(RangeError);
  });

  it('takes what is new as a delta, and nothing when nothing is', async () => {
    const same = await download('', { 'if-none-match': String(first.headers['etag']) });
    expect([same.status, same.bytes.length, stated(same)['version']]).toEqual([304, 0, String(first.list.version)]);
    const second = await fullList(await recall([{ gtin: KETTLE, serialRanges: [{ from: '100', to: '199' }] }]));
    const packed = await download(`?since=${first.list.version}`, { 'accept-encoding': 'gzip' });
    expect(packed.headers['content-encoding']).toBe('gzip');
    const read = decode(gunzipSync(packed.bytes));
    if (!('delta' in read)) throw new Error('not a delta');
    const held = applyDelta(first.list, read.delta);
    expect(encodeFull(held).equals(second.bytes)).toBe(true);
    expect(offline(held, `(01)${KETTLE}(21)150`)).toBe('ask');
    expect(offline(held, `(01)${KETTLE}(21)200`)).toBe('clear');
    expect(decode((await download('?since=999999')).bytes)).toHaveProperty('full');
    expect((await download('?since=x')).status).toBe(400);
  });

  it('says the same after a start, under the same versions and the same key', async () => {
    const before = await download('');
    const key = await server.call('GET', '/api/v1/check/blocklist/key');
    await server.stop();
    await server.boot();
    expect(await check(`(01)${HEATER}(21)h1`)).toBe('affected');
    const after = await download('');
    expect(after.bytes.equals(before.bytes)).toBe(true);
    expect((await server.call('GET', '/api/v1/check/blocklist/key')).body).toEqual(key.body);
  });
});
