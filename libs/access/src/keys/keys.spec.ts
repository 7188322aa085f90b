import { Controller, Get } from '@nestjs/common';
import { TestDatabase, createTestDatabase } from '@suyuan/testkit';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Caller, Public } from '../decorators';
import { Principal } from '../principal';
import { ADMIN, AccessApp, startAccessApp } from '../testing/access-app';
import { gln, partyUri } from '../testing/example-keys';
import { ensureAdminKey } from './admin-key';

@Controller('probe')
class ProbeController {
  @Get('open')
  @Public()
  open(@Caller() caller: Principal | undefined): object {
    return { caller: caller ?? null };
  }

  @Get('closed')
  closed(@Caller() caller: Principal): object {
    return { caller };
  }
}

let test: TestDatabase;
let access: AccessApp;

beforeAll(async () => {
  test = await createTestDatabase();
  access = await startAccessApp(test.url, test.database, [ProbeController]);
  for (const reference of [1, 2])
    await access.call('POST', '/api/v1/parties', { key: ADMIN, body: { id: gln(reference), name: 'x', roles: [] } });
});
afterAll(async () => {
  await access.close();
  await test.drop();
});

const closed = (key: string) => access.call('GET', '/probe/closed', { key });
async function made(reference: number, body: object = {}, key = ADMIN) {
  return access.call('POST', `/api/v1/parties/${encodeURIComponent(partyUri(reference))}/keys`, { key, body });
}

describe('the guard', () => {
  it('wants a key, and the right one', async () => {
    expect((await access.call('GET', '/probe/closed')).status).toBe(401);
    expect((await access.call('GET', '/probe/closed', { headers: { authorization: '' } })).status).toBe(401);
    expect((await access.call('GET', '/probe/closed', { headers: { authorization: `Basic ${ADMIN}` } })).status).toBe(401);
    expect((await closed('sk_wrong')).status).toBe(401);
    expect((await closed(ADMIN)).body['caller']).toEqual({ keyId: 'first-admin', role: 'admin' });
    expect((await access.call('GET', '/probe/closed', { headers: { authorization: `bearer   ${ADMIN}` } })).status).toBe(200);
  });

  it('lets anybody to a public endpoint, but not with a wrong key', async () => {
    expect((await access.call('GET', '/probe/open')).body).toEqual({ caller: null });
    expect((await access.call('GET', '/probe/open', { headers: { authorization: '' } })).status).toBe(200);
    expect((await access.call('GET', '/probe/open', { key: 'wrong' })).status).toBe(401);
    expect((await access.call('GET', '/probe/open', { key: ADMIN })).body['caller']).toMatchObject({ role: 'admin' });
  });
});

describe('keys', () => {
  it('are shown once, act for their party and are stored as a hash', async () => {
    const answer = await made(1, { label: 'till 3' });
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({ role: 'operator', party: partyUri(1), label: 'till 3', expiresAt: null });
    const key = String(answer.body['key']);
    expect(key).toMatch(/^sk_[\w-]{38}$/);
    expect((await closed(key)).body['caller']).toEqual({ keyId: answer.body['keyId'], role: 'operator', party: `417/${gln(1)}` });
    const stored = JSON.stringify(await test.database.query("SELECT *, encode(hash, 'escape') AS text FROM access_key"));
    expect(stored).not.toContain(key);
    const list = await access.call('GET', `/api/v1/parties/${gln(1)}/keys`, { key: ADMIN });
    expect(JSON.stringify(list.body)).not.toContain(key);
    expect(list.body['items']).toContainEqual(expect.objectContaining({ keyId: answer.body['keyId'], label: 'till 3' }));
  });

  it('open nothing once revoked, from that answer on', async () => {
    const answer = await made(1);
    const key = String(answer.body['key']);
    expect((await closed(key)).status).toBe(200);
    expect((await access.call('DELETE', `/api/v1/keys/${String(answer.body['keyId'])}`, { key: ADMIN })).status).toBe(204);
    expect((await closed(key)).status).toBe(401);
    expect((await access.call('DELETE', `/api/v1/keys/${String(answer.body['keyId'])}`, { key: ADMIN })).status).toBe(204);
    expect((await access.call('DELETE', '/api/v1/keys/key_unknown', { key: ADMIN })).status).toBe(404);
    expect((await access.call('DELETE', '/api/v1/keys/%00', { key: ADMIN })).status).toBe(400);
  });

  it('expire', async () => {
    const answer = await made(1, { expiresAt: new Date(Date.now() + 400).toISOString() });
    const key = String(answer.body['key']);
    expect((await closed(key)).status).toBe(200);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect((await closed(key)).status).toBe(401);
    expect((await made(1, { expiresAt: '2020-01-01T00:00:00Z' })).status).toBe(400);
    expect((await made(1, { expiresAt: '2030-01-01T00:00:00' })).body['errors']).toEqual([
      expect.objectContaining({ pointer: '/expiresAt', rule: 'input/time' }),
    ]);
  });

  it('of a party are its own business: operator and auditor keys for itself only', async () => {
    const operator = String((await made(1)).body['key']);
    expect((await made(1, { role: 'auditor' }, operator)).status).toBe(201);
    expect((await made(1, { role: 'admin' }, operator)).status).toBe(403);
    expect((await made(1, { role: 'regulator' }, operator)).status).toBe(403);
    expect((await made(2, {}, operator)).status).toBe(403);
    const other = await made(2);
    expect((await access.call('DELETE', `/api/v1/keys/${String(other.body['keyId'])}`, { key: operator })).status).toBe(404);
    const regulator = String((await made(2, { role: 'regulator' })).body['key']);
    expect((await made(1, {}, regulator)).status).toBe(403);
    expect((await made(1, { role: 'emperor' })).status).toBe(400);
    expect((await made(3)).status).toBe(404);
  });

  it('the last administrator key stays', async () => {
    expect((await access.call('DELETE', '/api/v1/keys/first-admin', { key: ADMIN })).status).toBe(409);
    const second = await access.call('POST', '/api/v1/keys', { key: ADMIN, body: { role: 'admin', label: 'second' } });
    expect((await closed(String(second.body['key']))).body['caller']).toMatchObject({ role: 'admin' });
    expect((await access.call('DELETE', `/api/v1/keys/${String(second.body['keyId'])}`, { key: ADMIN })).status).toBe(204);
  });
});

describe('guessing keys', () => {
  it('is stopped long before it could succeed', async () => {
    const answers = await Promise.all(Array.from({ length: 500 }, (_, at) => closed(`a guess at a key ${at}`)));
    const stopped = answers.filter((answer) => answer.status === 429);
    expect(stopped.length).toBeGreaterThan(0);
    expect(Number(stopped[0]?.headers['retry-after'])).toBeGreaterThan(0);
    expect(answers.filter((answer) => answer.status === 401).length).toBe(500 - stopped.length);
    expect((await closed(ADMIN)).status).toBe(200);
  });
});

describe('the first administrator key', () => {
  let fresh: TestDatabase;
  let folder: string;
  beforeAll(async () => {
    fresh = await createTestDatabase();
    folder = await mkdtemp(path.join(tmpdir(), 'suyuan-'));
    const app = await startAccessApp(fresh.url, fresh.database);
    await app.close();
    await fresh.database.query('DELETE FROM access_key');
  });
  afterAll(async () => {
    await fresh.drop();
    await rm(folder, { recursive: true });
  });

  it('is made once, kept for its owner only, and found again', async () => {
    const first = await ensureAdminKey(fresh.database, { dataDir: folder });
    expect(first).toEqual({ key: expect.stringMatching(/^sk_/), printed: false });
    const file = path.join(folder, 'admin-key');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await readFile(file, 'utf8')).trim()).toBe(first.key);
    expect(await ensureAdminKey(fresh.database, { dataDir: folder })).toEqual({ key: first.key, printed: true });
  });

  it('of the settings replaces the one before', async () => {
    await ensureAdminKey(fresh.database, { dataDir: folder, adminKey: 'sixteen printable characters 钥匙' });
    expect(await fresh.database.query('SELECT id FROM access_key')).toEqual([{ id: 'first-admin' }]);
    await expect(ensureAdminKey(fresh.database, { dataDir: folder, adminKey: 'too short' })).rejects.toThrow('16');
    await expect(ensureAdminKey(fresh.database, { dataDir: folder, adminKey: 'a line\nbreak in the middle' })).rejects.toThrow(
      'printable',
    );
  });
});
