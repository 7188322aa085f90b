import { Body, Controller, HttpCode, Post, Res } from '@nestjs/common';
import { Problem } from '@suyuan/platform';
import { TestDatabase, createTestDatabase } from '@suyuan/testkit';
import { Reply } from '../http/reply';
import { ADMIN, AccessApp, startAccessApp } from '../testing/access-app';
import { gln } from '../testing/example-keys';

let calls = 0;

@Controller('work')
class WorkController {
  @Post('slow')
  async slow(@Body() body: { ms: number }, @Res({ passthrough: true }) reply: Reply): Promise<object> {
    await new Promise((resolve) => setTimeout(resolve, body.ms));
    reply.header('Location', '/work/1').header('Suyuan-Position', '7').header('X-Other', 'connection');
    return { call: ++calls };
  }

  @Post('nothing')
  @HttpCode(204)
  nothing(): void {
    calls += 1;
  }

  @Post('refused')
  refused(): void {
    calls += 1;
    throw Problem.conflict('work/refused', 'No.');
  }
}

let test: TestDatabase;
let access: AccessApp;

beforeAll(async () => {
  test = await createTestDatabase();
  access = await startAccessApp(test.url, test.database, [WorkController]);
});
afterAll(async () => {
  await access.close();
  await test.drop();
});
beforeEach(() => {
  calls = 0;
});

const post = (path: string, idempotencyKey: string, body: unknown = { ms: 0 }, key = ADMIN) =>
  access.call('POST', path, { key, body, headers: { 'idempotency-key': idempotencyKey } });

describe('Idempotency-Key', () => {
  it('repeats the first answer: status, body and the headers that matter', async () => {
    const first = await post('/work/slow', 'a', { ms: 0, b: 1 });
    const again = await post('/work/slow', 'a', { b: 1, ms: 0 });
    expect([again.status, again.body]).toEqual([201, first.body]);
    expect(again.headers).toMatchObject({ location: '/work/1', 'suyuan-position': '7', 'idempotency-replayed': 'true' });
    expect(again.headers['content-type']).toBe(first.headers['content-type']);
    expect(again.headers['x-other']).toBeUndefined();
    expect(calls).toBe(1);
  });

  it('with another body is 422, on another route or from another caller another request', async () => {
    await post('/work/slow', 'b');
    expect((await post('/work/slow', 'b', { ms: 1 })).status).toBe(422);
    expect((await post('/work/nothing', 'b')).status).toBe(204);
    const other = await access.call('POST', '/api/v1/keys', { key: ADMIN, body: { role: 'admin' } });
    expect((await post('/work/slow', 'b', { ms: 1 }, String(other.body['key']))).status).toBe(201);
    expect(calls).toBe(3);
  });

  it('at once: the work is done once, all get its answer', async () => {
    const answers = await Promise.all([1, 2, 3, 4].map(() => post('/work/slow', 'c', { ms: 200 })));
    expect(answers.map((answer) => answer.body)).toEqual(Array(4).fill({ call: 1 }));
  });

  it('repeats an answer without a body', async () => {
    expect([(await post('/work/nothing', 'd')).status, (await post('/work/nothing', 'd')).status, calls]).toEqual([204, 204, 1]);
  });

  it('does not remember a refusal: it has changed nothing', async () => {
    expect([(await post('/work/refused', 'e')).status, (await post('/work/refused', 'e')).status, calls]).toEqual([409, 409, 2]);
    expect(await test.database.query("SELECT 1 FROM access_idempotent_answer WHERE key = 'e'")).toEqual([]);
  });

  it('gives the same secret again without keeping it readable', async () => {
    await access.call('POST', '/api/v1/parties', { key: ADMIN, body: { id: gln(1), name: 'x', roles: [] } });
    const [first, again] = [
      await post(`/api/v1/parties/${gln(1)}/keys`, 'f', {}),
      await post(`/api/v1/parties/${gln(1)}/keys`, 'f', {}),
    ];
    expect(again.body).toEqual(first.body);
    const rows = await test.database.query<{ text: string }>(
      "SELECT encode(answer, 'escape') AS text FROM access_idempotent_answer WHERE key = 'f'",
    );
    expect(rows).toHaveLength(1);
    expect(rows[0]?.text).not.toContain(String(first.body['key']));
  });

  it('after a day is a new request, and so is one whose first process died', async () => {
    await post('/work/slow', 'g');
    await test.database.query(
      "UPDATE access_idempotent_answer SET claimed_at = claimed_at - interval '25 hours' WHERE key = 'g'",
    );
    expect((await post('/work/slow', 'g', { ms: 1 })).body).toEqual({ call: 2 });
    await test.database.query(
      "UPDATE access_idempotent_answer SET claimed_at = claimed_at - interval '3 minutes', status = NULL WHERE key = 'g'",
    );
    expect((await post('/work/slow', 'g', { ms: 1 })).body).toEqual({ call: 3 });
  });

  it('must be printable', async () => {
    expect((await post('/work/slow', 'x'.repeat(256))).status).toBe(400);
    expect((await post('/work/slow', '')).status).toBe(400);
  });
});
