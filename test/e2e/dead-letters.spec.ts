import { createServer, Server } from 'node:http';
import { AddressInfo } from 'node:net';
import { run } from '../../apps/cli/src/run';
import { ADMIN_KEY } from '../support/api';
import { gln, gtin } from '../support/gs1';
import { ServerProcess } from '../support/server-process';

const SHOP = gln(3);
const PRODUCT = gtin(1);

/** Wants nothing (410) until it is told to. */
let hook: Server;
let url = '';
let wants = false;
const received: string[] = [];
let server: ServerProcess;

beforeAll(async () => {
  hook = createServer((request, response) => {
    request.resume();
    request.on('end', () => {
      if (wants) received.push(String(request.headers['webhook-id']));
      response.writeHead(wants ? 204 : 410).end();
    });
  });
  await new Promise<void>((resolve) => hook.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(hook.address() as AddressInfo).port}/hook`;
  server = await ServerProcess.start({ SUYUAN_EGRESS_ALLOW: '127.0.0.0/8' });
});
afterAll(async () => {
  await server.remove();
  hook.close();
});

async function suyuan(...words: string[]): Promise<{ code: number; out: string; errors: string }> {
  let [out, errors] = ['', ''];
  const terminal = {
    out: { write: (text: string | Buffer) => ((out += text.toString()), true) },
    errors: { write: (text: string | Buffer) => ((errors += text.toString()), true) },
    environment: {},
  };
  const code = await run([...words, '--url', server.url, '--key', ADMIN_KEY], terminal);
  return { code, out, errors };
}

async function eventually<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (let attempt = 0; attempt < 400; attempt++) {
    const found = await look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('it did not happen within twenty seconds');
}

const dead = async (): Promise<{ id: string; party: string }[]> =>
  JSON.parse((await suyuan('dead-letters', 'list', 'notices', '--json')).out) as { id: string; party: string }[];

describe('notices that can not be delivered, on the command line', () => {
  it('are listed, shown with what was tried, and sent again', async () => {
    const party = { id: SHOP, name: 'Shop', roles: ['retailer'], webhook: { url } };
    expect((await server.call('POST', '/api/v1/parties', party)).status).toBe(201);
    const row = { product: PRODUCT, lot: 'F1', serials: ['1'], place: SHOP, at: '2026-05-01T08:00:00+08:00' };
    expect((await server.call('POST', '/api/v1/events/production', row)).status).toBe(201);
    const recall = await server.call('POST', '/api/v1/recalls', {
      ...{ title: 'Heater F1', mode: 'real', regimes: ['cn-consumer'], basis: 'ordered', depth: 'consumer', reason: 'overheats' },
      ...{ hazard: 'fire', product: 'Heater', instructions: 'Unplug it.', contacts: [{ name: 'Hotline', phone: '400' }] },
      scope: { include: [{ gtin: PRODUCT, lots: ['F1'] }] },
    });
    expect((await server.call('POST', `/api/v1/recalls/${String(recall.body.id)}/activate`, {})).status).toBe(200);

    const [letter] = await eventually(async () => ((await dead()).length > 0 ? dead() : undefined));
    expect(letter?.party).toBe(`https://id.gs1.org/417/${SHOP}`);
    const table = await suyuan('dead-letters', 'list', 'notices');
    expect([table.code, table.out.includes('410')]).toEqual([0, true]);
    const shown = await suyuan('dead-letters', 'show', 'notices', letter?.id ?? '');
    expect(shown.out).toContain(url);
    expect(shown.out).toContain('Unplug it.');

    wants = true;
    expect(await suyuan('dead-letters', 'replay', 'notices')).toMatchObject({ code: 0, out: '1 notices are sent again\n' });
    await eventually(async () => Promise.resolve(received.length > 0 ? true : undefined));
    expect(await dead()).toEqual([]);
    expect(await suyuan('dead-letters', 'replay', 'notices', letter?.id ?? '')).toMatchObject({ code: 1 });
  });

  it('a wrong kind, a missing one and one message alone are wrong usage', async () => {
    expect(await suyuan('dead-letters', 'list')).toMatchObject({ code: 2, errors: expect.stringContaining('KIND') });
    expect(await suyuan('dead-letters', 'list', 'parcels')).toMatchObject({
      code: 2,
      errors: expect.stringContaining('parcels'),
    });
    expect(await suyuan('dead-letters', 'replay', 'messages', '0-1')).toMatchObject({ code: 2 });
    expect(await suyuan('dead-letters')).toMatchObject({ code: 2, errors: expect.stringContaining('dead-letters replay') });
  });
});
