import { TestDatabase, createTestDatabase } from '@suyuan/testkit';
import { ADMIN, AccessApp, startAccessApp } from '../testing/access-app';
import { gln, gtin, partyUri } from '../testing/example-keys';
import { Shares } from './shares';

let test: TestDatabase;
let access: AccessApp;
const keys = new Map<number, string>();

beforeAll(async () => {
  test = await createTestDatabase();
  access = await startAccessApp(test.url, test.database);
  for (const reference of [1, 2, 3]) {
    await access.call('POST', '/api/v1/parties', { key: ADMIN, body: { id: gln(reference), name: 'x', roles: [] } });
    keys.set(
      reference,
      String((await access.call('POST', `/api/v1/parties/${gln(reference)}/keys`, { key: ADMIN, body: {} })).body['key']),
    );
  }
});
afterAll(async () => {
  await access.close();
  await test.drop();
});

const open = (body: object, by = 1) => access.call('POST', '/api/v1/shares', { key: keys.get(by) ?? ADMIN, body });
const items = (body: Record<string, unknown>) => (body['items'] as { id: string }[]).map((item) => item.id);

describe('shares', () => {
  it('are opened by the owner, seen by both sides only, and closed by the owner', async () => {
    const answer = await open({ with: gln(2), products: [gtin(1), `01/${gtin(1)}/10/L1`], until: '2027-01-01T00:00:00+08:00' });
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({
      owner: partyUri(1),
      with: partyUri(2),
      products: [`https://id.gs1.org/01/${gtin(1)}`, `https://id.gs1.org/01/${gtin(1)}/10/L1`],
      until: '2026-12-31T16:00:00.000Z',
    });
    const id = String(answer.body['id']);
    const seen = async (by: number) => items((await access.call('GET', '/api/v1/shares', { key: keys.get(by) ?? '' })).body);
    expect([await seen(1), await seen(2), await seen(3)]).toEqual([[id], [id], []]);
    const shares = access.app.get(Shares);
    expect(await shares.openTo(`417/${gln(2)}`)).toHaveLength(1);
    const close = (by: number) => access.call('DELETE', `/api/v1/shares/${id}`, { key: keys.get(by) ?? '' });
    expect([(await close(3)).status, (await close(2)).status, (await close(1)).status, (await close(1)).status]).toEqual([
      404, 403, 204, 204,
    ]);
    expect(await shares.openTo(`417/${gln(2)}`)).toHaveLength(0);
  });

  it.each([
    ['itself', { with: gln(1) }, 400],
    ['nobody', {}, 400],
    ['a bad GLN', { with: '9506000000001' }, 400],
    ['an empty period', { with: gln(2), from: '2026-02-01T00:00:00Z', until: '2026-01-01T00:00:00Z' }, 400],
    ['a day that is none', { with: gln(2), from: '2026-02-30T00:00:00Z' }, 400],
    ['somebody else’s data', { with: gln(2), owner: gln(3) }, 403],
  ])('are refused with %s', async (_, body, status) => {
    expect((await open(body)).status).toBe(status);
  });

  it('an administrator names whose data it is', async () => {
    expect((await open({ with: gln(2) }, 99)).status).toBe(400);
    expect((await open({ with: gln(2), owner: gln(3) }, 99)).body['owner']).toBe(partyUri(3));
  });
});
