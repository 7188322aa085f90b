import { ALLOWED_ROLES } from '@suyuan/access';
import { createHttpAdapter, InputPipe, KnownRoutes, migrate, ProblemFilter } from '@suyuan/platform';
import { createTestDatabase, TestDatabase } from '@suyuan/testkit';
import { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { DeadDeliveries } from './dead-deliveries';
import { DeadNoticesController } from './dead-notices.controller';
import { noticeMigrations } from './notice.migrations';
import { NoticeDispatchers } from './notice-dispatchers';

const PATH = '/api/v1/admin/notices/dead';

describe('the list of undeliverable notices', () => {
  let test: TestDatabase;
  let app: NestFastifyApplication;
  let nudges = 0;

  beforeAll(async () => {
    test = await createTestDatabase();
    await migrate(test.database, noticeMigrations);
    await test.database.query(
      `INSERT INTO notice_delivery (notice_id, version, party, body, state, failures, reason, settled_at)
       SELECT 'n' || n, 1, '417/9506000100014', '{}', CASE WHEN n = 4 THEN 'delivered' ELSE 'dead' END, 12, 'the receiver answered 500', now()
       FROM generate_series(1, 4) AS n`,
    );
    const routes = new KnownRoutes();
    const testing = await Test.createTestingModule({
      controllers: [DeadNoticesController],
      providers: [
        { provide: DeadDeliveries, useValue: new DeadDeliveries(test.database) },
        { provide: NoticeDispatchers, useValue: { nudge: () => (nudges += 1) } },
      ],
    }).compile();
    app = testing.createNestApplication<NestFastifyApplication>(createHttpAdapter(routes));
    app.useGlobalFilters(new ProblemFilter(routes));
    app.useGlobalPipes(new InputPipe());
    await app.init();
    await app.getHttpAdapter().getInstance().ready();
  });
  afterAll(async () => {
    await app.close();
    await test.drop();
  });
  const call = (method: 'GET' | 'POST', url: string) => app.inject({ method, url });

  it('is for administrators only', () => {
    expect(Reflect.getMetadata(ALLOWED_ROLES, DeadNoticesController)).toEqual(['admin']);
  });

  it('is paged, oldest first', async () => {
    const first = (await call('GET', `${PATH}?limit=2`)).json<{ items: { noticeId: string }[]; next?: string }>();
    expect(first.items.map(({ noticeId }) => noticeId)).toEqual(['n1', 'n2']);
    const rest = (await call('GET', `${PATH}?limit=2&cursor=${first.next ?? ''}`)).json<{ items: object[]; next?: string }>();
    expect(rest.items).toMatchObject([
      { noticeId: 'n3', version: 1, party: 'https://id.gs1.org/417/9506000100014', failures: 12 },
    ]);
    expect(rest.next).toBeUndefined();
  });

  it.each(['limit=0', 'limit=x', 'limit=1001', 'cursor=abc', 'cursor=-1'])('answers 400 to ?%s', async (query) => {
    expect((await call('GET', `${PATH}?${query}`)).statusCode).toBe(400);
  });

  it('shows one with what was tried and what was to be said', async () => {
    const { items } = (await call('GET', PATH)).json<{ items: { id: string }[] }>();
    const id = items[1]?.id ?? '';
    await test.database.query(
      `INSERT INTO notice_attempt (delivery_id, attempt, started_at, url, status) VALUES ($1, 1, '2026-05-01T00:00:00Z', 'https://shop.example', 500)`,
      [id],
    );
    expect((await call('GET', `${PATH}/${id}`)).json()).toMatchObject({
      ...{ id, noticeId: 'n2', failures: 12, reason: 'the receiver answered 500', body: {} },
      attempts: [
        { attempt: 1, startedAt: '2026-05-01T00:00:00.000Z', address: 'https://shop.example', status: 500, error: null },
      ],
    });
    const [delivered] = await test.database.query(`SELECT id FROM notice_delivery WHERE state = 'delivered'`);
    expect((await call('GET', `${PATH}/${String(delivered?.['id'])}`)).statusCode).toBe(404);
  });

  it('starts one over, once, and wakes the sender', async () => {
    const { items } = (await call('GET', PATH)).json<{ items: { id: string }[] }>();
    const id = items[0]?.id ?? '';
    const answer = await call('POST', `${PATH}/${id}/replay`);
    expect([answer.statusCode, answer.json()]).toEqual([202, { id, state: 'pending' }]);
    expect(nudges).toBe(1);
    expect((await call('POST', `${PATH}/${id}/replay`)).statusCode).toBe(404);
    const [row] = await test.database.query(`SELECT state, failures, told FROM notice_delivery WHERE id = $1`, [id]);
    expect(row).toEqual({ state: 'pending', failures: 0, told: false });
  });

  it.each(['0', 'abc', '99999999999999999999', '1%27'])('answers 404 for the id %s', async (id) => {
    expect((await call('POST', `${PATH}/${id}/replay`)).statusCode).toBe(404);
    expect((await call('GET', `${PATH}/${id}`)).statusCode).toBe(404);
  });
});
