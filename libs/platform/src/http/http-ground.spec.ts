import { Body, Controller, Get, HttpException, Param, Post, Query, Req } from '@nestjs/common';
import { APP_FILTER, APP_INTERCEPTOR, APP_PIPE } from '@nestjs/core';
import { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { Type } from 'class-transformer';
import { IsInt, IsString, Min, ValidateNested } from 'class-validator';
import type { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { Progress } from '../projection/progress';
import { AtLeastInterceptor } from './at-least.interceptor';
import { createHttpAdapter } from './http-adapter';
import { KnownRoutes } from './known-routes';
import { Problem } from './problem';
import { ProblemFilter } from './problem.filter';
import { InputPipe } from './validation.pipe';

class Line {
  @IsString()
  product = '';
  @IsInt()
  @Min(1)
  quantity = 0;
}
class Order {
  @IsString()
  title = '';
  @ValidateNested({ each: true })
  @Type(() => Line)
  lines: Line[] = [];
}

@Controller()
class Things {
  @Get('things/:code')
  read(@Param('code') code: string, @Query() query: Record<string, unknown>): object {
    if (code === 'gone')
      throw new Problem(409, 'thing/gone', 'Gone for good', 'It was sold.', undefined, { 'X-Why': 'sold' }, { since: 2020 });
    if (code === 'broken') throw new Error('SELECT secret FROM pg_authid failed');
    if (code === 'full') throw Object.assign(new Error('could not extend file "base/1"'), { code: '53100' });
    if (code === 'nul') throw Object.assign(new Error('invalid byte sequence'), { code: '22021' });
    if (code === 'teapot') throw new HttpException('short and stout', 418);
    return { code, query };
  }
  @Post('things')
  write(@Body() order: Order): object {
    return { title: order.title, lines: order.lines.length, isLine: order.lines[0] instanceof Line };
  }
  @Post('api/v1/events/sale')
  async raw(@Req() request: { body: Readable }): Promise<object> {
    let bytes = 0;
    for await (const chunk of request.body as AsyncIterable<Buffer>) bytes += chunk.length;
    return { bytes };
  }
}

describe('the HTTP ground', () => {
  let app: NestFastifyApplication;
  const progress = new Progress();

  beforeAll(async () => {
    progress.register('graph', 5);
    const routes = new KnownRoutes();
    const module = await Test.createTestingModule({
      controllers: [Things],
      providers: [
        { provide: APP_FILTER, useValue: new ProblemFilter(routes) },
        { provide: APP_PIPE, useValue: new InputPipe() },
        { provide: APP_INTERCEPTOR, useValue: new AtLeastInterceptor(progress, 50) },
      ],
    }).compile();
    app = module.createNestApplication<NestFastifyApplication>(createHttpAdapter(routes), { bodyParser: false, logger: false });
    await app.init();
    await app.getHttpAdapter().getInstance().ready();
  });
  afterAll(() => app.close());

  const send = async (
    method: 'GET' | 'POST' | 'DELETE',
    url: string,
    payload?: string | Buffer,
    headers: Record<string, string> = { 'content-type': 'application/json' },
  ): Promise<{ status: number; type: string; body: Record<string, unknown>; headers: Record<string, unknown> }> => {
    const answer = await app.inject({
      method,
      url,
      headers: payload === undefined ? {} : headers,
      ...(payload !== undefined && { payload }),
    });
    return {
      status: answer.statusCode,
      type: String(answer.headers['content-type']),
      body: answer.json<Record<string, unknown>>(),
      headers: answer.headers,
    };
  };
  const isProblem = (answer: { type: string; body: Record<string, unknown> }, status: number): void => {
    expect(answer.type).toContain('application/problem+json');
    expect(answer.body).toMatchObject({
      status,
      title: expect.any(String),
      type: expect.stringMatching(/^urn:suyuan:problem:/),
      instance: expect.stringMatching(/^urn:suyuan:request:/),
    });
    expect(JSON.stringify(answer.body)).not.toMatch(/SELECT|\.ts|\.js|node_modules/);
  };

  it('says when the database is away or full, and when to ask again', async () => {
    const answer = await send('GET', '/things/full');
    isProblem(answer, 503);
    expect(answer.headers['retry-after']).toBe('2');
    expect(JSON.stringify(answer.body)).not.toContain('base/1');
  });

  it('renders a problem with its headers and its own members', async () => {
    const answer = await send('GET', '/things/gone');
    isProblem(answer, 409);
    expect(answer.body).toMatchObject({ type: 'urn:suyuan:problem:thing/gone', detail: 'It was sold.', since: 2020 });
    expect(answer.headers['x-why']).toBe('sold');
  });

  it('keeps the unexpected to itself: 500 with the id of the request', async () => {
    const answer = await send('GET', '/things/broken');
    isProblem(answer, 500);
    expect(answer.body['detail']).toContain(String(answer.headers['x-request-id']));
  });

  it('blames the input for text that the database can not store', async () => {
    isProblem(await send('GET', '/things/nul'), 400);
  });

  it('renders what Nest throws', async () => {
    isProblem(await send('GET', '/things/teapot'), 418);
  });

  it('answers 404 for an unknown path and 405 with Allow for an unknown method', async () => {
    isProblem(await send('GET', '/nothing/here'), 404);
    const wrong = await send('DELETE', '/things/1');
    isProblem(wrong, 405);
    expect(wrong.headers['allow']).toBe('GET, HEAD');
  });

  it('names the place where JSON is truncated', async () => {
    const answer = await send('POST', '/things', '{"title": "a", "lines": [{"product": "x"');
    isProblem(answer, 400);
    expect(answer.body['errors']).toEqual([
      { pointer: '/lines/0/product', rule: 'json', message: expect.stringContaining('column 41 (offset 40)') },
    ]);
  });

  it('names every fault of the input by JSON pointer, unknown fields included', async () => {
    const answer = await send(
      'POST',
      '/things',
      JSON.stringify({ title: 7, lines: [{ product: 'x', quantity: 0, weight: 1 }], colour: 'red' }),
    );
    isProblem(answer, 400);
    const faults = answer.body['errors'] as { pointer: string; rule: string }[];
    expect(faults.map(({ pointer, rule }) => `${pointer} ${rule}`).sort()).toEqual([
      '/colour unknown-field',
      '/lines/0/quantity min',
      '/lines/0/weight unknown-field',
      '/title is-string',
    ]);
  });

  it.each([
    ['an array', '[]'],
    ['a number', '7'],
    ['null', 'null'],
  ])('refuses %s where an object is wanted', async (_, payload) => {
    isProblem(await send('POST', '/things', payload), 400);
  });

  it('takes a body that is right, gzip as well', async () => {
    const payload = JSON.stringify({ title: 'a', lines: [{ product: 'x', quantity: 1 }] });
    expect((await send('POST', '/things', payload)).body).toEqual({ title: 'a', lines: 1, isLine: true });
    const packed = await send('POST', '/things', gzipSync(payload), {
      'content-type': 'application/json; charset=utf-8',
      'content-encoding': 'gzip',
    });
    expect(packed.body).toEqual({ title: 'a', lines: 1, isLine: true });
  });

  it.each<[string, number, string | Buffer, Record<string, string>]>([
    ['another type', 415, 'title=a', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['no type', 415, '{}', {}],
    ['a type that is none', 415, '{}', { 'content-type': 'nonsense' }],
    ['an unknown encoding', 415, '{}', { 'content-type': 'application/json', 'content-encoding': 'br' }],
    ['broken gzip', 400, 'no gzip', { 'content-type': 'application/json', 'content-encoding': 'gzip' }],
    ['bytes that are no UTF-8', 400, Buffer.from([0x22, 0xff, 0x22]), { 'content-type': 'application/json' }],
    ['U+0000', 400, '{"title": "\\u0000", "lines": []}', { 'content-type': 'application/json' }],
    ['__proto__', 400, '{"__proto__": {}, "title": "a", "lines": []}', { 'content-type': 'application/json' }],
    ['200 levels', 400, `${'['.repeat(200)}${']'.repeat(200)}`, { 'content-type': 'application/json' }],
    ['more than 10 MB', 413, `"${'x'.repeat(10 * 1024 * 1024)}"`, { 'content-type': 'application/json' }],
    [
      'a gzip bomb',
      413,
      gzipSync(Buffer.alloc(11 * 1024 * 1024, 0x20)),
      { 'content-type': 'application/json', 'content-encoding': 'gzip' },
    ],
  ])('refuses %s with %i', async (_, status, payload, headers) => {
    isProblem(await send('POST', '/things', payload, headers), status);
  });

  it.each(['application/json', 'application/ld+json', 'application/xml', 'text/csv', 'application/octet-stream'])(
    'hands %s over as it arrives below the capture paths',
    async (type) => {
      const payload = 'x'.repeat(12 * 1024 * 1024);
      expect((await send('POST', '/api/v1/events/sale?onError=proceed', payload, { 'content-type': type })).body).toEqual({
        bytes: payload.length,
      });
    },
  );

  it('takes a whole Digital Link as a path segment', async () => {
    const code = `https://example.org/01/09506000134352/10/${'L'.repeat(200)}`;
    expect((await send('GET', `/things/${encodeURIComponent(code)}`)).body).toEqual({ code, query: {} });
  });

  it.each(['/things/%00', '/things/%zz'])('refuses the address %s with 400', async (url) => {
    isProblem(await send('GET', url), 400);
  });

  describe('?atLeast=', () => {
    it('answers at once for a position that is reached, and leaves no trace in the query', async () => {
      expect((await send('GET', '/things/a?atLeast=5&b=1')).body).toEqual({ code: 'a', query: { b: '1' } });
    });

    it('answers as soon as the position is reached', async () => {
      const pending = send('GET', '/things/a?atLeast=6');
      setTimeout(() => progress.report('graph', 6), 10);
      expect((await pending).status).toBe(200);
    });

    it('gives up with 503 and Retry-After', async () => {
      const answer = await send('GET', '/things/a?atLeast=7');
      isProblem(answer, 503);
      expect(answer.headers['retry-after']).toBe('2');
    });

    it.each(['x', '-1', '1.5', '', '1&atLeast=2', '99999999999999999999'])('refuses %j with 400', async (value) => {
      const answer = await send('GET', `/things/a?atLeast=${value}`);
      isProblem(answer, 400);
      expect(answer.body['errors']).toEqual([expect.objectContaining({ pointer: '/atLeast' })]);
    });
  });
});
